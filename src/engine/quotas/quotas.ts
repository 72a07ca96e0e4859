/**
 * How the quotas of a configuration stand: counted from the ledger, by running counts that live as long as somebody asks for
 * them, beside what providers said. Money in nano-dollars, instants in epoch ms UTC.
 */
import {
  ageOf,
  countedReading,
  inForce,
  isAbout,
  isCounted,
  observedReading,
  observedWindow,
  paceOf,
  periodOf,
} from '../../domain/quota';
import { quotaInterval, quotaWindowName } from '../../domain/time/quotaWindow';
import type { EventCopy } from '../../ledger/tables/eventCopy';
import type { SumListener } from '../../ledger/queries/sumWatch';
import type { Configuration, Quota, QuotaWindow } from '../../protocol/configuration';
import type { Interval } from '../../protocol/query';
import type { ObservedQuota, QuotaReading, QuotaState } from '../../protocol/quota';
import { tokensOf } from '../../domain/totals';
import type { Service } from '../support/service';
import { counterFor, type Counter, type CounterKey, type CountSource } from './counter';

export interface QuotaLedger extends CountSource {
  watchSums(listener: SumListener): { dispose: () => void };
  observedQuotas(): ObservedQuota[];
  observeQuota(quota: ObservedQuota): Promise<void>;
}

/** A count that nobody asks for any more costs time at every event. */
const unusedMs = 3_600_000;
/** A rate is taken over the last minute. */
const rateSeconds = 60;
const rateWindow = { kind: 'rolling', lengthMs: rateSeconds * 1000 } as const;

interface Kept {
  key: CounterKey;
  counter: Counter;
  askedMs: number;
}

export class Quotas implements Service {
  private readonly kept = new Map<string, Kept>();
  private readonly watching: { dispose: () => void };

  /** `onDidObserve`: somebody said something new. */
  constructor(
    private readonly ledger: QuotaLedger,
    private readonly onDidObserve: () => void = () => undefined,
  ) {
    this.watching = ledger.watchSums({
      name: 'quotas',
      fromMs: () => Math.min(...[...this.kept.values()].map(({ counter }) => counter.fromMs())),
      counted: (event, sign) => this.counted(event, sign),
      replaced: () => {
        for (const { counter } of this.kept.values()) counter.forget();
      },
    });
  }

  stop(): void {
    this.watching.dispose();
  }

  /** Those that are configured, in their order, and then what was observed of others. */
  states(configuration: Configuration, zone: string, nowMs: number): QuotaState[] {
    this.dropUnused(nowMs);
    const { quotas } = configuration;
    const observed = this.ledger.observedQuotas();
    const others = observed.filter((one) => !quotas.some((quota) => isAbout(one, quota)));
    return [
      ...quotas.map((quota) => this.stateOf(quota, observed, configuration, zone, nowMs)),
      ...others.flatMap((one) => observedState(one, configuration, nowMs)),
    ];
  }

  /** Durable when it resolves; answers whether it is the newest. */
  async observe(quota: ObservedQuota): Promise<boolean> {
    await this.ledger.observeQuota(quota);
    this.onDidObserve();
    return this.ledger.observedQuotas().some((known) => known.asOfMs === quota.asOfMs && sameQuota(known, quota));
  }

  private stateOf(
    quota: Quota,
    allObserved: readonly ObservedQuota[],
    configuration: Configuration,
    zone: string,
    nowMs: number,
  ): QuotaState {
    const subscription = configuration.subscriptions.find(({ id }) => id === quota.subscription);
    const cycleDay = subscription?.cycleDay ?? 1;
    const period = quotaInterval(quota.window, nowMs, zone, cycleDay);
    const counted = isCounted(quota.meter) ? this.count(quota, zone, cycleDay, nowMs) : null;
    const observed = newest(
      allObserved.filter((one) => isAbout(one, quota)),
      quota.window,
      period,
      quota.limit,
      nowMs,
    );
    const reading = inForce(counted, observed);
    return {
      id: quota.id,
      subscription: quota.subscription,
      provider: quota.provider,
      label: subscription?.displayName ?? quota.provider,
      meter: quota.meter,
      window: quotaWindowName(quota.window),
      reading,
      counted,
      observed: observed?.reading ?? null,
      pace: paceOfReading(reading, quota.window, period, nowMs),
    };
  }

  private count(quota: Quota, zone: string, cycleDay: number, nowMs: number): QuotaReading {
    const { provider, meter, limit } = quota;
    if (meter === 'tokens_per_second') {
      const counter = this.counter({ provider, meter, window: rateWindow, zone: 'UTC', cycleDay: 1 }, nowMs);
      const { used } = counter.count(nowMs, limit * rateSeconds);
      return countedReading(used / rateSeconds, limit, null, nowMs);
    }
    // A count without a window of its own is of the cycle.
    const window = quota.window.kind === 'gauge' ? ({ kind: 'cycle' } as const) : quota.window;
    const { used, resetsAtMs } = this.counter({ provider, meter, window, zone, cycleDay }, nowMs).count(nowMs, limit);
    return countedReading(used, limit, resetsAtMs, nowMs);
  }

  private counter(key: CounterKey, nowMs: number): Counter {
    const id = JSON.stringify([key.provider, key.meter, quotaWindowName(key.window), key.zone, key.cycleDay]);
    let kept = this.kept.get(id);
    if (kept === undefined) {
      kept = { key, counter: counterFor(key, this.ledger), askedMs: nowMs };
      this.kept.set(id, kept);
    }
    kept.askedMs = nowMs;
    return kept.counter;
  }

  private counted(event: Readonly<EventCopy>, sign: 1 | -1): void {
    const provider = event.circumstances.get('provider');
    const measured = {
      project: event.circumstances.get('project'),
      events: 1,
      tokens: tokensOf(event),
      output: event.output,
      costNanos: event.costNanos ?? 0,
    };
    for (const { key, counter } of this.kept.values()) {
      if (key.provider === provider) counter.counted(event.atMs, measured, sign);
    }
  }

  private dropUnused(nowMs: number): void {
    for (const [id, { askedMs }] of this.kept) {
      if (Math.abs(nowMs - askedMs) > unusedMs) this.kept.delete(id);
    }
  }
}

/** What was observed of a quota that nobody configured: without a limit there is only what the provider says. */
function observedState(observed: ObservedQuota, configuration: Configuration, nowMs: number): QuotaState[] {
  const window = observedWindow(observed);
  const found = newest([observed], window, null, null, nowMs);
  if (found === null) return [];
  const subscription = configuration.subscriptions.find(({ id }) => id === observed.subscription);
  const { provider, meter } = observed;
  return [
    {
      id: [observed.subscription ?? provider, ...(meter === null ? [] : [meter]), observed.window].join('.'),
      subscription: observed.subscription,
      provider,
      label: subscription?.displayName ?? observed.subscription ?? provider,
      meter,
      window: observed.window,
      reading: found.reading,
      counted: null,
      observed: found.reading,
      pace: paceOfReading(found.reading, window, null, nowMs),
    },
  ];
}

function newest(
  observed: readonly ObservedQuota[],
  window: QuotaWindow,
  period: Interval | null,
  limit: number | null,
  nowMs: number,
): { reading: QuotaReading; age: 'fresh' | 'stale' } | null {
  let best: { reading: QuotaReading; age: 'fresh' | 'stale' } | null = null;
  for (const one of observed) {
    const age = ageOf(one, window, period, nowMs);
    if (age === 'void' || (best !== null && best.reading.asOfMs >= one.asOfMs)) continue;
    best = { reading: observedReading(one, limit, age), age };
  }
  return best;
}

function paceOfReading(
  reading: QuotaReading | null,
  window: QuotaWindow,
  period: Interval | null,
  nowMs: number,
): number | null {
  return reading === null ? null : paceOf(reading.percent, periodOf(reading, window, period, nowMs), nowMs);
}

function sameQuota(a: ObservedQuota, b: ObservedQuota): boolean {
  return (['provider', 'subscription', 'window', 'meter', 'source', 'used', 'usedPercent'] as const).every(
    (key) => a[key] === b[key],
  );
}
