/** Days that are unlike those before: today beside them, of everything, of each provider, of each project. Nano-dollars. */
import type { AlertCondition } from '../../domain/alert';
import { anomalyOf } from '../../domain/anomaly';
import { moneyText } from '../../domain/authorizeWords';
import { buckets } from '../../domain/period';
import { dayMs } from '../../domain/zone';
import type { Configuration } from '../../protocol/configuration';
import type { BudgetKeeper } from './keeper';

export function anomalies(
  keeper: Pick<BudgetKeeper, 'query' | 'zone' | 'calendar'>,
  { alerts }: Pick<Configuration, 'alerts'>,
  nowMs: number,
): AlertCondition[] {
  const { percent, baselineDays } = alerts.anomaly;
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
    ] as const) {
      if (value === null) continue;
      const key = JSON.stringify([scope, value]);
      const byDay = bySubject.get(key) ?? new Map<string, number>();
      bySubject.set(key, byDay.set(bucket, (byDay.get(bucket) ?? 0) + costNanos));
    }
  }
  return [...bySubject].flatMap(([key, byDay]): AlertCondition[] => {
    const spent = days.map(({ label }) => byDay.get(label) ?? 0);
    const anomaly = anomalyOf(spent.at(-1) ?? 0, spent.slice(0, -1), percent);
    if (anomaly === null) return [];
    const [scope = '', value = ''] = JSON.parse(key) as string[];
    const whose = value === '' ? '' : ` of ${scope} ${value}`;
    const message = `Today's cost${whose} is ${Math.round(anomaly.percent)}% of its daily average: ${moneyText(
      spent.at(-1) ?? 0,
    )} beside ${moneyText(anomaly.averageNanos)}.`;
    const about = { subject: key, limitId: null, value: value || null, interval: today };
    return [{ ...about, kind: 'anomaly', percent, level: 'warning', message }];
  });
}
