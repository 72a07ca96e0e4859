/** The status bar item in one short text, and the same as a sentence for a screen reader. Pure. */
import { l10n } from 'vscode';
import { displayName } from '../contributions';
import type { Problem } from '../protocol/snapshot';
import type { Format } from './format';
import { hasToday, importRatio, type MeterView } from './meterView';

export interface MeterText {
  text: string;
  /** In words, without icons. */
  label: string;
}

/** `4 dollars 12 cents`; a screen reader makes little of `$4.12` in most languages. */
export function spokenMoney(usd: number, format: Format): string {
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

function sentences(view: MeterView, format: Format, nowMs: number): string[] {
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
    const ratio = importRatio(snapshot);
    if (ratio !== null) said.push(l10n.t('Reading logs, {0} done.', format.percent(ratio)));
  } else {
    said.push(l10n.t('Today’s spend is not known yet.'));
  }
  said.push(...errorsOf(view).map(({ message }) => message));
  return said;
}

export function meterText(view: MeterView, format: Format, nowMs: number): MeterText {
  const label = `${displayName}: ${sentences(view, format, nowMs).join(' ')}`;
  if (view.engine.kind === 'failed' || view.engine.kind === 'restarting') {
    return { text: `$(warning) ${displayName}`, label };
  }
  const icon = errorsOf(view).length > 0 ? '$(warning)' : '$(pulse)';
  if (!hasToday(view, nowMs)) return { text: `${icon} –`, label };
  const { snapshot } = view;
  const spend = format.money(snapshot.today.total.costUsd);
  const ratio = view.live && icon === '$(pulse)' ? importRatio(snapshot) : null;
  if (ratio !== null) return { text: `$(sync~spin) ${spend} · ${format.percent(ratio)}`, label };
  return { text: `${icon} ${spend}`, label };
}
