/** The names of the periods. */
import { dashboardPeriods, type DashboardPeriod } from '../../src/protocol/dashboard/dashboard';
import type { DashboardString } from '../../src/protocol/dashboard/dashboardStrings';
import { usableZone } from '../../src/shared/format';
import type { Text } from '../text';
import type { Option } from '../ui/toolkit';

export const custom = 'custom';

const names: Readonly<Record<DashboardPeriod, DashboardString>> = {
  today: 'today',
  yesterday: 'yesterday',
  week: 'week',
  last_week: 'lastWeek',
  month: 'month',
  last_month: 'lastMonth',
  last_30_days: 'last30Days',
  last_90_days: 'last90Days',
};

export function periodOptions(text: Text): Option[] {
  return dashboardPeriods.map((value) => ({ value, label: text.t(names[value]) }));
}

export function isNamed(value: string): value is DashboardPeriod {
  return (dashboardPeriods as readonly string[]).includes(value);
}

/** The calendar date of an instant: `2026-11-21`. */
export function isoDate(atMs: number, timezone: string): string {
  const zone = usableZone(timezone);
  const parts = new Intl.DateTimeFormat('en', {
    ...(zone !== undefined && { timeZone: zone }),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const of = Object.fromEntries(parts.formatToParts(atMs).map(({ type, value }) => [type, value]));
  return `${of['year'] ?? ''}-${of['month'] ?? ''}-${of['day'] ?? ''}`;
}
