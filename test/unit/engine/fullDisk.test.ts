/** What nobody was told they have holds nothing: grants, tickets, runs and alerts while the disk takes no write. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import { NotWritten } from '../../../src/engine/budgets/standingFile';
import { Machine, usd, view } from './memoryMachine';

const home = mkdtempSync(join(tmpdir(), 'agent-meter-full-disk-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let made = 0;

function machine(yaml: string): Machine {
  const { configuration, user } = resolveConfiguration({ user: yaml });
  expect(user?.issues).toEqual([]);
  return new Machine(join(home, String((made += 1))), configuration);
}

const reserved = ({ enforcement }: Machine): number | undefined =>
  enforcement.statuses(view).find(({ scope, period }) => scope === 'global' && period === 'day')?.reserved;

function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

const faults = [
  { what: 'takes nothing', after: 0, cuts: true },
  { what: 'takes a part of a line', after: 20, cuts: true },
  { what: 'takes a part of a line, and can not cut it off', after: 20, cuts: false },
  { what: 'takes all of a line but its end, and can not cut it off', after: -1, cuts: false },
];

describe.each(faults)('a disk that $what', ({ after, cuts }) => {
  const fill = (one: Machine, lineLength = 0): void => {
    one.disk.fails = { code: 'ENOSPC', after: after < 0 ? lineLength - 1 : after, cuts };
  };

  it('makes a grant fail, and nothing is held for it: not now, and not at the next lead', () => {
    const one = machine('budgets: { daily_limit_usd: 10 }');
    const first = one.authorize(1);
    const lineLength = JSON.stringify({ t: 'hold', reservation: one.enforcement.books.reservations.all()[0] }).length;
    for (let round = 0; round < 20; round += 1) {
      fill(one, lineLength + 1);
      expect(NotWritten.is(thrown(() => one.authorize(4)))).toBe(true);
      expect(reserved(one)).toBe(1);
    }
    one.disk.fails = null;
    const later = one.authorize(3);
    expect(reserved(one)).toBe(4);
    one.takeOver();
    expect(reserved(one)).toBe(4);
    expect(one.enforcement.settle(later.reservation ?? '')).toBe('settled');
    expect(one.enforcement.settle(first.reservation ?? '')).toBe('settled');
    expect(reserved(one)).toBe(0);
  });

  it('lets nobody wait who was told that it failed', () => {
    const one = machine('budgets: { rules: [{ scope: global, period: day, limit: 1, action: queue }] }');
    one.authorize(1);
    fill(one);
    expect(NotWritten.is(thrown(() => one.authorize(1)))).toBe(true);
    expect(one.enforcement.waiting.list.size).toBe(0);
    one.disk.fails = null;
    const waits = one.authorize(0.5);
    expect(waits.queue?.position).toBe(1);
    one.takeOver();
    expect(one.enforcement.waiting.list.all().map(({ id }) => id)).toEqual([waits.queue?.ticket]);
  });

  it('neither keeps nor loses what is given back', () => {
    const one = machine('budgets: { daily_limit_usd: 10 }');
    const grants = [one.authorize(1), one.authorize(2), one.authorize(3)].map(({ reservation }) => reservation ?? '');
    fill(one);
    expect(one.report(usd, {}, { reservation: grants[0] ?? '' }).settlement).toBe('settled');
    expect(one.grants.release(grants[1] ?? '')).toBe(true);
    expect(reserved(one)).toBe(3);
    one.disk.fails = null;
    one.pass(1_000);
    one.takeOver();
    expect(reserved(one), 'and the next lead knows').toBe(3);
  });

  it('leaves who waits where they are, and is no matter of whoever gives something back', () => {
    const one = machine('budgets: { rules: [{ scope: global, period: day, limit: 1, action: queue }] }');
    const { reservation = '' } = one.authorize(1);
    const { queue } = one.authorize(1);
    fill(one);
    expect(one.grants.release(reservation)).toBe(true);
    expect(one.enforcement.waiting.list.all().map(({ id }) => id)).toEqual([queue?.ticket]);
    expect(reserved(one)).toBe(0);
    one.disk.fails = null;
    one.pass(1_000);
    expect(one.events).toMatchObject([{ kind: 'turn', ticket: queue?.ticket }]);
    expect(reserved(one)).toBe(1);
  });
});

describe('a ledger that can not be written', () => {
  it('lets no run begin that the next lead would not know of', async () => {
    const one = machine('limits: { global: { max_concurrent_agents: 1 } }');
    one.ledger.isFull = true;
    one.startRun('a');
    await expect(one.enforcement.begun('a')).rejects.toThrow('ENOSPC');
    expect(one.enforcement.runs.active()).toEqual([]);
    one.ledger.isFull = false;
    expect(one.startRun('b').decision).toBe('allow');
    await one.enforcement.begun('b');
    one.takeOver();
    expect(one.enforcement.runs.active().map(({ id }) => id)).toEqual(['b']);
  });

  it('learns later that a run has ended, and what happened, in order', async () => {
    const one = machine('limits: { global: { max_concurrent_agents: 1 } }\nbudget_per_plan: 1');
    one.startRun('a');
    await one.enforcement.begun('a');
    one.ledger.isFull = true;
    one.grants.endRun('a');
    one.report(2 * usd, { plan: 'p' });
    await one.enforcement.flushed();
    one.startRun('a');
    await expect(one.enforcement.begun('a')).rejects.toThrow('ENOSPC');
    one.ledger.isFull = false;
    one.pass(1_000);
    await one.enforcement.flushed();
    expect(one.ledger.notes.map(({ kind }) => kind)).toEqual(['budget_exhausted']);
    one.takeOver();
    expect(one.enforcement.runs.active()).toEqual([]);
    expect(one.startRun('b').decision).toBe('allow');
  });

  it('writes nothing over what was said since', async () => {
    const one = machine('limits: { global: { max_concurrent_agents: 2 } }');
    one.startRun('a');
    await one.enforcement.begun('a');
    one.ledger.isFull = true;
    one.grants.endRun('a');
    await one.enforcement.flushed();
    one.ledger.isFull = false;
    one.startRun('a');
    await one.enforcement.begun('a');
    one.pass(1_000);
    await one.enforcement.flushed();
    one.takeOver();
    expect(one.enforcement.runs.active().map(({ id }) => id)).toEqual(['a']);
  });

  it('leaves an alert to be shown that nobody could take', async () => {
    const one = machine('budgets: { daily_limit_usd: 10 }');
    one.report(9.6 * usd);
    const [alert] = one.enforcement.alerting.active();
    one.ledger.isFull = true;
    for (const action of ['tell', 'never', 'acknowledge'] as const) {
      await expect(one.enforcement.alerting.act(alert?.id ?? '', action, 0)).rejects.toThrow('ENOSPC');
      expect(one.enforcement.alerting.active()).toEqual([alert]);
    }
    one.ledger.isFull = false;
    expect(await one.enforcement.alerting.act(alert?.id ?? '', 'tell', 0)).toBe(true);
  });
});
