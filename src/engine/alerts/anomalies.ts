/**
 * Days that are unlike those before: today beside them, of everything, of each provider, of each project, in this order.
 * Nano-dollars.
 */
import type { AlertCondition } from '../../domain/alerts/alert';
import { anomalyOf } from '../../domain/alerts/anomaly';
import { moneyText } from '../../shared/money';
import { buckets } from '../../domain/time/period';
import type { BudgetCalendar } from '../../domain/time/budgetPeriod';
import { dayMs } from '../../shared/time';
import { sum } from '../../domain/totals';
import type { RunningSums, SumGroup } from '../../domain/usage/runningSums';
import type { Counter } from '../../domain/usage/sumWindow';
import type { Configuration } from '../../protocol/configuration';
import type { QueriedLedger } from '../support/ledgerSums';

const scopes = ['global', 'provider', 'project'] as const;
type Scope = (typeof scopes)[number];

const counters: Readonly<Record<Scope, Counter>> = {
  global: { key: 'global', fields: [], valueOf: () => '' },
  provider: { key: 'provider', fields: ['provider'], valueOf: (of) => of.get('provider') },
  project: { key: 'project', fields: ['project'], valueOf: (of) => of.get('project') },
};

/** A baseline is at most so long. */
const mostDays = 400;

export interface UnusualDay {
  condition: AlertCondition;
  /** Whether it was one already by what was spent before an instant. */
  wasSo: (beforeMs: number) => boolean;
}

export class Anomalies {
  private readonly days: SumGroup;

  constructor(
    sums: RunningSums,
    private readonly ledger: QueriedLedger,
  ) {
    this.days = sums.group('days', { by: null, most: mostDays });
    this.days.count(scopes.map((scope) => counters[scope]));
  }

  on(terms: Configuration['alerts']['anomaly'], calendar: BudgetCalendar, nowMs: number): UnusualDay[] {
    const { percent, baselineDays, minNanos } = terms;
    const today = calendar.at('day', nowMs);
    const from = { startMs: today.startMs - (baselineDays + 1) * dayMs, endMs: today.endMs };
    const days = buckets(from, 'day', calendar.zone)
      .slice(-(baselineDays + 1))
      .map(({ startMs, endMs }) => ({ slot: String(startMs), interval: { startMs, endMs } }));
    this.days.retain(new Set(days.map(({ slot }) => slot)));
    const windows = this.days.windows(days);
    return scopes.flatMap((scope) => {
      const counter = counters[scope];
      const values = [...(windows.at(-1)?.all(counter).keys() ?? [])];
      return values.flatMap((value): UnusualDay[] => {
        const spent = windows.map((day) => day.of(counter, value).costNanos);
        const [todayNanos, before] = [spent.at(-1) ?? 0, spent.slice(0, -1)];
        const wasUnusual = (nanos: number): ReturnType<typeof anomalyOf> =>
          anomalyOf(nanos, before, { percent, leastNanos: minNanos });
        const anomaly = wasUnusual(todayNanos);
        if (anomaly === null) return [];
        const whose = value === '' ? '' : ` of ${scope} ${value}`;
        const message = `Today's cost${whose} is ${Math.round(anomaly.percent)}% of its daily average: ${moneyText(
          todayNanos,
        )} beside ${moneyText(anomaly.averageNanos)}.`;
        const about = { subject: JSON.stringify([scope, value]), limitId: null, value: value || null, interval: today };
        return [
          {
            condition: { ...about, kind: 'anomaly', percent, level: 'warning', message },
            wasSo: (beforeMs) => wasUnusual(todayNanos - this.since(beforeMs, today, scope, value)) !== null,
          },
        ];
      });
    });
  }

  /** What of today was spent from an instant on. */
  private since(fromMs: number, today: { startMs: number; endMs: number }, scope: Scope, value: string): number {
    const bucket = { startMs: Math.max(fromMs, today.startMs), endMs: today.endMs, label: '' };
    if (bucket.startMs >= bucket.endMs) return 0;
    const filter = scope === 'global' ? {} : { [scope]: [value] };
    return sum(this.ledger.query({ buckets: [bucket], dimensions: [], filter })).costNanos;
  }
}
