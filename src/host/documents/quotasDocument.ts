/**
 * The text of *Show Quotas*: Markdown that reads as plain text. What we counted and what the provider said stand side by side,
 * the one that holds first. Money in USD, storage in bytes. Pure.
 */
import { l10n } from 'vscode';
import type { QuotaFigures, QuotaStatus } from '../../protocol/api/api';
import { documentText } from '../../shared/escape';
import { currencyNote } from './currencyNote';
import type { Format } from '../../shared/format';
import { limitAmounts, limitBar, limitName, limitPercent } from './limitWords';
import { left, right, textTable, type Column } from '../../shared/markdownTable';

export function quotasDocument(quotas: readonly QuotaStatus[], format: Format, nowMs: number): string {
  const head = `# ${l10n.t('Agent quotas')}`;
  if (quotas.length === 0) {
    const how = l10n.t(
      'No quota is known. Put your subscription or a provider’s limits into your configuration (Agent Meter: Manage Subscriptions…), or let an agent report what its provider says.',
    );
    return `${head}\n\n${how}\n`;
  }
  const rows = quotas
    .toSorted((a, b) => (b.percent ?? -1) - (a.percent ?? -1))
    .flatMap((quota) => rowsOf(quota, format, nowMs));
  return [
    head,
    textTable(columns(), rows),
    l10n.t('Pace is the used part divided by the part of the period that has passed: above 1 it will not last.'),
    [l10n.t('As of {0}.', format.instant(nowMs)), ...currencyNote(format)].join(' '),
    '',
  ].join('\n\n');
}

function columns(): Column[] {
  return [
    left(l10n.t('Quota')),
    left(l10n.t('Used')),
    right('%'),
    right(l10n.t('Amounts')),
    left(l10n.t('Resets')),
    right(l10n.t('Pace')),
    left(l10n.t('Source')),
    left(l10n.t('Age')),
    left(l10n.t('Confidence')),
  ];
}

/** The reading in force, and the other one below it, if there is one. */
function rowsOf(quota: QuotaStatus, format: Format, nowMs: number): string[][] {
  const { subscription, provider, meter, window, pace } = quota;
  const name = documentText(limitName({ label: subscription ?? provider, measure: meter, period: window }));
  const other = [quota.counted, quota.observed].find((reading) => reading !== null && reading.source !== quota.source);
  return [
    cells(name, quota, meter, pace, format, nowMs),
    ...(other == null ? [] : [cells('', other, meter, null, format, nowMs)]),
  ];
}

function cells(
  name: string,
  reading: QuotaFigures,
  measure: QuotaStatus['meter'],
  pace: number | null,
  format: Format,
  nowMs: number,
): string[] {
  const { used, limit, percent, resetsAt, source, asOf, confidence } = reading;
  const resetsAtMs = resetsAt === null ? null : Date.parse(resetsAt);
  return [
    name,
    percent === null ? '' : limitBar({ percent }),
    percent === null ? '?' : limitPercent({ percent }, format),
    limitAmounts({ used, limit, measure }, format),
    resetsAtMs === null ? '–' : `${format.until(resetsAtMs, nowMs)} (${format.instant(resetsAtMs)})`,
    pace === null ? '' : pace.toFixed(2),
    sourceText(source),
    source === 'counted' || source === 'unknown' ? '' : (format.ago(Date.parse(asOf), nowMs) ?? l10n.t('just now')),
    source === 'unknown' ? '' : confidenceText(confidence),
  ];
}

function sourceText(source: string): string {
  if (source === 'counted') return l10n.t('counted here');
  return source === 'unknown' ? l10n.t('nobody has said') : documentText(source);
}

function confidenceText(confidence: QuotaFigures['confidence']): string {
  switch (confidence) {
    case 'high':
      return l10n.t('high');
    case 'medium':
      return l10n.t('medium');
    case 'low':
      return l10n.t('low');
  }
}
