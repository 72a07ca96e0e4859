/**
 * Running counts of one provider's usage in one window: begun with what the ledger has, then told of each change. Exact at
 * any time, and reading one costs nothing but where its period has just ended. Instants are epoch ms UTC.
 */
import { grainOf, quotaInterval } from '../../domain/time/quotaWindow';
import type { GrainSums } from '../../ledger/queries/grainQuery';
import type { QuotaMeter, QuotaWindow } from '../../protocol/configuration';
import type { Interval, LedgerQuery, LedgerRow } from '../../protocol/query';
import { tokensOf } from '../../domain/totals';
import { add, merge, usedOf, type Measured, type Tally } from './measure';

export interface CounterKey {
  provider: string;
  meter: QuotaMeter;
  window: Exclude<QuotaWindow, { kind: 'gauge' }>;
  zone: string;
  cycleDay: number;
}

/** What the ledger has. */
export interface CountSource {
  query(query: LedgerQuery): LedgerRow[];
  grains(interval: Interval, grainMs: number, provider: string): GrainSums[];
}

/** Events may be of up to a day from now: they are in the period that they will be in. */
const farthestAheadMs = 86_400_000;

export interface Count {
  used: number;
  /** When something of it is used no more, for a limit that is reached: when it is reached no more; `null`: nothing is used. */
  resetsAtMs: number | null;
  period: Interval;
}

export interface Counter {
  /** Older events are none of its business. */
  fromMs(): number;
  counted(atMs: number, measured: Measured, sign: 1 | -1): void;
  count(nowMs: number, limit: number): Count;
  /** Begins anew at the next count. */
  forget(): void;
}

export function counterFor(key: CounterKey, source: CountSource): Counter {
  return key.window.kind === 'rolling'
    ? new RollingCounter(key, key.window.lengthMs, source)
    : new PeriodCounter(key, source);
}

/** Of periods that follow each other. */
class PeriodCounter implements Counter {
  private period: Interval | null = null;
  private tally: Tally = new Map();

  constructor(
    private readonly key: CounterKey,
    private readonly source: CountSource,
  ) {}

  fromMs(): number {
    return this.period?.startMs ?? Number.POSITIVE_INFINITY;
  }

  counted(atMs: number, measured: Measured, sign: 1 | -1): void {
    if (this.period === null || atMs < this.period.startMs || atMs >= this.period.endMs) return;
    add(this.tally, this.key.meter, measured, sign);
  }

  count(nowMs: number): Count {
    const { provider, meter } = this.key;
    const known = this.period;
    const period = known !== null && nowMs >= known.startMs && nowMs < known.endMs ? known : this.begin(nowMs);
    if (period !== known) {
      this.period = period;
      this.tally = new Map();
      const rows = this.source.query({
        buckets: [{ ...period, label: '' }],
        dimensions: ['project'],
        filter: { provider: [provider] },
      });
      for (const row of rows) {
        add(this.tally, meter, { ...row, project: row.group.project ?? null, tokens: tokensOf(row) }, 1);
      }
    }
    return { used: usedOf(this.tally, meter), resetsAtMs: period.endMs, period };
  }

  forget(): void {
    this.period = null;
  }

  private begin(nowMs: number): Interval {
    const { window, zone, cycleDay } = this.key;
    const period = quotaInterval(window, nowMs, zone, cycleDay);
    if (period === null) throw new Error('a gauge has no period');
    return period;
  }
}

/** Of a window that moves with time, kept in the steps that it moves by. */
class RollingCounter implements Counter {
  private grains: Map<number, Tally> | null = null;
  private tally: Tally = new Map();
  private period: Interval = { startMs: 0, endMs: 0 };
  private readonly grainMs: number;
  /** Looking for it takes a walk through the window. */
  private reset: { limit: number; atMs: number | null } | null = null;

  constructor(
    private readonly key: CounterKey,
    private readonly lengthMs: number,
    private readonly source: CountSource,
  ) {
    this.grainMs = grainOf(lengthMs);
  }

  fromMs(): number {
    return this.grains === null ? Number.POSITIVE_INFINITY : this.period.startMs;
  }

  counted(atMs: number, measured: Measured, sign: 1 | -1): void {
    if (this.grains === null || atMs < this.period.startMs) return;
    this.reset = null;
    const { meter } = this.key;
    this.put(this.grains, atMs, measured, sign);
    if (atMs < this.period.endMs) add(this.tally, meter, measured, sign);
  }

  count(nowMs: number, limit: number): Count {
    const period = quotaInterval(this.key.window, nowMs, this.key.zone) ?? this.period;
    // A clock set back shows what has been dropped again.
    if (this.grains === null || period.startMs < this.period.startMs) this.grains = this.load(period);
    if (period.endMs !== this.period.endMs) this.move(this.grains, period);
    const used = usedOf(this.tally, this.key.meter);
    if (this.reset?.limit !== limit) this.reset = { limit, atMs: this.resetsAt(this.grains, used, limit) };
    return { used, resetsAtMs: this.reset.atMs, period };
  }

  forget(): void {
    this.grains = null;
    this.tally = new Map();
  }

  private load(period: Interval): Map<number, Tally> {
    const grains = new Map<number, Tally>();
    this.period = { startMs: period.startMs, endMs: period.startMs };
    const all = { startMs: period.startMs, endMs: period.endMs + farthestAheadMs };
    for (const sums of this.source.grains(all, this.grainMs, this.key.provider))
      this.put(grains, sums.startMs, sums, 1);
    return grains;
  }

  private put(grains: Map<number, Tally>, atMs: number, measured: Measured, sign: 1 | -1): void {
    const startMs = Math.floor(atMs / this.grainMs) * this.grainMs;
    let grain = grains.get(startMs);
    if (grain === undefined) grains.set(startMs, (grain = new Map<string, number>()));
    add(grain, this.key.meter, measured, sign);
    if (grain.size === 0) grains.delete(startMs);
  }

  private move(grains: Map<number, Tally>, period: Interval): void {
    this.period = period;
    this.reset = null;
    this.tally = new Map();
    for (const [startMs, grain] of grains) {
      if (startMs < period.startMs) grains.delete(startMs);
      else if (startMs < period.endMs) merge(this.tally, grain);
    }
  }

  /** A step leaves the window one length after it began. */
  private resetsAt(grains: Map<number, Tally>, used: number, limit: number): number | null {
    if (used === 0) return null;
    const { meter } = this.key;
    const left = new Map(this.tally);
    const inWindow = [...grains].filter(([startMs]) => startMs < this.period.endMs).toSorted(([a], [b]) => a - b);
    for (const [startMs, grain] of inWindow) {
      if (used < limit) return startMs + this.lengthMs;
      for (const [key, amount] of grain) {
        const rest = (left.get(key) ?? 0) - amount;
        if (rest === 0) left.delete(key);
        else left.set(key, rest);
      }
      if (usedOf(left, meter) < limit) return startMs + this.lengthMs;
    }
    return null;
  }
}
