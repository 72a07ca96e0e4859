/**
 * A decision's reasons as sentences that a person understands without knowing us. English; instants in the configured
 * zone, money to the cent, or as fine as it takes to be more than nothing.
 */
import { DateTime } from 'luxon';
import { amountText } from '../../shared/money';
import { dayMs, hourMs } from '../../shared/time';
import type { LimitReason, Reason } from './authorize';
import type { BudgetState } from './budgetState';

/** `2026-12-01` where the day begins, else `2026-11-22 14:00`. */
export function instantText(atMs: number, zone: string): string {
  const at = DateTime.fromMillis(atMs, { zone });
  return at.toMillis() === at.startOf('day').toMillis() ? at.toFormat('yyyy-MM-dd') : at.toFormat('yyyy-MM-dd HH:mm');
}

/** `45 s`, `12 min`, `5 h`, `3 d`: never less than it takes. */
export function durationText(ms: number): string {
  if (ms < 60_000) return `${Math.ceil(ms / 1000)} s`;
  if (ms < hourMs) return `${Math.ceil(ms / 60_000)} min`;
  return ms < 2 * dayMs ? `${Math.ceil(ms / hourMs)} h` : `${Math.ceil(ms / dayMs)} d`;
}

const periodWords: Readonly<Record<string, string>> = {
  request: 'per-request',
  run: 'per-run',
  plan: 'per-plan',
  session: 'session',
  minute: 'per-minute',
  hour: 'hourly',
  day: 'daily',
  week: 'weekly',
  month: 'monthly',
};

const measureWords: Readonly<Record<string, string>> = {
  cost: 'cost',
  tokens: 'token',
  requests: 'request',
  concurrent_agents: 'concurrent-agents',
};

/** `daily cost budget of project my-arpg`; `limit of requests per minute of provider anthropic` */
export function limitName({
  of,
  scope,
  value,
  period,
  measure,
}: Pick<LimitReason, 'of' | 'scope' | 'value' | 'period' | 'measure'>): string {
  const whose = value === null ? '' : ` of ${scope.replace('_', ' ')} ${value}`;
  return measure === 'concurrent_agents'
    ? `limit of concurrent agents${whose}`
    : `${periodWords[period] ?? period} ${measureWords[measure] ?? measure} ${of}${whose}`;
}

/** `daily cost budget of project my-arpg` */
export function budgetName({
  budget: { scope, period, measure },
  value,
}: Pick<BudgetState, 'budget' | 'value'>): string {
  return limitName({ of: 'budget', scope, value: value === '' ? null : value, period, measure });
}

/** `$4.12 of $5.00` */
export function amountsText({ used, limit, budget }: Pick<BudgetState, 'used' | 'limit' | 'budget'>): string {
  return upTo({ used, limit, measure: budget.measure });
}

function upTo({ used, limit, measure }: Pick<LimitReason, 'used' | 'limit' | 'measure'>): string {
  return `${amountText(used, measure)} of ${amountText(limit, measure)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Ends of the sentence: which limit in the configuration, and when it is over. */
function tail({ hard, limitId, ...reason }: LimitReason, zone: string): string {
  const soft = hard ? '' : '; the limit is soft, work goes on';
  return `${resets(reason, zone)}${soft} (${limitId}).`;
}

function resets({ resetsMs }: Pick<LimitReason, 'resetsMs'>, zone: string): string {
  return resetsMs === null ? '' : `; it resets ${instantText(resetsMs, zone)}`;
}

export function reasonText(reason: Reason, zone: string): string {
  if (reason.kind === 'unestimated') {
    return reason.effect === 'warn'
      ? 'The cost of this call can not be estimated, so no budget holds anything for it.'
      : 'The cost of this call can not be estimated, and the configuration blocks what can not be.';
  }
  const name = limitName(reason);
  const { measure, limit, reserved } = reason;
  switch (reason.kind) {
    case 'used_up':
      return reason.period === 'request'
        ? `The ${name} allows nothing${tail(reason, zone)}`
        : `The ${name} is used up: ${upTo(reason)}${tail(reason, zone)}`;
    case 'would_cross': {
      const estimate =
        reason.estimate === null ? 'The request' : `The estimated ${amountText(reason.estimate, measure)}`;
      if (reason.period === 'request') {
        return `${estimate} is more than the ${name} of ${amountText(limit, measure)}${tail(reason, zone)}`;
      }
      const held = reserved === 0 ? '' : `, ${amountText(reserved, measure)} reserved`;
      return `${estimate} would cross the ${name}: ${upTo(reason)} used${held}${tail(reason, zone)}`;
    }
    case 'approach':
      return `${capital(name)}: ${upTo(reason)} used${resets(reason, zone)} (${reason.limitId}).`;
    case 'waiting':
      return `Others wait for the ${name} before this one (${reason.limitId}).`;
  }
}

export function localOnlyNotice(untilMs: number | null, zone: string): string {
  const until = untilMs === null ? 'the budget is raised' : instantText(untilMs, zone);
  return `Cloud budget exhausted, operating local-only until ${until}`;
}
