/** Alerts: what is told, to whom, and what a user makes of it; and questions about what was spent. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { Then, When, type DataTable } from '@cucumber/cucumber';
import { until } from '../../support/until';
import type { AlertStatus } from '../../../src/protocol/api/budgetAnswers';
import type { Machine } from '../support/world';

async function alertsOf(machine: Machine, kind: string): Promise<AlertStatus[]> {
  return (await machine.ask('status')).alerts.filter((alert) => alert.kind === kind);
}

async function only(machine: Machine, kind: string): Promise<AlertStatus> {
  return await until(`one ${kind} alert`, async () => {
    const alerts = await alertsOf(machine, kind);
    ok(alerts.length <= 1, JSON.stringify(alerts));
    return alerts[0];
  });
}

Then('there is one alert: {word}, at {int} %', async function (this: Machine, level: string, percent: number) {
  const alert = await only(this, 'threshold');
  deepEqual({ level: alert.level, percent: alert.percent }, { level, percent });
});

Then('it reads {string}', async function (this: Machine, text: string) {
  equal((await only(this, 'threshold')).message, text);
});

Then('there is no alert', async function (this: Machine) {
  deepEqual(await alertsOf(this, 'threshold'), []);
});

Then(
  'one of the windows {string} and {string} shows it, and only one',
  async function (this: Machine, first: string, second: string) {
    const { id } = await only(this, 'threshold');
    const told = await Promise.all([first, second].map((name) => this.ask('alert', { id, action: 'tell' }, name)));
    equal(told.filter(({ done }) => done).length, 1);
  },
);

Then('no window shows it again', async function (this: Machine) {
  const { id, told } = await only(this, 'threshold');
  equal(told, true);
  equal((await this.ask('alert', { id, action: 'tell' })).done, false);
});

When(
  /^the user (acknowledges|snoozes) it(?: for (\d+) seconds)?$/,
  async function (this: Machine, act: string, seconds?: string) {
    const { id } = await only(this, 'threshold');
    const action = act === 'snoozes' ? 'snooze' : 'acknowledge';
    const end = seconds === undefined ? {} : { until: this.overIn(Number(seconds)) };
    deepEqual(await this.ask('alert', { id, action, ...end }), { done: true });
  },
);

When('the user never wants to see it again', async function (this: Machine) {
  const { id } = await only(this, 'threshold');
  deepEqual(await this.ask('alert', { id, action: 'never' }), { done: true });
});

Then('in time there is one alert again', async function (this: Machine) {
  this.clock.set(this.overMs);
  await only(this, 'threshold');
});

Then('every window is told once that {string} is used up', async function (this: Machine, budget: string) {
  for (const name of ['left', 'right']) {
    await this.event('the exhaustion', (event) => event.kind === 'exhausted' && event.budget === budget, name);
    const window = await this.window(name);
    equal(window.budgetEvents.filter(({ kind }) => kind === 'exhausted').length, 1);
  }
});

Then('there is an anomaly alert that says {string}', async function (this: Machine, text: string) {
  const alert = await until('an anomaly', async () =>
    (await alertsOf(this, 'anomaly')).find(({ message }) => message.includes(text)),
  );
  equal(alert.level, 'warning');
});

Then('there is no anomaly alert', async function (this: Machine) {
  deepEqual(await alertsOf(this, 'anomaly'), []);
});

Then('there is a forecast: {string} will be used up today', async function (this: Machine, budget: string) {
  const [alert] = await alertsOf(this, 'forecast');
  equal(alert?.budget, budget);
  match(
    alert.message,
    /^At this rate the daily cost budget is used up \d{4}-\d\d-\d\d \d\d:\d\d: \$\d+\.\d\d of \$\d+\.\d\d by its end\.$/,
  );
  const { forecast } = await this.budget(budget);
  ok(forecast !== undefined && forecast.burnRatePerHour > 0 && forecast.exhaustsAt !== null);
});

Then('the user is told once that the quota {string} is used up', async function (this: Machine, quota: string) {
  const found = await until('the alert', async () => {
    const alerts = await alertsOf(this, 'quota');
    return alerts.length > 0 ? alerts : undefined;
  });
  equal(found.length, 1);
  equal(found[0]?.level, 'exceeded');
  ok(found[0].message.includes(`is used up`) && found[0].message.endsWith(`(${quota}).`), found[0].message);
});

Then('there is no forecast', async function (this: Machine) {
  deepEqual(await alertsOf(this, 'forecast'), []);
});

Then('the spend of {word} is {money}', async function (this: Machine, period: string, usd: number) {
  equal((await this.ask('usage', { period })).total.costUsd, usd);
});

Then(
  'the spend of {word} by {word} is',
  async function (this: Machine, period: string, groupBy: string, table: DataTable) {
    const { rows, total } = await this.ask('usage', { period, groupBy });
    const found = rows.map((row) => ({ [groupBy]: row[groupBy as 'project'], cost: `$${row.costUsd.toFixed(2)}` }));
    deepEqual(found, table.hashes());
    equal(
      rows.reduce((sum, { costUsd }) => sum + Math.round(costUsd * 100), 0),
      Math.round(total.costUsd * 100),
    );
  },
);

Then(
  'the spend of {word} of project {string} is {money}',
  async function (this: Machine, period: string, project: string, usd: number) {
    equal((await this.ask('usage', { period, filter: { project } })).total.costUsd, usd);
  },
);
