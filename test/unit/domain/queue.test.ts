import { describe, expect, it } from 'vitest';
import { WaitingList, type Ticket } from '../../../src/domain/budgets/queue';
import { RunBook, runIdleMs, runLeaseMs, subjectOfRun, type Run } from '../../../src/domain/budgets/runs';

const ticket = (id: string, limits: string[], parts: Partial<Ticket> = {}): Ticket => ({
  id,
  kind: 'run',
  limits,
  argument: null,
  window: 'w',
  queuedMs: 0,
  expiresMs: 100,
  ...parts,
});

describe('a ticket whose turn is being written', () => {
  const ticket = (id: string): Ticket => ({
    id,
    kind: 'run',
    limits: ['l'],
    argument: null,
    window: 'w',
    queuedMs: 0,
    expiresMs: 9,
  });
  const ids = (list: WaitingList): string[] => list.all().map(({ id }) => id);

  function listOf(...names: string[]): WaitingList {
    const list = new WaitingList();
    for (const name of names) list.add(ticket(name));
    return list;
  }

  it('is waited for by nobody, and has its place again where it could not be, whichever comes first', () => {
    for (const order of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const list = listOf('a', 'b', 'c');
      const taken = new Map(['a', 'b'].map((id) => [id, list.take(id)]));
      list.add(ticket('d'));
      expect(ids(list)).toEqual(['c', 'd']);
      expect([list.position('c'), list.take('a')]).toEqual([1, null]);
      for (const id of order) list.putBack(taken.get(id) ?? ticket(id));
      expect(ids(list)).toEqual(['a', 'b', 'c', 'd']);
    }
  });

  it('is gone when it is written, and neither gone nor back when it waits anew since', () => {
    const list = listOf('a', 'b');
    const [a, b] = [list.take('a'), list.take('b')];
    expect(a !== null && list.leaveTaken(a)).toBe(true);
    list.add(ticket('b'));
    expect(b !== null && list.leaveTaken(b)).toBe(false);
    if (b !== null) list.putBack(b);
    expect(ids(list)).toEqual(['b']);
  });
});

describe('who waits', () => {
  it('is served in order of arrival, for each limit by itself', () => {
    const list = new WaitingList();
    for (const one of [ticket('a', ['x']), ticket('b', ['y']), ticket('c', ['x', 'y']), ticket('d', ['x'])])
      list.add(one);
    expect(['a', 'b', 'c', 'd'].map((id) => list.position(id))).toEqual([1, 1, 3, 3]);
    expect(list.position('none')).toBe(0);
    expect(list.before(['x'], 'd')?.id).toBe('a');
    expect(list.before(['x'], 'a')).toBeNull();
    expect(list.before(['y'], 'new')?.id).toBe('b');
    expect(list.before(['z'], 'new')).toBeNull();
    expect(list.remove('a')?.id).toBe('a');
    expect(list.remove('a')).toBeNull();
    expect(list.position('d')).toBe(2);
    list.waitFor('c', ['y']);
    list.waitFor('none', ['y']);
    expect(list.position('d')).toBe(1);
    expect(list.size).toBe(3);
  });

  it('keeps its place when it asks again', () => {
    const list = new WaitingList();
    list.add(ticket('a', ['x']));
    list.add(ticket('b', ['x']));
    expect(list.add(ticket('a', ['x', 'y'], { queuedMs: 50, window: 'v' }))).toMatchObject({
      queuedMs: 0,
      limits: ['x', 'y'],
      window: 'v',
    });
    expect(list.all().map(({ id }) => id)).toEqual(['a', 'b']);
    expect(list.get('a')?.window).toBe('v');
    expect(list.get('none')).toBeNull();
  });

  it('does not wait for ever', () => {
    const list = new WaitingList();
    list.add(ticket('a', ['x'], { expiresMs: 10 }));
    list.add(ticket('b', ['x'], { expiresMs: 20 }));
    expect(list.expire(10).map(({ id }) => id)).toEqual(['a']);
    expect(list.position('b')).toBe(1);
  });
});

describe('runs', () => {
  const run = (parts: Partial<Run> = {}): Run => ({
    id: 'r',
    subject: { agent: 'x' },
    window: 'w',
    startedMs: 0,
    touchedMs: 0,
    called: false,
    seenMs: 0,
    ...parts,
  });
  const here = new Set(['w']);

  it('live as long as their window, and a while', () => {
    const book = new RunBook();
    book.start(run());
    expect(book.expire(here, 1_000_000)).toEqual([]);
    expect(book.expire(new Set(), 1_000_000 + runLeaseMs - 1)).toEqual([]);
    expect(book.expire(new Set(), 1_000_000 + runLeaseMs).map(({ how }) => how)).toEqual(['vanished']);
    expect(book.active()).toEqual([]);
    expect(book.endOf('r')).toBe('vanished');
  });

  it('end when nobody has touched them for hours, and not because a clock was set', () => {
    const book = new RunBook();
    book.start(run());
    book.touch('r', 1_000);
    book.touch('none', 1_000);
    expect(book.get('r')).toMatchObject({ touchedMs: 1_000, called: true });
    expect(book.expire(here, runIdleMs)).toEqual([]);
    expect(book.expire(here, -5_000), 'set back').toEqual([]);
    expect(book.expire(here, runIdleMs - 5_001)).toEqual([]);
    expect(book.expire(here, runIdleMs - 5_000).map(({ how }) => how)).toEqual(['idle']);
  });

  it('are ended once, and may begin again', () => {
    const book = new RunBook();
    book.start(run());
    expect(book.end('r', 'ended')?.id).toBe('r');
    expect(book.end('r', 'ended')).toBeNull();
    expect(book.end('never', 'ended')).toBeNull();
    expect(book.endOf('never')).toBeNull();
    expect(book.end('r', 'terminated')).toBeNull();
    expect(book.endOf('r')).toBe('terminated');
    book.start(run());
    expect(book.endOf('r')).toBeNull();
    expect(subjectOfRun(run()).get('run')).toBe('r');
    expect(subjectOfRun(run()).get('agent')).toBe('x');
    for (let index = 0; index < 5_001; index += 1) book.end(`r${index}`, 'terminated');
    expect(book.endOf('r0')).toBeNull();
    expect(book.endOf('r5000')).toBe('terminated');
  });
});
