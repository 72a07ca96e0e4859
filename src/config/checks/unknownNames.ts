/** Names that the world outside of the file knows or does not: time zones, calendar dates, cron schedules. */
import { dayOfDate, isZone } from '../../domain/time/zone';
import { subscriptionPlan, subscriptionPlans } from '../../domain/subscriptionPlans';
import type { Finding } from '../issue';
import { placedPrices } from '../normalise/prices';
import { suggest } from '../validate/suggest';
import { finding, type CheckedFile } from './check';
import { scheduleProblem } from './schedule';

export function unknownNames({ entries, filePath }: CheckedFile): Finding[] {
  const findings: Finding[] = [];
  const { timezone } = entries;
  if (timezone !== undefined && !isZone(timezone)) {
    const near = suggest(timezone, Intl.supportedValuesOf('timeZone'));
    const message = `no time zone ${timezone} is known${near === null ? '' : `; did you mean ${near}?`}`;
    const replacement = near === null ? {} : { replacement: { title: `Change to ${near}`, text: near } };
    findings.push(finding('error', 'unknown_time_zone', message, ['timezone'], replacement));
  }
  const dates = [
    { date: entries.pricing?.last_updated, path: ['pricing', 'last_updated'] },
    ...placedPrices(entries).map(({ entry, path }) => ({ date: entry.from, path: [...path, 'from'] })),
  ];
  for (const { date, path } of dates) {
    if (date !== undefined && dayOfDate(date) === null) {
      findings.push(finding('error', 'unknown_date', `no calendar has the day ${date}`, filePath(path)));
    }
  }
  const schedule = entries.usage?.aggregation?.schedule;
  const problem = schedule === undefined ? null : scheduleProblem(schedule);
  if (problem !== null) {
    findings.push(finding('error', 'unknown_schedule', problem, ['usage', 'aggregation', 'schedule']));
  }
  for (const [index, { plan }] of (entries.subscriptions ?? []).entries()) {
    if (plan === undefined || subscriptionPlan(plan) !== null) continue;
    const near = suggest(
      plan,
      subscriptionPlans.map(({ id }) => id),
    );
    const message = `no plan ${plan} is known${near === null ? '' : `; did you mean ${near}?`}`;
    const replacement = near === null ? {} : { replacement: { title: `Change to ${near}`, text: near } };
    findings.push(finding('warning', 'unknown_plan', message, filePath(['subscriptions', index, 'plan']), replacement));
  }
  return findings;
}
