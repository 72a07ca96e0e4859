import fc from '../../support/properties';
import { describe, expect, it } from 'vitest';
import { addSums, noSums, type Sums } from '../../../src/domain/usage/usageSums';
import type { BudgetCounter, Place } from '../../../src/domain/budgets/budgetSpend';
import { ReservationBook, type Reservation } from '../../../src/domain/budgets/reservation';
import { inForce, liftedLimit, OverrideBook, type Override } from '../../../src/domain/budgets/budgetOverride';

const counter = (key: string): BudgetCounter => ({
  key,
  spec: { scope: 'global', scopeId: null, except: [], period: 'day' },
  fields: [],
  valueOf: () => '',
});
const counters = ['a', 'b', 'c'].map(counter);
const places: Place[] = counters.flatMap((one) => ['', 'x'].map((value) => ({ counter: one, value, instance: '' })));

const reservation = (id: string, sums: Partial<Sums> = {}, expiresMs = 100): Reservation => ({
  id,
  atMs: 0,
  expiresMs,
  provider: 'p',
  model: 'm',
  subject: {},
  sessionStartMs: 0,
  sums: { ...noSums(), requests: 1, ...sums },
});

describe('reservations', () => {
  it('hold exactly what is open, whatever is granted, settled and expires', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('hold' as const),
        id: fc.nat(20),
        cost: fc.nat(1_000),
        at: fc.subarray(places),
        lasts: fc.nat(50),
      }),
      fc.record({ kind: fc.constant('settle' as const), id: fc.nat(25) }),
      fc.record({ kind: fc.constant('clock' as const), ms: fc.nat(200) }),
      fc.record({ kind: fc.constant('replace' as const), at: fc.subarray(places) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const book = new ReservationBook();
        const open = new Map<string, { sums: Sums; at: Place[]; expiresMs: number }>();
        const over = new Map<string, 'closed' | 'expired'>();
        let nowMs = 0;
        for (const one of steps) {
          if (one.kind === 'hold') {
            const id = String(one.id);
            if (open.has(id)) continue;
            const held = reservation(id, { costNanos: one.cost }, nowMs + one.lasts);
            book.hold(held, one.at);
            open.set(id, { sums: held.sums, at: one.at, expiresMs: held.expiresMs });
          } else if (one.kind === 'settle') {
            const id = String(one.id);
            const expected = open.has(id)
              ? 'settled'
              : over.get(id) === 'closed'
                ? 'repeated'
                : over.has(id)
                  ? 'late'
                  : 'unknown';
            expect(book.settle(id)).toBe(expected);
            if (open.delete(id) || over.has(id)) over.set(id, 'closed');
          } else if (one.kind === 'clock') {
            nowMs = one.ms;
            const expired = [...open].filter(([, { expiresMs }]) => expiresMs <= nowMs).map(([id]) => id);
            expect(book.expire(nowMs).sort()).toEqual(expired.sort());
            for (const id of expired) {
              open.delete(id);
              over.set(id, 'expired');
            }
          } else {
            book.replace(() => one.at);
            for (const [id, held] of open) open.set(id, { ...held, at: one.at });
          }
          expect(book.size).toBe(open.size);
          for (const place of places) {
            const total = noSums();
            for (const { sums, at } of open.values()) if (at.includes(place)) addSums(total, sums);
            expect(book.held(place)).toEqual(total);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are found by id, and added up by provider and age', () => {
    const book = new ReservationBook();
    book.hold({ ...reservation('old', { tokens: 5 }), atMs: 10 }, []);
    book.hold({ ...reservation('new', { tokens: 7 }), atMs: 20 }, []);
    book.hold({ ...reservation('other', { tokens: 9 }), provider: 'q', atMs: 20 }, []);
    expect(book.heldOfProvider('p', 0)).toEqual({ costNanos: 0, tokens: 12, requests: 2 });
    expect(book.heldOfProvider('p', 20)).toEqual({ costNanos: 0, tokens: 7, requests: 1 });
    expect(book.get('new')?.atMs).toBe(20);
    expect(book.get('none')).toBeNull();
    expect(book.all().map(({ id }) => id)).toEqual(['old', 'new', 'other']);
  });

  it('are forgotten in the end', () => {
    const book = new ReservationBook();
    for (let index = 0; index < 20_001; index += 1) {
      book.hold(reservation(`r${index}`), []);
      book.settle(`r${index}`);
    }
    expect(book.settle('r0')).toBe('unknown');
    expect(book.settle('r20000')).toBe('repeated');
  });
});

describe('overrides', () => {
  const override = (parts: Partial<Override>): Override => ({
    id: 'o',
    budget: 'b',
    value: null,
    amount: 5,
    reason: 'r',
    atMs: 0,
    untilMs: 100,
    ...parts,
  });

  it('add up, and lift altogether', () => {
    expect(liftedLimit(10, [])).toBe(10);
    expect(liftedLimit(10, [override({}), override({ amount: 7 })])).toBe(22);
    expect(liftedLimit(10, [override({}), override({ amount: null })])).toBe(Number.POSITIVE_INFINITY);
  });

  it('hold for their budget, their value and their time', () => {
    const book = new OverrideBook();
    expect(book.of('b', '', 0)).toEqual([]);
    book.put(override({ id: 'all' }));
    book.put(override({ id: 'one', value: 'x' }));
    book.put(override({ id: 'other', budget: 'c', untilMs: 50 }));
    const ids = (budget: string, value: string, nowMs: number): string[] =>
      book.of(budget, value, nowMs).map(({ id }) => id);
    expect(ids('b', 'x', 99)).toEqual(['all', 'one']);
    expect(ids('b', 'y', 99)).toEqual(['all']);
    expect(ids('c', '', 50)).toEqual([]);
    expect(inForce(override({}), 100)).toBe(false);
    expect(book.expire(50).map(({ id }) => id)).toEqual(['other']);
    expect(book.all().map(({ id }) => id)).toEqual(['all', 'one']);
  });
});
