/** Single values of a file: only those that it gives. */
import { nanosFromUsd } from '../../domain/money';
import { canonicalProvider } from '../../domain/prices/provider';
import type { AlertChannel, Configuration } from '../../protocol/configuration';
import type { FileEntries } from '../schema/file';

type Given = Partial<
  Pick<
    Configuration,
    | 'timezone'
    | 'currency'
    | 'pricesUpdated'
    | 'fallbackProviders'
    | 'strategy'
    | 'unestimated'
    | 'whenQuotaExhausted'
    | 'project'
  >
> & { alerts: Partial<Configuration['alerts']>; retention: Partial<Configuration['retention']> };

export function settingsOfFile(entries: FileEntries): Given {
  const { currency, alerts = {}, usage = {} } = entries;
  const { anomaly, utilization } = alerts;
  return {
    ...present('timezone', entries.timezone),
    ...present('project', entries.project),
    ...present('pricesUpdated', entries.pricing?.last_updated),
    ...present('strategy', entries.strategy),
    ...present('unestimated', entries.unestimated),
    ...present('whenQuotaExhausted', entries.when_quota_exhausted),
    ...present('fallbackProviders', entries.fallback_providers && unique(entries.fallback_providers)),
    ...(currency && { currency: { code: currency.display ?? 'USD', perUsd: currency.per_usd ?? 1 } }),
    alerts: {
      ...present(
        'thresholds',
        alerts.thresholds?.map(({ message = null, ...threshold }) => ({ ...threshold, message })),
      ),
      ...present('channels', alerts.notifications && channels(alerts.notifications)),
      ...(anomaly && {
        anomaly: {
          percent: anomaly.percent ?? 200,
          baselineDays: anomaly.baseline_days ?? 14,
          minNanos: nanosFromUsd(anomaly.min_amount ?? 5),
        },
      }),
      ...(utilization && {
        utilization: {
          subscriptionFloor: utilization.subscription_floor ?? 0.5,
          totalFloor: utilization.total_floor ?? 0.7,
        },
      }),
    },
    retention: {
      ...present('detailedDays', days(usage.retention?.detailed)),
      ...present('dailyDays', days(usage.retention?.daily)),
      ...present('schedule', usage.aggregation?.schedule),
    },
  };
}

export function unique(providers: readonly string[]): string[] {
  return [...new Set(providers.map(canonicalProvider))];
}

/** What is told in the editor can not be turned off. */
function channels(notifications: NonNullable<NonNullable<FileEntries['alerts']>['notifications']>): AlertChannel[] {
  const others = notifications.filter(({ type }) => type !== 'in_app');
  return [
    { type: 'in_app', enabled: true },
    ...others.map(({ enabled = true, ...channel }) => ({ ...channel, enabled })),
  ];
}

function days(kept: number | 'forever' | undefined): number | null | undefined {
  return kept === 'forever' ? null : kept;
}

function present<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, T>);
}

/** An object without some of its keys, and without what is undefined. */
export function omit<T extends object, K extends keyof T>(object: T, ...keys: readonly K[]): Omit<T, K> {
  return Object.fromEntries(
    Object.entries(object).filter(([key, value]) => value !== undefined && !keys.some((one) => one === key)),
  ) as Omit<T, K>;
}
