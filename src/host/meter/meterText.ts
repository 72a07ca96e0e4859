/** The status bar item in one short text, and the same as a sentence for a screen reader. Pure. */
import { l10n } from 'vscode';
import { displayName, type MeterPart } from '../../contributions';
import type { LimitState, MeterSnapshot, Problem } from '../../protocol/snapshot';
import type { Format } from '../../shared/format';
import {
  limitName,
  limitPercent,
  limitsNow,
  overriddenLimit,
  overrideSentence,
  shownLimit,
} from '../documents/limitWords';
import { hasToday, importRatio, type MeterView } from './meterView';

export interface MeterText {
  text: string;
  /** In words, without icons. */
  label: string;
  /** Of the limits that were crossed: the item is neutral until then. */
  level: LimitState['level'];
}

export interface MeterSettings {
  /** In this order. */
  show: readonly MeterPart[];
  /** Id of the quota or budget to show; empty: the tightest. */
  limit: string;
}

/** `4 dollars 12 cents`; a screen reader makes little of `$4.12` in most languages. */
export function spokenMoney(usd: number, format: Format): string {
  if (format.currency.code !== 'USD') return format.spokenMoney(usd);
  const allCents = Math.round(usd * 100);
  if (usd > 0 && usd < 0.01) return l10n.t('less than 1 cent');
  const dollars = Math.floor(allCents / 100);
  const cents = dollars >= 1000 ? 0 : allCents % 100;
  const spokenDollars = dollars === 1 ? l10n.t('1 dollar') : l10n.t('{0} dollars', format.count(dollars));
  const spokenCents = cents === 1 ? l10n.t('1 cent') : l10n.t('{0} cents', cents);
  if (cents === 0) return spokenDollars;
  return dollars === 0 ? spokenCents : l10n.t('{0} {1}', spokenDollars, spokenCents);
}

function errorsOf({ snapshot }: MeterView): Problem[] {
  return snapshot?.problems.filter(({ severity }) => severity === 'error') ?? [];
}

function limitSentence(limit: LimitState, format: Format, nowMs: number): string {
  const words = [limitName(limit), limitPercent(limit, format)] as const;
  if (limit.resetsAtMs === null) return l10n.t('{0}: {1} used.', ...words);
  return l10n.t('{0}: {1} used, resets {2}.', ...words, format.spokenUntil(limit.resetsAtMs, nowMs));
}

function partText(part: MeterPart, snapshot: MeterSnapshot, limit: LimitState | null, format: Format): string[] {
  switch (part) {
    case 'today':
      return [format.money(snapshot.today.total.costUsd)];
    case 'month':
      return [l10n.t('{0} this month', format.money(snapshot.month.total.costUsd))];
    case 'session':
      return [l10n.t('{0} in this window', format.money(snapshot.session.total.costUsd))];
    case 'tokens':
      return [l10n.t('{0} tokens', format.compact(snapshot.today.total.tokens.total))];
    case 'limit':
      return limit === null ? [] : [limitPercent(limit, format)];
  }
}

const levels = ['ok', 'warning', 'exceeded'] as const;

/** The gravest of all that still hold. */
function levelOf(view: MeterView, nowMs: number): LimitState['level'] {
  if (view.snapshot?.ledgerOpen !== true || !view.live) return 'ok';
  const crossed = limitsNow(view.snapshot, nowMs).map(({ momentary, level }) =>
    momentary ? 0 : levels.indexOf(level),
  );
  return levels[Math.max(0, ...crossed)] ?? 'ok';
}

function sentences(view: MeterView, { limit }: MeterSettings, format: Format, nowMs: number): string[] {
  const said: string[] = [];
  if (view.engine.kind === 'failed') said.push(l10n.t('The meter does not work. {0}', view.engine.reason));
  if (view.engine.kind === 'restarting') said.push(l10n.t('The meter stopped and is starting again.'));
  if (hasToday(view, nowMs)) {
    const { snapshot } = view;
    said.push(
      l10n.t(
        '{0} spent today, {1} this month.',
        spokenMoney(snapshot.today.total.costUsd, format),
        spokenMoney(snapshot.month.total.costUsd, format),
      ),
    );
    const shown = shownLimit(snapshot, limit, nowMs);
    if (shown !== null) said.push(limitSentence(shown, format, nowMs));
    if (snapshot.notice !== null) said.push(snapshot.notice);
    said.push(
      ...snapshot.overrides
        .filter(({ untilMs }) => untilMs > nowMs)
        .map((override) => `${overrideSentence(overriddenLimit(override, snapshot.limits), override, format, nowMs)}.`),
    );
    const ratio = importRatio(snapshot);
    if (ratio !== null) said.push(l10n.t('Reading logs, {0} done.', format.percent(ratio)));
  } else {
    said.push(l10n.t('Today’s spend is not known yet.'));
  }
  said.push(...errorsOf(view).map(({ message }) => message));
  return said;
}

export function meterText(view: MeterView, settings: MeterSettings, format: Format, nowMs: number): MeterText {
  const label = `${displayName}: ${sentences(view, settings, format, nowMs).join(' ')}`;
  const level = levelOf(view, nowMs);
  if (view.engine.kind === 'failed' || view.engine.kind === 'restarting') {
    return { text: `$(warning) ${displayName}`, label, level: 'ok' };
  }
  const icon = errorsOf(view).length > 0 ? '$(warning)' : '$(pulse)';
  if (!hasToday(view, nowMs)) return { text: `${icon} –`, label, level };
  const { snapshot } = view;
  const limit = shownLimit(snapshot, settings.limit, nowMs);
  const parts = settings.show.flatMap((part) => partText(part, snapshot, limit, format));
  const ratio = view.live && icon === '$(pulse)' ? importRatio(snapshot) : null;
  if (ratio !== null) {
    // While logs are read the percentage is theirs.
    const spend = settings.show
      .filter((part) => part !== 'limit')
      .flatMap((part) => partText(part, snapshot, null, format));
    return { text: `$(sync~spin) ${[...spend, format.percent(ratio)].join(' · ')}`, label, level };
  }
  return { text: `${icon} ${parts.join(' · ') || '–'}`, label, level };
}
