/** Other models: what was chosen in place of the asked one, and why others were not. */
import { deepEqual, equal } from 'node:assert/strict';
import { Then, When, type DataTable } from '@cucumber/cucumber';
import { tomorrow, type Machine } from '../support/world';
import type { Whom } from '../support/words';

When(
  'a call of {money} that may go elsewhere is asked for{whom}',
  async function (this: Machine, costUsd: number, whom: Whom) {
    this.decision = await this.ask('authorize', { ...cloud, ...whom, estimate: { costUsd }, allowFallback: true });
  },
);

When(
  'a call of {money} that must stay where it is, is asked for{whom}',
  async function (this: Machine, costUsd: number, whom: Whom) {
    this.decision = await this.ask('authorize', { ...cloud, ...whom, estimate: { costUsd }, allowFallback: false });
  },
);

When(
  'a call of {money} that needs {word} and may go elsewhere is asked for{whom}',
  async function (this: Machine, costUsd: number, capability: string, whom: Whom) {
    const more = { estimate: { costUsd }, capabilities: [capability], allowFallback: true };
    this.decision = await this.ask('authorize', { ...cloud, ...whom, ...more });
  },
);

Then('it goes to provider {string}', function (this: Machine, provider: string) {
  deepEqual(
    { decision: this.answer.decision, provider: this.answer.provider, granted: this.answer.reservation !== undefined },
    { decision: 'fallback', provider, granted: true },
    JSON.stringify(this.answer, null, 2),
  );
});

Then('it goes to model {string} of provider {string}', function (this: Machine, model: string, provider: string) {
  const { decision, provider: chosen, model: chosenModel } = this.answer;
  deepEqual(
    { decision, provider: chosen, model: chosenModel },
    { decision: 'fallback', provider, model },
    JSON.stringify(this.answer, null, 2),
  );
});

Then('these were skipped', function (this: Machine, table: DataTable) {
  const skipped = (this.answer.skipped ?? []).map(({ provider, why }) => ({ provider, why }));
  deepEqual(skipped, table.hashes(), JSON.stringify(this.answer.skipped, null, 2));
});

Then('nothing was skipped', function (this: Machine) {
  deepEqual(this.answer.skipped ?? [], []);
});

Then('the notice is that only local models work until the next midnight', async function (this: Machine) {
  const expected = `Cloud budget exhausted, operating local-only until ${tomorrow(this.today)}`;
  equal(this.answer.notice, expected);
  equal((await this.ask('status')).notice, expected);
  const window = await this.window();
  equal((await window.until(({ notice }) => notice !== null)).notice, expected);
});

Then('there is no notice', async function (this: Machine) {
  equal((await this.ask('status')).notice ?? null, null);
});

const cloud = { provider: 'anthropic', model: 'claude-opus-4-6' };
