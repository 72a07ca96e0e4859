/** How a quota or a budget reads. Pure; whatever is not our own words is for the caller to escape. */
import { l10n } from 'vscode';
import type { LimitState, MeterSnapshot, OverrideState } from '../../protocol/snapshot';
import type { Format } from '../../shared/format';

/** Those that still hold: after its reset nothing is known of a limit until the engine says it. */
export function limitsNow({ limits }: MeterSnapshot, nowMs: number): LimitState[] {
  return limits.filter(({ resetsAtMs }) => resetsAtMs === null || resetsAtMs > nowMs);
}

/** The one that the text of the meter shows; `chosen`: an id, or empty for the tightest. */
export function shownLimit(snapshot: MeterSnapshot, chosen: string, nowMs: number): LimitState | null {
  const limits = limitsNow(snapshot, nowMs);
  const ours = limits.find(({ byDefault, momentary, level }) => !momentary && (!byDefault || level !== 'ok'));
  return limits.find(({ id }) => id === chosen.trim()) ?? ours ?? null;
}

/** `Claude Pro · tokens a day`; of a budget of everything `cost a day`. */
export function limitName({ label, measure, period }: Pick<LimitState, 'label' | 'measure' | 'period'>): string {
  return [label, measureAndPeriod(measure, period)].filter((part) => part !== '').join(' · ');
}

/** `cost a day`. How many agents are at work is so at one time, not in a period. */
export function measureAndPeriod(measure: string | null, period: string): string {
  return measure === 'concurrent_agents'
    ? measureWords(measure)
    : `${measureWords(measure)} ${periodWords(period)}`.trim();
}

export function measureWords(measure: string | null): string {
  switch (measure) {
    case null:
      return '';
    case 'cost':
      return l10n.t('cost');
    case 'tokens':
      return l10n.t('tokens');
    case 'requests':
      return l10n.t('requests');
    case 'projects':
      return l10n.t('projects');
    case 'storage':
      return l10n.t('storage');
    case 'concurrent':
      return l10n.t('at the same time');
    case 'concurrent_agents':
      return l10n.t('agents at work');
    case 'vram_gb':
      return l10n.t('GB of graphics memory');
    case 'tokens_per_second':
      return l10n.t('tokens a second');
    default:
      return measure;
  }
}

export function periodWords(period: string): string {
  switch (period) {
    case 'minute':
      return l10n.t('a minute');
    case 'hour':
      return l10n.t('an hour');
    case 'day':
      return l10n.t('a day');
    case 'week':
      return l10n.t('a week');
    case 'month':
      return l10n.t('a month');
    case 'cycle':
      return l10n.t('a billing cycle');
    case 'session':
      return l10n.t('a session');
    case 'request':
      return l10n.t('a request');
    case 'run':
      return l10n.t('a run');
    case 'plan':
      return l10n.t('a plan');
    case 'gauge':
      return '';
    default:
      return l10n.t('in {0}', period);
  }
}

/** An amount of a measure, as people read it. */
export function amountWords(value: number, measure: string | null, format: Format): string {
  if (measure === 'cost') return format.fullMoney(value);
  return measure === 'storage' ? format.bytes(value) : format.compact(value);
}

/** `630K of 1M`; empty where there are no amounts. */
export function limitAmounts(
  { used, limit, measure }: Pick<LimitState, 'used' | 'limit' | 'measure'>,
  format: Format,
): string {
  if (used === null || limit === null) return '';
  return l10n.t('{0} of {1}', amountWords(used, measure, format), amountWords(limit, measure, format));
}

/** Rounded down: 100 % is only what is used up. */
export function limitPercent({ percent }: Pick<LimitState, 'percent'>, format: Format): string {
  return format.percent(Math.floor(percent) / 100);
}

const barLength = 10;

/** `▰▰▰▰▰▰▱▱▱▱`: any use shows, and only what is used up is full. */
export function limitBar({ percent }: Pick<LimitState, 'percent'>): string {
  const filled = percent >= 100 ? barLength : Math.min(barLength - 1, Math.ceil((percent / 100) * barLength));
  return '▰'.repeat(filled) + '▱'.repeat(barLength - filled);
}

/** Who says so, and how long ago; `null` for what we count ourselves. */
export function limitSource({ source, asOfMs }: LimitState, format: Format, nowMs: number): string | null {
  if (source === 'counted') return null;
  const age = format.ago(asOfMs, nowMs) ?? l10n.t('just now');
  return l10n.t('{0}, {1}', source, age);
}

/** Of the limit that is lifted, where it is one of these; else by its id. */
export function overriddenLimit({ budget, scopeId }: OverrideState, limits: readonly LimitState[]): string {
  const limit = limits.find(({ id, label }) => id === budget && label === (scopeId ?? ''));
  return limit === undefined ? overriddenId({ budget, scopeId }) : limitName(limit);
}

/** `project.day.cost (shop)` */
export function overriddenId({ budget, scopeId }: Pick<OverrideState, 'budget' | 'scopeId'>): string {
  return scopeId === null ? budget : `${budget} (${scopeId})`;
}

/** `$5.00 more, ends in 3 hr.` */
export function overrideTerms({ measure, amount, untilMs }: OverrideState, format: Format, nowMs: number): string {
  const until = format.until(untilMs, nowMs);
  if (amount === null) return l10n.t('no limit, ends {0}', until);
  return l10n.t('{0} more, ends {1}', amountWords(amount, measure, format), until);
}

/** `cost a day is lifted: $5.00 more, ends in 3 hr. (the release)` */
export function overrideSentence(name: string, override: OverrideState, format: Format, nowMs: number): string {
  return l10n.t('{0} is lifted: {1} ({2})', name, overrideTerms(override, format, nowMs), override.reason);
}
