/** Asking for a call, reporting it, and what the answer says. */
import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { Given, Then, When, type DataTable } from '@cucumber/cucumber';
import { DateTime } from 'luxon';
import type { DecisionReason } from '../../../src/protocol/api/budgetAnswers';
import { model, tomorrow, type Machine } from '../support/world';
import { until } from '../../support/until';
import type { Whom } from '../support/words';

Given('the configuration', async function (this: Machine, yaml: string) {
  await this.configure(yaml);
});

Given(/^the configuration `(.*)`$/, async function (this: Machine, yaml: string) {
  await this.configure(yaml);
});

Given('no configuration', async function (this: Machine) {
  await this.window();
});

Given('the environment variable {word} is {string}', function (this: Machine, name: string, value: string) {
  this.environment[name] = value;
});

Given('the windows {string} and {string}', async function (this: Machine, first: string, second: string) {
  await this.window(first);
  await this.window(second);
});

When('{money} is/was spent{whom}', async function (this: Machine, usd: number, whom: Whom) {
  await this.spend(usd, whom);
});

When(
  '{money} is spent in window {string}{whom}',
  async function (this: Machine, usd: number, name: string, whom: Whom) {
    await this.spend(usd, whom, name);
  },
);

When('{money} was spent {int} day(s) ago{whom}', async function (this: Machine, usd: number, days: number, whom: Whom) {
  await this.spend(usd, { ...whom, time: this.today.minus({ days }).toISO() });
});

When('{count} token(s) is/are used{whom}', async function (this: Machine, input: number, whom: Whom) {
  await this.spend(0.001, { ...whom, tokens: { input, output: 0 } });
});

When('{count} requests are made{whom}', async function (this: Machine, count: number, whom: Whom) {
  for (let made = 0; made < count; made += 1) await this.spend(0.001, whom);
});

When('a call of {money} is asked for{whom}', async function (this: Machine, costUsd: number, whom: Whom) {
  this.whom = whom;
  this.decision = await this.ask('authorize', { ...model, ...whom, estimate: { costUsd } });
});

When(
  'a call of {money} is asked for in window {string}{whom}',
  async function (this: Machine, costUsd: number, name: string, whom: Whom) {
    this.whom = whom;
    this.decision = await this.ask('authorize', { ...model, ...whom, estimate: { costUsd } }, name);
  },
);

When(
  'a call of {money} that holds for {int} second(s) is asked for',
  async function (this: Machine, costUsd: number, seconds: number) {
    this.decision = await this.ask('authorize', { ...model, estimate: { costUsd }, expiresInMs: seconds * 1_000 });
    this.overIn(seconds);
  },
);

When('a call of {count} tokens is asked for{whom}', async function (this: Machine, input: number, whom: Whom) {
  this.whom = whom;
  this.decision = await this.ask('authorize', { ...model, ...whom, estimate: { tokens: { input } } });
});

When('a call whose cost nobody knows is asked for{whom}', async function (this: Machine, whom: Whom) {
  this.decision = await this.ask('authorize', { ...model, ...whom });
});

When(
  '{int} calls of {money} are asked for at once, in turn from {string} and {string}',
  async function (this: Machine, count: number, costUsd: number, first: string, second: string) {
    const asked = Array.from({ length: count }, (_, index) =>
      this.ask('authorize', { ...model, estimate: { costUsd } }, index % 2 === 0 ? first : second),
    );
    this.decisions = [...this.decisions, ...(await Promise.all(asked))];
  },
);

When(
  '{int} calls of {money} are asked for in {string} while {string} dies',
  async function (this: Machine, count: number, costUsd: number, name: string, dying: string) {
    const window = await this.window(name);
    const asked = Array.from({ length: count }, () => window.api('authorize', { ...model, estimate: { costUsd } }));
    await this.kill(dying);
    const answers = await Promise.all(asked);
    this.decisions = [...this.decisions, ...answers.flatMap((answer) => (answer.ok ? [answer.value] : []))];
    equal(this.decisions.length >= count, true);
  },
);

When('the granted call is reported at {money}', async function (this: Machine, usd: number) {
  notEqual(this.answer.reservation, undefined);
  await this.spend(usd, { ...this.whom, reservation: this.answer.reservation });
});

When(
  'one of the granted calls is reported at {money} in {string}',
  async function (this: Machine, usd: number, name: string) {
    const granted = this.decisions.find(({ reservation }) => reservation !== undefined);
    await this.spend(usd, { reservation: granted?.reservation }, name);
  },
);

When('the granted call is given back', async function (this: Machine) {
  const { reservation } = this.answer;
  deepEqual(await this.ask('release', { reservation }), { released: true });
});

Then('it is {decision}', function (this: Machine, decision: string) {
  equal(this.answer.decision, decision, JSON.stringify(this.answer, null, 2));
  equal(this.answer.reservation === undefined, decision === 'block' || decision === 'queue');
});

Then('exactly {int} of them are granted', function (this: Machine, count: number) {
  equal(this.decisions.filter(({ reservation }) => reservation !== undefined).length, count);
  equal(new Set(this.decisions.flatMap(({ reservation }) => reservation ?? [])).size, count);
});

Then('{int} are refused', function (this: Machine, count: number) {
  equal(this.decisions.filter(({ decision }) => decision === 'block').length, count);
});

Then('the report settles its reservation', function (this: Machine) {
  equal(this.reported?.events[0]?.reservation, 'settled');
});

Then('the report is told that its reservation was {word}', function (this: Machine, settlement: string) {
  equal(this.reported?.events[0]?.reservation, settlement);
});

Then('the estimate is {money}, by {word}', function (this: Machine, usd: number, from: string) {
  deepEqual({ usd: this.answer.estimate?.costUsd, from: this.answer.estimate?.from }, { usd, from });
});

/** A table of one row: budget, used, limit, resets, and says. */
Then('it is because', function (this: Machine, table: DataTable) {
  for (const expected of table.hashes()) {
    const of = this.answer.reasons.find(({ budget }) => budget === expected['budget']);
    ok(of, `no reason of ${expected['budget'] ?? ''} in ${JSON.stringify(this.answer.reasons, null, 2)}`);
    const found = Object.fromEntries(
      Object.entries(expected).map(([column, word]) => [column, shown(of, column, word, this.today)]),
    );
    deepEqual(found, expected);
  }
  equal(this.answer.reasons.length, table.hashes().length, JSON.stringify(this.answer.reasons, null, 2));
});

Then('the reason reads', function (this: Machine, text: string) {
  ok(
    this.answer.reasons.some(({ message }) => message === text.replace('{tomorrow}', tomorrow(this.today))),
    JSON.stringify(this.answer.reasons.map(({ message }) => message)),
  );
});

Then('it says why: {string}', function (this: Machine, text: string) {
  const said = this.answer.reasons.map(({ message }) => message).join('\n');
  ok(said.includes(text), said);
});

Then('it may be asked again in at most {count} seconds', function (this: Machine, seconds: number) {
  const { retryAfterMs = -1 } = this.answer;
  ok(retryAfterMs > 0 && retryAfterMs <= seconds * 1_000, JSON.stringify(this.answer, null, 2));
});

Then('it may be asked again at the next midnight', function (this: Machine) {
  equal(this.answer.retryAfterMs, this.today.endOf('day').toMillis() + 1 - this.clock.now());
});

Then(
  'of the budget {string} {money} is used and {money} reserved',
  async function (this: Machine, id: string, used: number, reserved: number) {
    const status = await this.budget(id);
    deepEqual({ used: status.used, reserved: status.reserved }, { used, reserved });
  },
);

Then('in time nothing is reserved of the budget {string}', async function (this: Machine, id: string) {
  this.clock.set(this.overMs);
  await until('the reservation to expire', async () => (await this.budget(id)).reserved === 0);
});

Then('the budgets in force are', async function (this: Machine, table: DataTable) {
  const { budgets } = await this.ask('status');
  for (const expected of table.hashes()) {
    const found = budgets.find(({ id }) => id === expected['budget']);
    deepEqual(
      { budget: found?.id, limit: String(found?.limit), manner: found?.hard === true ? 'hard' : 'soft' },
      expected,
      JSON.stringify(budgets),
    );
  }
});

Then('there is no budget {string}', async function (this: Machine, id: string) {
  const { budgets } = await this.ask('status');
  equal(
    budgets.find((one) => one.id === id),
    undefined,
  );
});

Then(
  'the request is answered with the error {string} at {string}',
  async function (this: Machine, code: string, at: string) {
    const answer = await this.api('authorize', { provider: 'acme' });
    ok(!answer.ok);
    equal(answer.error.code, code);
    match(answer.error.issues?.[0]?.path ?? '', new RegExp(`^${at}$`));
  },
);

function shown(reason: DecisionReason, column: string, expected: string, today: DateTime): string {
  switch (column) {
    case 'budget':
      return reason.budget ?? '';
    case 'why':
      return reason.kind;
    case 'whose':
      return [reason.scope, reason.scopeId].filter((word) => word !== null).join(' ');
    case 'used':
    case 'reserved':
    case 'limit':
    case 'estimate':
      return amount(reason[column], reason.measure);
    case 'resets':
      return resets(reason, expected, today);
    default:
      throw new Error(`no column ${column}`);
  }
}

function amount(figure: number | null, measure: string | null): string {
  if (figure === null) return '';
  return measure === 'cost' ? `$${figure.toFixed(2)}` : String(figure);
}

/** The expected words where they are true by the calendar: on the last of a month the next midnight is the next month. */
function resets({ resetsAt }: DecisionReason, expected: string, today: DateTime): string {
  if (resetsAt === null) return 'never';
  const at = DateTime.fromISO(resetsAt).toMillis();
  const ends = { 'next hour': 'hour', 'next midnight': 'day', 'next Monday': 'week', 'next month': 'month' } as const;
  const names = Object.entries(ends).filter(([, unit]) => today.endOf(unit).toMillis() + 1 === at);
  return names.some(([words]) => words === expected) ? expected : (names[0]?.[0] ?? resetsAt);
}
