/** Runs: they begin, wait, are told that it is their turn, are terminated, and end. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { until } from '../../support/until';
import { model, type Machine } from '../support/world';
import type { Whom } from '../support/words';

const agent = 'coder';

When('run {string} begins{whom}', async function (this: Machine, run: string, whom: Whom) {
  this.decision = await this.ask('startRun', { agent, ...whom, run });
});

When('run {string} begins in window {string}', async function (this: Machine, run: string, name: string) {
  this.decision = await this.ask('startRun', { agent, run }, name);
});

/** One that would rather wait than ask again. */
When('run {string} asks to begin, and waits', async function (this: Machine, run: string) {
  this.waiting.set(run, this.ask('startRun', { agent, run, waitMs: 30_000 }));
  await until(`${run} to wait`, async () => (await this.ask('queue')).waiting.some(({ ticket }) => ticket === run));
});

When('run {string} ends', async function (this: Machine, run: string) {
  await this.ask('endRun', { run });
});

When('run {string} ends in window {string}', async function (this: Machine, run: string, name: string) {
  await this.ask('endRun', { run }, name);
});

When('run {string} is taken out of the queue', async function (this: Machine, run: string) {
  equal((await this.ask('queue', { cancel: run })).cancelled, true);
});

When(
  '{money} is spent by run {string}, and the call had to be tried again',
  async function (this: Machine, usd: number, run: string) {
    await this.spend(usd, { agent, run, status: 'retry' });
  },
);

When('window {string} dies', async function (this: Machine, name: string) {
  await this.kill(name);
});

When('the editor is started again', async function (this: Machine) {
  await this.closeAll();
  await this.window();
});

Then('it may begin', function (this: Machine) {
  equal(this.answer.decision, 'allow', JSON.stringify(this.answer, null, 2));
});

Then('it may not begin, because of {string}', function (this: Machine, budget: string) {
  equal(this.answer.decision, 'block', JSON.stringify(this.answer, null, 2));
  ok(this.answer.reasons.some((reason) => reason.budget === budget));
});

Then('it is queued at place {int}', function (this: Machine, position: number) {
  equal(this.answer.decision, 'queue', JSON.stringify(this.answer, null, 2));
  equal(this.answer.queue?.position, position);
});

Then('the queue is {string}', async function (this: Machine, expected: string) {
  const { waiting } = await this.ask('queue');
  equal(waiting.map(({ ticket }) => ticket).join(', '), expected);
});

Then(
  'window {string} is told that it is the turn of {string}',
  async function (this: Machine, name: string, run: string) {
    const event = await this.event(`the turn of ${run}`, (one) => one.kind === 'turn' && one.ticket === run, name);
    equal(event.kind === 'turn' && event.decision, 'allow');
  },
);

Then('the waiting {string} is told that it may begin', async function (this: Machine, run: string) {
  const decision = await this.waiting.get(run);
  equal(decision?.decision, 'allow');
});

Then('the waiting {string} is told that its wait was cancelled', async function (this: Machine, run: string) {
  const decision = await this.waiting.get(run);
  deepEqual([decision?.decision, decision?.reasons.map(({ kind }) => kind)], ['block', ['cancelled']]);
});

Then('the report tells to stop run {string}', function (this: Machine, run: string) {
  deepEqual(
    this.reported?.terminate.map((one) => one.run),
    [run],
  );
});

Then('the report tells to stop no run', function (this: Machine) {
  deepEqual(this.reported?.terminate, []);
});

Then('every window is told once that run {string} was stopped', async function (this: Machine, run: string) {
  await this.event(`the end of ${run}`, (event) => event.kind === 'terminated' && event.run === run);
  const window = await this.window();
  equal(window.budgetEvents.filter(({ kind }) => kind === 'terminated').length, 1);
});

Then('a further call of run {string} is refused, and told to stop', async function (this: Machine, run: string) {
  const decision = await this.ask('authorize', { ...model, agent, run, estimate: { costUsd: 0.01 } });
  deepEqual({ decision: decision.decision, terminate: decision.terminate }, { decision: 'block', terminate: true });
});

Then(
  'run {string} came to {money} in {int} calls, {int} % of them tried again, and was {word}',
  async function (this: Machine, run: string, costUsd: number, requests: number, percent: number, ended: string) {
    const totals = await this.ask('endRun', { run });
    deepEqual(
      { costUsd: totals.costUsd, requests: totals.events, percent: totals.retryRate * 100, ended: totals.ended },
      { costUsd, requests, percent, ended },
    );
  },
);
