/** What the tooltip says of quotas and budgets. Pure; whatever is not our own words is escaped. */
import { l10n } from 'vscode';
import type { LimitState, MeterSnapshot } from '../../protocol/snapshot';
import { markdown } from '../../shared/escape';
import type { Format } from '../../shared/format';
import {
  limitAmounts,
  limitBar,
  limitName,
  limitPercent,
  limitSource,
  limitsNow,
  measureAndPeriod,
  overriddenLimit,
  overrideSentence,
  periodWords,
} from '../documents/limitWords';
import { message } from './tooltipMessage';
import { cutMiddle, rowsOf } from './tooltipRows';

/** Renderers fold spaces. */
export const gap = '&nbsp;&nbsp;&nbsp;';

const mostWritten = 3;
const mostDefault = 2;

/**
 * Those that are worth a line: what the user wrote and what providers said, the tightest first, then defaults that are near
 * their end. What is so at a moment comes behind what lasts.
 */
export function limitsWorthALine(snapshot: MeterSnapshot, nowMs: number): LimitState[] {
  const limits = limitsNow(snapshot, nowMs);
  const written = limits.filter(({ byDefault }) => !byDefault);
  const lasting = written.filter(({ momentary }) => !momentary);
  const near = limits.filter(({ byDefault, momentary, level }) => byDefault && !momentary && level !== 'ok');
  return [
    ...[...lasting, ...written.filter(({ momentary }) => momentary)].slice(0, mostWritten),
    ...near.slice(0, mostDefault),
  ];
}

/** A name is cut to no less, whatever stands beside it. */
const shortestName = 10;

/** `⚠ cost a day   ▰▰▰▰▰▰▰▰▱▱ 81%   $8.10 of $10.00 · resets in 3 hr.`: in one row, if that can be. */
export function limitLine(limit: LimitState, format: Format, nowMs: number): string {
  const { label, measure, period } = limit;
  const whole = lineOf(limit, limitName(limit), format, nowMs);
  if (rowsOf(whole) === 1) return whole;
  // An amount of money says by itself that it is of a cost, and a whole one needs no cents.
  const ofMoney = measure === 'cost' && limit.used !== null && limit.limit !== null;
  const short: Format = { ...format, fullMoney: (usd) => format.shortMoney(usd) };
  const letters = Array.from(label).length;
  for (let length = letters; length >= Math.min(letters, shortestName); length -= 1) {
    const what = ofMoney ? periodWords(period) : measureAndPeriod(measure, period);
    const name = [cutMiddle(label, length), what].filter((part) => part !== '').join(' · ');
    const line = lineOf(limit, name, short, nowMs);
    if (rowsOf(line) === 1) return line;
  }
  return whole;
}

function lineOf(limit: LimitState, name: string, format: Format, nowMs: number): string {
  const reset = limit.resetsAtMs === null ? '' : l10n.t('resets {0}', format.until(limit.resetsAtMs, nowMs));
  // A bar without its figure beside it says little.
  const percent = `${limitBar(limit)}\u00a0${markdown(limitPercent(limit, format))}`;
  const said = [limitAmounts(limit, format), reset, limitSource(limit, format, nowMs) ?? ''];
  const icon = limit.level === 'ok' || limit.momentary ? '' : `$(${limit.level === 'warning' ? 'warning' : 'error'}) `;
  const about = said.filter((part) => part !== '').map(markdown);
  return `${icon}${markdown(name)}${gap}${percent}${gap}${about.join(' · ')}`;
}

/** The budget that is lifted by hand, with what for; of several the one that ends first. */
export function overrideLine({ overrides, limits }: MeterSnapshot, format: Format, nowMs: number): string | null {
  const [first, ...others] = overrides.filter(({ untilMs }) => untilMs > nowMs);
  if (first === undefined) return null;
  const sentence = overrideSentence(overriddenLimit(first, limits), first, format, nowMs);
  return message('$(unlock)', sentence, others.length, format);
}
