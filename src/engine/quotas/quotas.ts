/**
 * How the quotas of a configuration stand: counted from the ledger, by running sums, beside what providers said. Money in
 * nano-dollars, instants in epoch ms UTC.
 */
import { byProject, everything, freedAtMs, usedOf } from '../../domain/quotas/counted';
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
} from '../../domain/quotas/quota';
import { grainOf, quotaInterval, quotaWindowName } from '../../domain/time/quotaWindow';
import type { RunningSums, SumGroup } from '../../domain/usage/runningSums';
import type { WindowSums } from '../../domain/usage/sumWindow';
import type { UsageSums } from '../../domain/usage/usageSums';
import type { Configuration, Quota, QuotaWindow } from '../../protocol/configuration';
import type { Interval } from '../../protocol/query';
import type { ObservedQuota, QuotaReading, QuotaState } from '../../protocol/quota';

export interface QuotaLedger {
  observedQuotas(): ObservedQuota[];
  observeQuota(quota: ObservedQuota): Promise<void>;
}

/** Windows that nobody asks for any more cost time at every event of their provider. */
const mostWindows = 200;
/** A rate is taken over the last minute. */
const rateSeconds = 60;
const rateWindow = { kind: 'rolling', lengthMs: rateSeconds * 1000 } as const;

type RollingWindow = Extract<QuotaWindow, { kind: 'rolling' }>;

export class Quotas {
  private readonly group: SumGroup;
  /** When windows let go, by meter and limit: looking for it takes a walk through the window. */
  private readonly freed = new WeakMap<WindowSums, { version: number; atMs: Map<string, number | null> }>();

  /** `onDidObserve`: somebody said something new. */
  constructor(
    private readonly ledger: QuotaLedger,
    sums: RunningSums,
    private readonly onDidObserve: () => void = () => undefined,
  ) {
    this.group = sums.group('quotas', { by: 'provider', most: mostWindows });
    this.group.count([everything, byProject]);
  }

  /** Those that are configured, in their order, and then what was observed of others. */
  states(configuration: Configuration, zone: string, nowMs: number): QuotaState[] {
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

  /** A live sum of a provider's usage. `name`: by which it is found again. */
  usage(provider: string, name: string, interval: Interval): Readonly<UsageSums> {
    return this.group.window({ slot: slotOf(provider, name), owner: provider, interval }).of(everything, '');
  }

  private count(quota: Quota, zone: string, cycleDay: number, nowMs: number): QuotaReading {
    const { provider, meter, limit } = quota;
    if (meter === 'tokens_per_second') {
      const used = usedOf(meter, this.rolling(provider, rateWindow, nowMs));
      return countedReading(used / rateSeconds, limit, null, nowMs);
    }
    // A count without a window of its own is of the cycle.
    const window = quota.window.kind === 'gauge' ? ({ kind: 'cycle' } as const) : quota.window;
    if (window.kind === 'rolling') {
      const sums = this.rolling(provider, window, nowMs);
      const resetsAtMs = this.freedAtMs(quota, window.lengthMs, sums);
      return countedReading(usedOf(meter, sums), limit, resetsAtMs, nowMs);
    }
    const interval = intervalOf(window, nowMs, zone, cycleDay);
    const slot = slotOf(provider, quotaWindowName(window), zone, cycleDay);
    const sums = this.group.window({ slot, owner: provider, interval });
    return countedReading(usedOf(meter, sums), limit, interval.endMs, nowMs);
  }

  private rolling(provider: string, window: RollingWindow, nowMs: number): WindowSums {
    return this.group.window({
      slot: slotOf(provider, quotaWindowName(window)),
      owner: provider,
      interval: intervalOf(window, nowMs, 'UTC'),
      stepMs: grainOf(window.lengthMs),
    });
  }

  private freedAtMs({ meter, limit }: Quota, lengthMs: number, sums: WindowSums): number | null {
    let known = this.freed.get(sums);
    if (known?.version !== sums.version) this.freed.set(sums, (known = { version: sums.version, atMs: new Map() }));
    const key = `${meter} ${limit}`;
    let atMs = known.atMs.get(key);
    if (atMs === undefined) known.atMs.set(key, (atMs = freedAtMs(meter, sums, lengthMs, limit)));
    return atMs;
  }
}

function slotOf(...parts: (string | number)[]): string {
  return JSON.stringify(parts);
}

function intervalOf(
  window: Exclude<QuotaWindow, { kind: 'gauge' }>,
  atMs: number,
  zone: string,
  cycleDay = 1,
): Interval {
  const interval = quotaInterval(window, atMs, zone, cycleDay);
  if (interval === null) throw new Error('a gauge has no period');
  return interval;
}

/** What was observed of a quota that nobody configured: without a limit there is only what the provider says. */
function observedState(observed: ObservedQuota, configuration: Configuration, nowMs: number): QuotaState[] {
  const window = observedWindow(observed);
  const newestOne = newest([observed], window, null, null, nowMs);
  if (newestOne === null) return [];
  const { reading } = newestOne;
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
      reading,
      counted: null,
      observed: reading,
      pace: paceOfReading(reading, window, null, nowMs),
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
  let latest: { reading: QuotaReading; age: 'fresh' | 'stale' } | null = null;
  for (const one of observed) {
    const age = ageOf(one, window, period, nowMs);
    if (age === 'void' || (latest !== null && latest.reading.asOfMs >= one.asOfMs)) continue;
    latest = { reading: observedReading(one, limit, age), age };
  }
  return latest;
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
