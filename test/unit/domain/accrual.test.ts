import fc from '../../support/properties';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { accrued, type Charge } from '../../../src/domain/accrual';
import { cycleAt } from '../../../src/domain/time/cycle';

const zone = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Asia/Kathmandu',
);
const instant = fc.integer({ min: Date.parse('2009-01-01T00:00:00Z'), max: Date.parse('2035-01-01T00:00:00Z') });
const feeNanos = fc.integer({ min: 1, max: 2_000_000_000_000 });
const cycleDay = fc.integer({ min: 1, max: 31 });
const dayMs = 86_400_000;

function fee(nanos: number, day: number): Charge {
  return {
    kind: 'subscription',
    id: 's',
    label: 'S',
    provider: 'anthropic',
    accrual: { by: 'cycle', feeNanos: nanos, cycleDay: day },
  };
}

const power: Charge = {
  kind: 'electricity',
  id: 'ollama',
  label: 'ollama',
  provider: 'ollama',
  accrual: { by: 'power', watts: 350, nanosPerKwh: 300_000_000 },
};

describe('A4 what accrues', () => {
  it('adds up over the days of a cycle to the fee, to the nano-dollar', () => {
    fc.assert(
      fc.property(instant, zone, feeNanos, cycleDay, (atMs, where, nanos, day) => {
        const cycle = cycleAt(atMs, day, where);
        expect(accrued(fee(nanos, day), cycle, where)).toBe(nanos);
        let sum = 0;
        for (let one = DateTime.fromMillis(cycle.startMs, { zone: where }); one.toMillis() < cycle.endMs;) {
          const next = one.plus({ days: 1 }).startOf('day');
          sum += accrued(fee(nanos, day), { startMs: one.toMillis(), endMs: next.toMillis() }, where);
          one = next;
        }
        expect(sum).toBe(nanos);
      }),
      { numRuns: 300 },
    );
  });

  it('adds up to the fee where a zone skipped a day: Samoa had no 30 December in 2011', () => {
    for (const day of [29, 30, 31]) {
      for (const at of ['2011-12-15T12:00:00Z', '2012-01-15T12:00:00Z']) {
        const cycle = cycleAt(Date.parse(at), day, 'Pacific/Apia');
        expect(accrued(fee(1_000_003, day), cycle, 'Pacific/Apia')).toBe(1_000_003);
      }
    }
  });

  it('is for two intervals side by side what it is for both', () => {
    const days = fc.nat(800);
    fc.assert(
      fc.property(instant, days, days, zone, feeNanos, cycleDay, (startMs, first, second, where, nanos, day) => {
        const [middleMs, endMs] = [startMs + first * dayMs + 12_345, startMs + (first + second) * dayMs + 23_456];
        for (const charge of [fee(nanos, day), power]) {
          const parts =
            accrued(charge, { startMs, endMs: middleMs }, where) + accrued(charge, { startMs: middleMs, endMs }, where);
          expect(parts).toBe(accrued(charge, { startMs, endMs }, where));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives each day of a cycle about the same', () => {
    const [startMs, endMs] = ['2026-11-15T00:00:00Z', '2026-11-16T00:00:00Z'].map(Date.parse) as [number, number];
    expect(accrued(fee(20_000_000_000, 15), { startMs, endMs }, 'UTC')).toBe(666_666_666);
    expect(accrued(fee(20_000_000_000, 15), { startMs: startMs + 1, endMs }, 'UTC')).toBe(0);
  });

  it('of electricity is what runs all day costs, also on a day of 23 hours', () => {
    const day = (from: string, to: string): number =>
      accrued(power, { startMs: Date.parse(from), endMs: Date.parse(to) }, 'Europe/Berlin');
    // 350 W for 24 h are 8.4 kWh at 30 cents.
    expect(day('2026-11-21T00:00:00+01:00', '2026-11-22T00:00:00+01:00')).toBe(2_520_000_000);
    expect(day('2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00')).toBe(2_415_000_000);
  });
});
