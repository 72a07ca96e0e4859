/** What nobody was told they have holds nothing: grants, tickets, runs and alerts while the disk takes no write. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import { NotWritten } from '../../../src/engine/budgets/reservationFile';
import { Machine, usd, view } from './memoryMachine';

const home = mkdtempSync(join(tmpdir(), 'agent-meter-full-disk-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let made = 0;

function machine(yaml: string): Machine {
  const { configuration, user } = resolveConfiguration({ user: yaml });
  expect(user?.issues).toEqual([]);
  return new Machine(join(home, String((made += 1))), configuration);
}

const reserved = ({ states }: Machine): number | undefined =>
  states.statuses(view).find(({ scope, period }) => scope === 'global' && period === 'day')?.reserved;

const atWork = ({ states }: Machine): number | undefined =>
  states.statuses(view).find(({ measure }) => measure === 'concurrent_agents')?.used;

/** As it is on disk. */
function lastReservation({ directory }: Machine): string {
  const folder = join(directory, 'reservations');
  const lines = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  return lines.findLast((line) => line !== '') ?? '';
}

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
    const lineLength = lastReservation(one).length;
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
    expect(one.gate.settle([later.reservation ?? ''])).toEqual(['settled']);
    expect(one.gate.settle([first.reservation ?? ''])).toEqual(['settled']);
    expect(reserved(one)).toBe(0);
  });

  it('lets nobody wait who was told that it failed', () => {
    const one = machine('budgets: { rules: [{ scope: global, period: day, limit: 1, action: queue }] }');
    one.authorize(1);
    fill(one);
    expect(NotWritten.is(thrown(() => one.authorize(1)))).toBe(true);
    expect(one.waiting).toEqual([]);
    one.disk.fails = null;
    const waits = one.authorize(0.5);
    expect(waits.queue?.position).toBe(1);
    one.takeOver();
    expect(one.waiting).toEqual([waits.queue?.ticket]);
  });

  it('neither keeps nor loses what is given back', () => {
    const one = machine('budgets: { daily_limit_usd: 10 }');
    const grants = [one.authorize(1), one.authorize(2), one.authorize(3)].map(({ reservation }) => reservation ?? '');
    fill(one);
    expect(one.report(usd, {}, { reservation: grants[0] ?? '' }).settlement).toBe('settled');
    expect(one.gate.release(grants[1] ?? '')).toBe(true);
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
    expect(one.gate.release(reservation)).toBe(true);
    expect(one.waiting).toEqual([queue?.ticket]);
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
    await expect(one.gate.begun('a')).rejects.toThrow('ENOSPC');
    expect(atWork(one)).toBe(0);
    one.ledger.isFull = false;
    expect(one.startRun('b').decision).toBe('allow');
    await one.gate.begun('b');
    one.takeOver();
    expect(atWork(one)).toBe(1);
    expect(one.gate.endRun('b')).not.toBeNull();
  });

  it('leaves a run its place in the queue whose turn could not be written', async () => {
    const one = machine('limits: { global: { max_concurrent_agents: 1 } }');
    one.startRun('a');
    await one.gate.begun('a');
    one.startRun('b');
    one.startRun('c');
    one.ledger.isFull = true;
    const turns = (): unknown[] => one.events.filter(({ kind }) => kind === 'turn');
    one.gate.endRun('a');
    await expect(one.gate.begun('b')).rejects.toThrow('ENOSPC');
    expect([one.waiting, atWork(one), turns()]).toEqual([['b', 'c'], 0, []]);
    // Nor when it asks again itself.
    expect(one.startRun('b').decision).toBe('allow');
    await expect(one.gate.begun('b')).rejects.toThrow('ENOSPC');
    expect([one.waiting, atWork(one)]).toEqual([['b', 'c'], 0]);
    one.ledger.isFull = false;
    one.pass(1_000);
    await one.gate.begun('b');
    expect([one.waiting, atWork(one)]).toEqual([['c'], 1]);
    expect(turns()).toMatchObject([{ run: 'b', decision: 'allow' }]);
    await one.controls.flushed();
    one.takeOver();
    expect([one.waiting, atWork(one)]).toEqual([['c'], 1]);
  });

  it('learns later that a run has ended, and what happened, in order', async () => {
    const one = machine('limits: { global: { max_concurrent_agents: 1 } }\nbudget_per_plan: 1');
    one.startRun('a');
    await one.gate.begun('a');
    one.ledger.isFull = true;
    one.gate.endRun('a');
    one.report(2 * usd, { plan: 'p' });
    await one.controls.flushed();
    one.startRun('a');
    await expect(one.gate.begun('a')).rejects.toThrow('ENOSPC');
    one.ledger.isFull = false;
    one.pass(1_000);
    await one.controls.flushed();
    expect(one.ledger.notes.map(({ kind }) => kind)).toEqual(['budget_exhausted']);
    one.takeOver();
    expect(atWork(one)).toBe(0);
    expect(one.startRun('b').decision).toBe('allow');
  });

  it('writes nothing over what was said since', async () => {
    const one = machine('limits: { global: { max_concurrent_agents: 2 } }');
    one.startRun('a');
    await one.gate.begun('a');
    one.ledger.isFull = true;
    one.gate.endRun('a');
    await one.controls.flushed();
    one.ledger.isFull = false;
    one.startRun('a');
    await one.gate.begun('a');
    one.pass(1_000);
    await one.controls.flushed();
    one.takeOver();
    expect(atWork(one)).toBe(1);
    expect(one.gate.endRun('a')).not.toBeNull();
  });

  it('leaves an alert to be shown that nobody could take', async () => {
    const one = machine('budgets: { daily_limit_usd: 10 }');
    one.report(9.6 * usd);
    const [alert] = one.alerts.active();
    one.ledger.isFull = true;
    for (const action of ['tell', 'never', 'acknowledge'] as const) {
      await expect(one.alerts.act(alert?.id ?? '', action, 0)).rejects.toThrow('ENOSPC');
      expect(one.alerts.active()).toEqual([alert]);
    }
    one.ledger.isFull = false;
    expect(await one.alerts.act(alert?.id ?? '', 'tell', 0)).toBe(true);
  });
});
