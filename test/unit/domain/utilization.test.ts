import { describe, expect, it } from 'vitest';
import { ratioOf, underused, type Utilization } from '../../../src/domain/alerts/utilization';

const dayMs = 86_400_000;
const cycle = { startMs: 0, endMs: 30 * dayMs };
const floors = { subscriptionFloor: 0.5, totalFloor: 0.7 };
const plan = (id: string, ratio: number, feeNanos: number | null = 20e9): Utilization => ({
  id,
  label: id.toUpperCase(),
  feeNanos,
  cycle,
  ratio,
});
const messages = (all: Utilization[], day: number, given = floors): string[] =>
  underused(all, given, cycle, day * dayMs).map(({ message }) => message);

describe('C7 what is used of a subscription', () => {
  it('is measured by what its cycle includes so far, and by the quota that is used most', () => {
    const daily = { limit: 100, used: 250, windowMs: dayMs };
    const monthly = { limit: 1000, used: 250, windowMs: 30 * dayMs };
    expect(ratioOf([daily], cycle, 10 * dayMs)).toBe(0.25);
    expect(ratioOf([daily, monthly], cycle, 10 * dayMs)).toBe(0.75);
    expect(ratioOf([{ ...daily, limit: 0 }], cycle, 10 * dayMs)).toBeNull();
    expect(ratioOf([daily], cycle, 0)).toBeNull();
    expect(ratioOf([], cycle, 10 * dayMs)).toBeNull();
  });

  it('is weighed alike where a fee is not known', () => {
    const together = 'Your 2 subscriptions together are used to 55% of what they include so far.';
    expect(messages([plan('kimi', 0.6, null), plan('max', 0.5, 200e9)], 20)).toEqual([together]);
  });

  it('is told from the middle of the cycle on, below the floor, and once in a cycle', () => {
    expect(messages([plan('pro', 0.2)], 14.9)).toEqual([]);
    expect(messages([plan('pro', 0.2)], 15)).toEqual([
      'PRO is used to 20% of what it includes so far: route more work there.',
    ]);
    expect(messages([plan('pro', 0.5)], 20)).toEqual([]);
    expect(messages([plan('pro', 0.499)], 20)).toHaveLength(1);
    expect(messages([plan('pro', 0.001)], 20)[0]).toContain('less than 1%');
    expect(messages([plan('pro', 0)], 20)[0]).toContain('used to 0%');
    expect(messages([plan('pro', 0)], 20, { subscriptionFloor: 0, totalFloor: 0 })).toEqual([]);
    expect(underused([plan('pro', 0.2)], floors, cycle, 20 * dayMs)).toMatchObject([
      { kind: 'utilization', level: 'info', percent: 50, interval: cycle, limitId: null, value: 'PRO' },
    ]);
  });

  it('is told of all together by their fees, where what one is overused makes up for nothing', () => {
    expect(messages([plan('a', 0.6)], 20)).toEqual([]);
    expect(messages([plan('a', 0.6), plan('b', 0.7)], 20)).toEqual([
      'Your 2 subscriptions together are used to 65% of what they include so far.',
    ]);
    expect(messages([plan('a', 0.6), plan('b', 0.7)], 14)).toEqual([]);
    expect(messages([plan('a', 5, 10e9), plan('b', 0.6, 30e9)], 20)).toEqual([]);
    expect(messages([plan('a', 5, 10e9), plan('b', 0.55, 30e9)], 20)[0]).toContain('66%');
    expect(messages([plan('a', 0.6, 0), plan('b', 0.7, 0)], 20)[0]).toContain('65%');
  });
});
