import { describe, expect, it } from 'vitest';
import { OverrideBook, liftedLimit, type Override } from '../../../src/domain/budgets/budgetOverride';

const override = (id: string, parts: Partial<Override> = {}): Override => ({
  id,
  budget: 'b',
  value: null,
  amount: 5,
  reason: 'x',
  atMs: 0,
  untilMs: 100,
  ...parts,
});

describe('overrides', () => {
  it('add up, and one without an amount lifts the limit altogether', () => {
    expect(liftedLimit(10, [])).toBe(10);
    expect(liftedLimit(10, [override('1'), override('2', { amount: 3 })])).toBe(18);
    expect(liftedLimit(10, [override('1'), override('2', { amount: null })])).toBe(Number.POSITIVE_INFINITY);
  });

  it('are for one budget, and for one value of it or for all', () => {
    const book = new OverrideBook();
    expect(book.of('b', 'shop', 0)).toEqual([]);
    for (const one of [override('all'), override('shop', { value: 'shop' }), override('other', { budget: 'c' })]) {
      book.put(one);
    }
    const ids = (value: string, nowMs: number): string[] => book.of('b', value, nowMs).map(({ id }) => id);
    expect(ids('shop', 0)).toEqual(['all', 'shop']);
    expect(ids('blog', 0)).toEqual(['all']);
    expect(ids('shop', 99)).toHaveLength(2);
    expect(ids('shop', 100)).toEqual([]);
  });

  it('end by themselves or by hand, once', () => {
    const book = new OverrideBook();
    book.put(override('short', { untilMs: 50 }));
    book.put(override('long'));
    expect(book.inForce(49)).toHaveLength(2);
    expect(book.expire(49)).toEqual([]);
    expect(book.expire(50).map(({ id }) => id)).toEqual(['short']);
    expect(book.expire(50)).toEqual([]);
    expect(book.take('long')?.id).toBe('long');
    expect(book.take('long')).toBeNull();
    expect(book.all()).toEqual([]);
  });
});
