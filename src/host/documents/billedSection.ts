/**
 * What is paid, as *Show Costs* tells it beside what the calls would cost by the API; and what local models cost, beside what the
 * same tokens cost in the cloud. Pure; empty where there is nothing to tell apart.
 */
import { l10n } from 'vscode';
import type { BilledFigures, ChargeFigures, UsageRow, UsageValue } from '../../protocol/api/api';
import { documentText } from '../../shared/escape';
import type { Format } from '../../shared/format';
import { left, right, textTable } from '../../shared/markdownTable';

const million = 1_000_000;

function chargeName({ kind, label }: ChargeFigures): string {
  const name = documentText(label);
  switch (kind) {
    case 'subscription':
      return l10n.t('{0}, fee', name);
    case 'hardware':
      return l10n.t('{0}, hardware', name);
    case 'electricity':
      return l10n.t('{0}, electricity', name);
  }
}

function chargeOf(billed: BilledFigures, { kind, id }: ChargeFigures): number {
  return billed.charges.find((charge) => charge.kind === kind && charge.id === id)?.costUsd ?? 0;
}

export function billedSection(today: UsageValue, month: UsageValue, format: Format): string[] {
  if (today.billed === null || month.billed === null) return [];
  const [ofToday, ofMonth] = [today.billed, month.billed];
  if (ofMonth.charges.length === 0 && ofMonth.totalUsd === month.total.costUsd) return [];
  const row = (name: string, left: number, right: number): string[] => [
    name,
    format.fullMoney(left),
    format.fullMoney(right),
  ];
  const table = textTable(
    [left(''), right(l10n.t('Today')), right(l10n.t('This month'))],
    [
      row(l10n.t('API-equivalent: all calls at list prices'), today.total.costUsd, month.total.costUsd),
      row(l10n.t('Calls that are billed one by one'), ofToday.usageUsd, ofMonth.usageUsd),
      ...ofMonth.charges.map((charge) => row(chargeName(charge), chargeOf(ofToday, charge), charge.costUsd)),
      row(l10n.t('Billed'), ofToday.totalUsd, ofMonth.totalUsd),
    ],
  );
  const note = l10n.t('Fees, hardware and electricity accrue by the day, at its begin.');
  return [`## ${l10n.t('Billed')}\n\n${table}\n\n${note}`];
}

interface Local {
  provider: string;
  todayUsd: number;
  monthUsd: number;
  tokens: number;
}

function localProviders(today: BilledFigures, month: BilledFigures, rows: readonly UsageRow[]): Local[] {
  const isOwn = ({ kind }: ChargeFigures): boolean => kind !== 'subscription';
  const charges = month.charges.filter(isOwn);
  const used = rows.filter(({ billing }) => billing === 'local').map(({ provider }) => String(provider));
  return [...new Set([...charges.map(({ provider }) => provider), ...used])].map((provider) => {
    const sum = (list: readonly ChargeFigures[]): number =>
      list
        .filter((charge) => isOwn(charge) && charge.provider === provider)
        .reduce((all, { costUsd }) => all + costUsd, 0);
    const row = rows.find((one) => one['provider'] === provider);
    return {
      provider,
      todayUsd: sum(today.charges),
      monthUsd: sum(month.charges),
      tokens: row?.tokens.total ?? 0,
    };
  });
}

/** What a million tokens cost on average where tokens are charged for, at list prices; `null`: none were used. */
function cloudPrice(rows: readonly UsageRow[]): number | null {
  const priced = rows.filter(({ billing, events, unpricedEvents }) => billing !== 'local' && events > unpricedEvents);
  const tokens = priced.reduce((sum, row) => sum + row.tokens.total, 0);
  return tokens === 0 ? null : (priced.reduce((sum, { costUsd }) => sum + costUsd, 0) / tokens) * million;
}

/** `byProvider`: this month's rows by provider. */
export function localSection(
  today: UsageValue,
  month: UsageValue,
  byProvider: readonly UsageRow[],
  format: Format,
): string[] {
  if (today.billed === null || month.billed === null) return [];
  const locals = localProviders(today.billed, month.billed, byProvider);
  if (locals.length === 0) return [];
  const cloud = cloudPrice(byProvider);
  const table = textTable(
    [
      left(l10n.t('Provider')),
      right(l10n.t('Cost of ownership today')),
      right(l10n.t('This month')),
      right(l10n.t('Tokens this month')),
      right(l10n.t('A million tokens')),
      right(l10n.t('In the cloud')),
    ],
    locals.map(({ provider, todayUsd, monthUsd, tokens }) => [
      documentText(provider),
      format.fullMoney(todayUsd),
      format.fullMoney(monthUsd),
      format.count(tokens),
      tokens === 0 ? '–' : format.fullMoney((monthUsd / tokens) * million),
      cloud === null ? '–' : format.fullMoney(cloud),
    ]),
  );
  const note = l10n.t(
    'In the cloud: what a million tokens of your other calls cost this month on average, at list prices.',
  );
  return [`## ${l10n.t('Local models')}\n\n${table}\n\n${note}`];
}
