import fc from '../../support/properties';
import { describe, expect, it } from 'vitest';
import { AlertBook, silenceKey, type AlertCondition } from '../../../src/domain/alerts/alert';
import { anomalyOf, leastHistoryDays } from '../../../src/domain/alerts/anomaly';
import { auditOrigin, chained, verify, type AuditEntry } from '../../../src/domain/alerts/audit';
import { forecast } from '../../../src/domain/budgets/forecast';
import { planDisplay } from '../../../src/domain/plan';

const day = { startMs: 0, endMs: 1_000 };
const next = { startMs: 1_000, endMs: 2_000 };
const condition = (parts: Partial<AlertCondition> = {}): AlertCondition => ({
  subject: 's',
  kind: 'threshold',
  percent: 80,
  level: 'warning',
  message: 'm',
  limitId: 'b',
  value: null,
  interval: day,
  ...parts,
});

describe('an alert', () => {
  it('fires once per subject, threshold and period, and a lower one never after a higher', () => {
    const book = new AlertBook();
    const fires = (parts: Partial<AlertCondition>): boolean => book.consider(condition(parts), 5) !== null;
    expect(fires({ percent: 50 })).toBe(true);
    expect(fires({ percent: 50 })).toBe(false);
    expect(fires({ percent: 95 }), 'a jump').toBe(true);
    expect(fires({ percent: 80 })).toBe(false);
    expect(fires({ percent: 50, interval: next })).toBe(true);
    expect(fires({ percent: 50, subject: 'other' })).toBe(true);
    expect(fires({ percent: 50, kind: 'forecast' })).toBe(true);
    expect(fires({ percent: 50, kind: 'forecast', interval: null })).toBe(true);
    expect(fires({ percent: 50, kind: 'forecast', interval: null })).toBe(false);
  });

  it('takes periods whose end drifts for one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -200, max: 200 }), { minLength: 1, maxLength: 20 }), (drifts) => {
        const book = new AlertBook();
        const about = (drift: number): AlertCondition =>
          condition({ interval: { startMs: drift, endMs: 1_000 + drift } });
        const fired = drifts.filter((drift) => book.consider(about(drift), 0) !== null);
        expect(fired).toHaveLength(1);
        expect(book.consider(about(1_000 + (drifts.at(-1) ?? 0)), 0), 'the next period').not.toBeNull();
      }),
    );
    const book = new AlertBook();
    book.consider(condition(), 0);
    expect(book.consider(condition({ interval: { startMs: 3, endMs: 1_003 } }), 0)).toBeNull();
  });

  it('is not active while it is untrue, as when a limit is lifted, and is not told anew when it is true again', () => {
    const book = new AlertBook();
    expect(book.reach(condition(), 80), 'nothing was told').toBe(false);
    book.consider(condition(), 1);
    const active = (): number => book.active(2).length;
    expect([book.reach(condition(), 80), active()]).toEqual([false, 1]);
    expect([book.reach(condition({ kind: 'forecast' }), 0), active()]).toEqual([false, 1]);
    expect([book.reach(condition(), 50), active()]).toEqual([true, 0]);
    expect([book.reach(condition(), 0), active()]).toEqual([false, 0]);
    expect(book.consider(condition(), 2)).toBeNull();
    expect([book.reach(condition(), 95), active()]).toEqual([true, 1]);
    expect(book.consider(condition({ percent: 95 }), 2)).not.toBeNull();
    expect(active()).toBe(1);
    // What it was of an alert that is forgotten is not what it is of the next.
    book.reach(condition(), 0);
    expect(book.forget(2_000)).toEqual(['threshold:s']);
    book.consider(condition(), 2_000);
    expect(book.active(2_000 - 1_500)).toHaveLength(1);
  });

  it('is active until its period is over, it is put aside, or nobody wants it', () => {
    const book = new AlertBook();
    const first = book.consider(condition(), 1);
    const second = book.consider(condition({ subject: 't', percent: 95 }), 2);
    book.consider(condition({ subject: 'u', kind: 'exhausted', percent: 100 }), 3);
    if (first === null || second === null) throw new Error('nothing fired');
    const ids = (nowMs: number): string[] => book.active(nowMs).map(({ subject }) => subject);
    expect(ids(999)).toEqual(['t', 's']);
    expect(ids(1_000)).toEqual([]);
    expect(book.get(first.id)).toBe(first);
    expect(book.get('none')).toBeNull();
    book.put({ ...first, snoozedUntilMs: 500 });
    expect(ids(499)).toEqual(['t']);
    expect(ids(500)).toEqual(['t', 's']);
    book.put({ ...second, acknowledged: true });
    expect(ids(500)).toEqual(['s']);
    book.silence(silenceKey(first));
    expect(ids(500)).toEqual([]);
    expect(book.silenced()).toEqual([silenceKey(first)]);
    expect(book.consider(condition({ interval: next }), 0)).toBeNull();
    expect(book.consider(condition({ interval: next, percent: 100 }), 0), 'another threshold').not.toBeNull();
  });

  it('is forgotten a period after its own, and of runs when there are too many', () => {
    const book = new AlertBook();
    book.consider(condition(), 0);
    expect(book.forget(1_999)).toEqual([]);
    expect(book.forget(2_000)).toEqual(['threshold:s']);
    for (let index = 0; index < 2_003; index += 1)
      book.consider(condition({ subject: `r${index}`, interval: null }), index);
    expect(book.forget(0)).toEqual(['threshold:r0', 'threshold:r1', 'threshold:r2']);
    expect(book.all()).toHaveLength(2_000);
  });
});

describe('an alert that fired', () => {
  it('has an id of its subject, threshold and period, and nobody has shown it', () => {
    const book = new AlertBook();
    expect(book.consider(condition(), 7)).toMatchObject({
      id: 'threshold:s@80/0',
      told: false,
      acknowledged: false,
      snoozedUntilMs: null,
      firedMs: 7,
    });
    expect(book.consider(condition({ interval: next }), 7)?.id).toBe('threshold:s@80/1000');
    expect(book.consider(condition({ subject: 'r', interval: null }), 7)?.id).toBe('threshold:r@80/0');
    expect(
      book.active(1_999_999).map(({ subject }) => subject),
      'a run has no end',
    ).toEqual(['r']);
    expect(book.consider(condition({ subject: 'r' }), 7), 'no period is not a period').not.toBeNull();
  });

  it('is of one period with another whose end is less than half of the longer away', () => {
    const again = (startMs: number, endMs: number): boolean => {
      const book = new AlertBook();
      book.consider(condition(), 0);
      return book.consider(condition({ interval: { startMs, endMs } }), 0) !== null;
    };
    expect([again(0, 1_499), again(500, 1_500), again(500, 1_499)]).toEqual([false, true, false]);
    expect(again(0, 3_000), 'of a longer one').toBe(true);
    expect(again(-1_500, 1_700), 'that has the greater part in common').toBe(false);
  });

  it('without a period is forgotten when there are too many of them, the oldest first, and no other', () => {
    const book = new AlertBook();
    for (let index = 0; index < 2_001; index += 1) {
      book.consider(condition({ subject: `r${index}`, interval: null }), 5_000 - index);
    }
    for (let index = 0; index < 5; index += 1) book.consider(condition({ subject: `b${index}` }), 0);
    expect(book.forget(0)).toEqual(['threshold:r2000']);
  });
});

describe('an alert of a forecast', () => {
  const forecastOf = (parts: Partial<AlertCondition> = {}): AlertCondition =>
    condition({ kind: 'forecast', percent: 100, ...parts });

  it.each([
    ['info', true],
    ['warning', true],
    ['critical', false],
    ['exceeded', false],
  ] as const)('beside a threshold of the level %s: %s', (level, told) => {
    const book = new AlertBook();
    book.consider(forecastOf(), 0);
    book.consider(condition({ level }), 0);
    expect(
      book
        .active(10)
        .map(({ kind }) => kind)
        .includes('forecast'),
    ).toBe(told);
    const other = new AlertBook();
    other.consider(condition({ level }), 0);
    expect(other.consider(forecastOf(), 1) !== null).toBe(told);
  });

  it('is for its own subject and period, and over when that is exhausted', () => {
    const book = new AlertBook();
    book.consider(condition({ level: 'critical', subject: 'other' }), 0);
    book.consider(condition({ level: 'critical', interval: { startMs: -1_000, endMs: 0 } }), 0);
    expect(book.consider(forecastOf(), 0)).not.toBeNull();
    book.consider(condition({ kind: 'anomaly', level: 'critical' }), 0);
    expect(book.active(10).map(({ kind }) => kind)).toContain('forecast');
    book.consider(condition({ kind: 'exhausted', level: 'exceeded' }), 0);
    expect(book.active(10).map(({ kind }) => kind)).not.toContain('forecast');
  });

  it('stands behind what is worse, and of equals behind the older', () => {
    const book = new AlertBook();
    book.consider(condition({ subject: 'younger' }), 2);
    book.consider(condition({ subject: 'older' }), 1);
    book.consider(condition({ subject: 'worse', percent: 95 }), 3);
    expect(book.active(10).map(({ subject }) => subject)).toEqual(['worse', 'older', 'younger']);
  });
});

describe('a forecast', () => {
  const period = { startMs: 0, endMs: 100 * 3_600_000 };
  const hour = 3_600_000;

  it('carries the average rate on to the end of the period', () => {
    expect(forecast(period, 20, 100, 40 * hour)).toEqual({
      burnRatePerHour: expect.closeTo(0.5) as number,
      projected: 50,
      exhaustsMs: null,
    });
    expect(forecast(period, 80, 100, 40 * hour)).toEqual({
      burnRatePerHour: expect.closeTo(2) as number,
      projected: 200,
      exhaustsMs: 50 * hour,
    });
    expect(forecast(period, 100, 100, 40 * hour)?.exhaustsMs).toBe(40 * hour);
    expect(forecast(period, 40, 100, 40 * hour)?.exhaustsMs, 'exactly at the end').toBeNull();
  });

  it('says nothing too early, of nothing, and after the end', () => {
    expect(forecast(period, 20, 100, 10 * hour - 1)).toBeNull();
    expect(forecast(period, 20, 100, 10 * hour)).not.toBeNull();
    expect(forecast(period, 0, 100, 40 * hour)).toBeNull();
    expect(forecast(period, 20, 100, period.endMs)).toBeNull();
  });
});

describe('E7 an anomaly', () => {
  const usd = 1_000_000_000;
  const usual = Array.from({ length: leastHistoryDays }, () => 2 * usd);
  const percent = 200;

  it('is a day over the percentage of the average before it', () => {
    const terms = { percent, leastNanos: 0 };
    expect(anomalyOf(5 * usd, usual, terms)).toEqual({ percent: 250, averageNanos: 2 * usd });
    expect(anomalyOf(4 * usd, usual, terms)).toBeNull();
    expect(anomalyOf(4 * usd + 1, usual, terms)).not.toBeNull();
  });

  it('is above the average by an amount that matters', () => {
    const terms = { percent, leastNanos: 5 * usd };
    expect(anomalyOf(7 * usd - 1, usual, terms)).toBeNull();
    expect(anomalyOf(7 * usd, usual, terms)).toEqual({ percent: 350, averageNanos: 2 * usd });
  });

  it('needs a history of days with use, and is measured by these alone', () => {
    const terms = { percent, leastNanos: 0 };
    expect(anomalyOf(5 * usd, usual.slice(1), terms)).toBeNull();
    expect(anomalyOf(5 * usd, [...usual.slice(1), 0, 0, 0], terms), 'idle days are no history').toBeNull();
    // A project of Mondays costs on a Monday what it costs on Mondays.
    const mondays = usual.flatMap((nanos) => [nanos, 0, 0, 0, 0, 0, 0]);
    expect(anomalyOf(2 * usd, mondays, terms)).toBeNull();
    expect(anomalyOf(5 * usd, mondays, terms)).toEqual({ percent: 250, averageNanos: 2 * usd });
    expect(anomalyOf(5 * usd, [], terms)).toBeNull();
    expect(anomalyOf(0, usual, terms)).toBeNull();
  });
});

describe('the audit chain', () => {
  const hash = (text: string): string => `#${text.length}:${text.slice(-40)}`;
  const chain = (count: number): AuditEntry[] => {
    const entries: AuditEntry[] = [];
    for (let index = 0; index < count; index += 1) {
      entries.push(
        chained({ atMs: index, kind: 'override_set', detail: { b: index, a: 'x' } }, entries.at(-1) ?? null, hash),
      );
    }
    return entries;
  };

  it('is whole as it was written, and broken where anything was touched', () => {
    expect(verify([], hash)).toEqual({ intact: true, entries: 0, head: auditOrigin });
    const entries = chain(5);
    expect(entries[0]?.detail).toBe('{"a":"x","b":0}');
    const sorted = chained({ atMs: 0, kind: 'override_set', detail: { a: 'x', b: 0 } }, null, hash);
    expect(sorted, 'in whatever order it was said').toEqual(entries[0]);
    expect(verify(entries, hash)).toEqual({ intact: true, entries: 5, head: entries[4]?.hash });
    fc.assert(
      fc.property(fc.nat(4), fc.constantFrom('seq', 'atMs', 'kind', 'detail', 'hash'), (place, field) => {
        const touched = entries.map((entry, index) =>
          index === place ? { ...entry, [field]: field === 'atMs' || field === 'seq' ? 99 : 'other' } : entry,
        );
        expect(verify(touched, hash)).toMatchObject({ intact: false, brokenAt: place + 1 });
      }),
    );
    expect(verify(entries.toSpliced(2, 1), hash)).toMatchObject({ intact: false, brokenAt: 3, entries: 4 });
    expect(verify(entries.slice(1), hash)).toMatchObject({ intact: false, brokenAt: 1 });
  });
});

describe('a plan in words', () => {
  it('says what there is', () => {
    const figures = {
      plan: 'p',
      tokens: 1_500,
      costNanos: 1_250_000_000,
      requests: 1,
      byProvider: [['a', 1_250_000_000]] as const,
      remainingNanos: 750_000_000,
      exhaustions: 2,
    };
    expect(planDisplay(figures)).toEqual({
      Plan: 'p',
      'Total cost': '$1.25',
      'Total tokens': '1,500 tokens',
      Requests: '1 request',
      'Cost by provider': 'a $1.25',
      'Budget remaining': '$0.75',
      'Exhaustion events': '2',
    });
    expect(planDisplay({ ...figures, byProvider: [], remainingNanos: null, exhaustions: 0 })).toMatchObject({
      'Cost by provider': 'none',
      'Budget remaining': 'no limit',
      'Exhaustion events': 'none',
    });
  });
});
