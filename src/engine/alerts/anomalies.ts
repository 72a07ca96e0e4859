/**
 * Days that are unlike those before: today beside them, of everything, of each provider, of each project, in this order.
 * Nano-dollars.
 */
import type { AlertCondition } from '../../domain/alerts/alert';
import { anomalyOf } from '../../domain/alerts/anomaly';
import { moneyText } from '../../shared/money';
import { buckets } from '../../domain/time/period';
import { dayMs } from '../../shared/time';
import type { Configuration } from '../../protocol/configuration';
import { sum } from '../../domain/totals';
import type { BudgetKeeper } from '../budgets/keeper';

const scopes = ['global', 'provider', 'project'] as const;
type Scope = (typeof scopes)[number];

export interface FoundAnomaly {
  scope: Scope;
  condition: AlertCondition;
  /** Whether it was one already by what was spent before an instant. */
  wasSo: (beforeMs: number) => boolean;
}

export function anomalies(
  keeper: Pick<BudgetKeeper, 'query' | 'zone' | 'calendar'>,
  { alerts }: Pick<Configuration, 'alerts'>,
  nowMs: number,
): FoundAnomaly[] {
  const { percent, baselineDays, minNanos } = alerts.anomaly;
  const terms = { percent, leastNanos: minNanos };
  const today = keeper.calendar().at('day', nowMs);
  const from = { startMs: today.startMs - (baselineDays + 1) * dayMs, endMs: today.endMs };
  const days = buckets(from, 'day', keeper.zone()).slice(-(baselineDays + 1));
  const rows = keeper.query({ buckets: days, dimensions: ['provider', 'project'], filter: {} });
  const bySubject = new Map<string, Map<string, number>>();
  for (const { bucket, group, costNanos } of rows) {
    for (const [scope, value] of [
      ['global', ''],
      ['provider', group.provider ?? null],
      ['project', group.project ?? null],
    ] as const satisfies [Scope, string | null][]) {
      if (value === null) continue;
      const key = JSON.stringify([scope, value]);
      const byDay = bySubject.get(key) ?? new Map<string, number>();
      bySubject.set(key, byDay.set(bucket, (byDay.get(bucket) ?? 0) + costNanos));
    }
  }
  const found = [...bySubject].flatMap(([key, byDay]): FoundAnomaly[] => {
    const spent = days.map(({ label }) => byDay.get(label) ?? 0);
    const [todayNanos, before] = [spent.at(-1) ?? 0, spent.slice(0, -1)];
    const anomaly = anomalyOf(todayNanos, before, terms);
    if (anomaly === null) return [];
    const [scope, value] = JSON.parse(key) as [Scope, string];
    const whose = value === '' ? '' : ` of ${scope} ${value}`;
    const message = `Today's cost${whose} is ${Math.round(anomaly.percent)}% of its daily average: ${moneyText(
      todayNanos,
    )} beside ${moneyText(anomaly.averageNanos)}.`;
    const about = { subject: key, limitId: null, value: value || null, interval: today };
    const since = (fromMs: number): number => {
      const bucket = { startMs: Math.max(fromMs, today.startMs), endMs: today.endMs, label: '' };
      if (bucket.startMs >= bucket.endMs) return 0;
      const filter = scope === 'global' ? {} : { [scope]: [value] };
      return sum(keeper.query({ buckets: [bucket], dimensions: [], filter })).costNanos;
    };
    return [
      {
        scope,
        condition: { ...about, kind: 'anomaly', percent, level: 'warning', message },
        wasSo: (beforeMs) => anomalyOf(todayNanos - since(beforeMs), before, terms) !== null,
      },
    ];
  });
  return found.sort((a, b) => scopes.indexOf(a.scope) - scopes.indexOf(b.scope));
}
