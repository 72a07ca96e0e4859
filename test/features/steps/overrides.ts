/** Overrides and what is written down about them; plans, and the audit trail. */
import { createHash } from 'node:crypto';
import { deepEqual, equal, match } from 'node:assert/strict';
import { Then, When, type DataTable } from '@cucumber/cucumber';
import { until } from '../../support/until';
import type { Machine } from '../support/world';

When(
  'the budget {string} is lifted by {money} because {string}',
  async function (this: Machine, budget: string, amount: number, reason: string) {
    await this.ask('override', { budget, amount, reason });
  },
);

When(
  'the budget {string} of {string} is lifted by {money} because {string}',
  async function (this: Machine, budget: string, scopeId: string, amount: number, reason: string) {
    await this.ask('override', { budget, scopeId, amount, reason });
  },
);

When(
  'the budget {string} is lifted altogether for {int} seconds because {string}',
  async function (this: Machine, budget: string, seconds: number, reason: string) {
    await this.ask('override', { budget, until: this.overIn(seconds), reason });
  },
);

When('somebody lifts the budget {string} without a reason', async function (this: Machine, budget: string) {
  const answer = await this.api('override', { budget, amount: 1, reason: ' ' });
  this.attach(JSON.stringify(answer));
  deepEqual(answer.ok ? null : answer.error.issues?.map(({ path }) => path), ['reason']);
});

When('somebody lifts the budget {string}, which there is not', async function (this: Machine, budget: string) {
  const answer = await this.api('override', { budget, amount: 1, reason: 'a try' });
  equal(answer.ok ? 'lifted' : answer.error.code, 'unknown_id');
});

Then('the budget {string} has a limit of {money}', async function (this: Machine, id: string, limit: number) {
  equal((await this.budget(id)).limit, limit);
});

Then('the budget {string} has no limit', async function (this: Machine, id: string) {
  equal((await this.budget(id)).limit, null);
});

Then(
  'in time the budget {string} has a limit of {money} again',
  async function (this: Machine, id: string, limit: number) {
    this.clock.set(this.overMs);
    await until('the override to end', async () => (await this.budget(id)).limit === limit);
  },
);

Then(
  'the status shows that {string} was lifted by {money} because {string}',
  async function (this: Machine, id: string, amount: number, reason: string) {
    const { override = [] } = await this.budget(id);
    deepEqual(
      override.map((one) => ({ amount: one.amount, reason: one.reason })),
      [{ amount, reason }],
    );
  },
);

/** Its entries in order; columns other than `what` are fields of an entry. */
Then('the audit trail is', async function (this: Machine, table: DataTable) {
  const expected = table.hashes();
  await until('the audit trail', async () => (await this.ask('audit')).entries.length >= expected.length);
  const { entries } = await this.ask('audit');
  const found = entries.map(({ kind, detail }, index) =>
    Object.fromEntries(
      Object.keys(expected[index] ?? { what: '' }).map((column) => [
        column,
        column === 'what' ? kind : plain(detail[column]),
      ]),
    ),
  );
  deepEqual(found, expected);
});

Then('the audit trail is whole, and each entry follows from the one before it', async function (this: Machine) {
  const { intact, brokenAt, entries } = await this.ask('audit');
  deepEqual({ intact, brokenAt }, { intact: true, brokenAt: null });
  let previous = '0'.repeat(64);
  for (const [index, { seq, at, kind, detail, hash }] of entries.entries()) {
    equal(seq, index + 1);
    const text = JSON.stringify([previous, seq, Date.parse(at), kind, JSON.stringify(detail)]);
    equal(createHash('sha256').update(text).digest('hex'), hash);
    previous = hash;
  }
});

Then('plan {string} shows', async function (this: Machine, plan: string, table: DataTable) {
  const { display } = await this.ask('planStatus', { plan });
  deepEqual(display, table.rowsHash());
});

Then(
  'plan {string} cost {money} for {count} tokens, and has {money} left',
  async function (this: Machine, plan: string, usd: number, tokens: number, left: number) {
    const { totalCostUsd, totalTokens, budgetRemainingUsd } = await this.ask('planStatus', { plan });
    deepEqual(
      { totalCostUsd, totalTokens, budgetRemainingUsd },
      { totalCostUsd: usd, totalTokens: tokens, budgetRemainingUsd: left },
    );
  },
);

Then('plan {string} was never exhausted', async function (this: Machine, plan: string) {
  deepEqual((await this.ask('planStatus', { plan })).exhaustionEvents, []);
});

Then('plan {string} was exhausted once:', async function (this: Machine, plan: string, table: DataTable) {
  const { exhaustionEvents } = await this.ask('planStatus', { plan });
  deepEqual(
    exhaustionEvents.map(({ budget, agent, used, limit }) => ({
      budget,
      agent,
      used: `$${used.toFixed(2)}`,
      limit: `$${limit.toFixed(2)}`,
    })),
    table.hashes(),
  );
  match(exhaustionEvents[0]?.at ?? '', /^\d{4}-\d\d-\d\dT/);
});

function plain(value: unknown): string {
  return value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}
