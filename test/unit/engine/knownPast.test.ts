/** Requirement E7: from which calls on there is news. */
import { describe, expect, it } from 'vitest';
import { KnownPast } from '../../../src/engine/alerts/knownPast';

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const startMs = Date.UTC(2026, 10, 21, 12);

type Counted = Parameters<KnownPast['counted']>[0];
type States = ('reading' | 'watching' | 'absent' | 'disabled' | 'paused' | 'failed')[];

/** A ledger with this newest call of Claude Code. */
function open(lastEventMs: number | null) {
  const at = { nowMs: startMs, states: ['watching'] as States, isRereading: false, isPushed: false };
  const reading = {
    sources: () =>
      at.states.map((state) => ({ source: 'claude-code', state, ...(at.isPushed && { isPushed: true as const }) })),
    isRereading: () => at.isRereading,
    counted: () => (lastEventMs === null ? [] : ['claude-code']),
    lastEventMs: () => lastEventMs,
  };
  const past = new KnownPast(reading, () => at.nowMs);
  past.recall(startMs - 10 * dayMs);
  const call = (agoMs: number, more: Partial<Counted> & { source?: string } = {}): Counted => {
    const { source = 'claude-code', ...rest } = more;
    const attribution = { get: () => source } as unknown as Counted['attribution'];
    const none = { output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0, webSearches: 0 };
    return { atMs: at.nowMs - agoMs, attribution, base: 1, check: 1, costNanos: 5, input: 1, ...none, ...rest };
  };
  return { at, past, call, isMoved: () => past.untilMs === at.nowMs };
}

describe('what counts as known', () => {
  it('is all from before the ledger was first led', () => {
    const { at } = open(null);
    const fresh = new KnownPast(
      { sources: () => [], isRereading: () => false, counted: () => [], lastEventMs: () => null },
      () => at.nowMs,
    );
    expect(fresh.untilMs).toBe(startMs);
  });

  it('is not moved by what has just happened, nor by what happened while no editor was open', () => {
    const { past, call, isMoved } = open(startMs - 2 * dayMs);
    past.counted(call(14 * minuteMs), 1);
    past.counted(call(dayMs), 1);
    past.counted(call(2 * dayMs), 1);
    expect(isMoved()).toBe(false);
    past.counted(call(2 * dayMs + hourMs), 1);
    expect(isMoved(), 'a call from before that').toBe(true);
  });

  it('is moved by what should have been seen before, while somebody looked', () => {
    const { past, call, isMoved } = open(startMs - 2 * dayMs);
    past.look();
    past.counted(call(14 * minuteMs), 1);
    expect(isMoved()).toBe(false);
    past.counted(call(16 * minuteMs), 1);
    expect(isMoved()).toBe(true);
  });

  it('is moved by logs of a source that was never read, or was turned off', () => {
    const first = open(null);
    first.past.counted(first.call(hourMs), 1);
    expect(first.isMoved()).toBe(true);
    const other = open(startMs - 2 * dayMs);
    other.at.states = ['disabled'];
    other.past.look();
    other.at.states = ['reading'];
    other.past.look();
    other.past.counted(other.call(hourMs), 1);
    expect(other.isMoved()).toBe(true);
  });

  it('is moved by a new price, and not by more of a call or by its retirement', () => {
    const { past, call, isMoved } = open(startMs - 2 * dayMs);
    const change = (before: Counted, after: Counted): void => {
      past.counted(before, -1);
      past.counted(after, 1);
    };
    change(call(minuteMs), call(minuteMs, { input: 2, costNanos: 9 }));
    change(call(5 * dayMs), call(5 * dayMs));
    expect(isMoved()).toBe(false);
    change(call(minuteMs, { costNanos: null }), call(minuteMs, { costNanos: 9 }));
    expect(isMoved()).toBe(true);
  });

  it('takes a report of a day as late, and an older one as past', () => {
    const { past, call, isMoved } = open(null);
    past.counted(call(23 * hourMs, { source: 'api' }), 1);
    expect(isMoved()).toBe(false);
    past.counted(call(25 * hourMs, { source: 'api' }), 1);
    expect(isMoved()).toBe(true);
  });

  it('takes what a source sends as it takes a report', () => {
    const { at, past, call, isMoved } = open(null);
    at.isPushed = true;
    past.look();
    past.counted(call(23 * hourMs), 1);
    expect(isMoved()).toBe(false);
    past.counted(call(25 * hourMs), 1);
    expect(isMoved()).toBe(true);
  });

  it('waits for a first reading and for a rebuild, but not for what an agent goes on writing', () => {
    const { at, past } = open(null);
    at.states = ['reading'];
    expect(past.look()).toBe(true);
    at.states = ['watching'];
    expect(past.look()).toBe(false);
    at.states = ['reading'];
    expect(past.look()).toBe(false);
    at.isRereading = true;
    expect(past.look()).toBe(true);
  });

  it('is written down when it moves, and once a minute at most', () => {
    const { at, past, call } = open(null);
    expect(past.toKeep()).toBeNull();
    past.counted(call(hourMs), 1);
    expect(past.toKeep()).toBe(startMs);
    at.nowMs += minuteMs / 2;
    past.counted(call(hourMs), 1);
    expect(past.toKeep()).toBeNull();
    at.nowMs += minuteMs / 2;
    expect(past.toKeep()).toBe(startMs + minuteMs / 2);
    expect(past.toKeep()).toBeNull();
  });
});
