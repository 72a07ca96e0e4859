/** The meter's tooltip as Markdown. Pure; whatever is not our own words is escaped. */
import { l10n } from 'vscode';
import { commands, type CommandId } from '../contributions';
import type { DoubtfulModel, MeterSnapshot, SnapshotTotals, SourceState } from '../protocol/snapshot';
import { markdown, markdownSentence } from './escape';
import {
  limitAmounts,
  limitBar,
  limitName,
  limitPercent,
  limitSource,
  limitsNow,
  overriddenLimit,
  overrideSentence,
} from './limitWords';
import { currencyNote } from './currencyNote';
import type { Format } from './format';
import { hasToday, importRatio, type MeterView } from './meterView';

/** The only commands that a link in the tooltip may run. */
export const tooltipCommands: readonly CommandId[] = [
  commands.openDashboard,
  commands.showCosts,
  commands.refresh,
  commands.showLog,
];

const mostModels = 5;
/** Renderers fold spaces, and trim even unbreakable ones in a table. */
const gap = '&nbsp;&nbsp;&nbsp;';

function spendTable(snapshot: MeterSnapshot, format: Format): string {
  const today = new Map(snapshot.today.byProvider.map(({ provider, total }) => [provider, total]));
  const month = new Map(snapshot.month.byProvider.map(({ provider, total }) => [provider, total]));
  const providers = [...new Set([...month.keys(), ...today.keys()])].sort(
    (a, b) => (month.get(b)?.costUsd ?? 0) - (month.get(a)?.costUsd ?? 0) || a.localeCompare(b),
  );
  const cell = (total: SnapshotTotals | undefined): string => {
    if (total === undefined || total.events === 0) return '–';
    const nothingPriced = total.unpricedEvents === total.events;
    return nothingPriced ? gap + l10n.t('unpriced') : markdown(format.money(total.costUsd));
  };
  const row = (name: string, left: string, right: string): string => `| ${name} | ${left} | ${right} |`;
  return [
    row('', `${gap}${l10n.t('Today')}`, `${gap}${l10n.t('This month')}`),
    '|:--|--:|--:|',
    ...providers.map((provider) => row(markdown(provider), cell(today.get(provider)), cell(month.get(provider)))),
    row(
      `**${l10n.t('Total')}**`,
      `**${markdown(format.money(snapshot.today.total.costUsd))}**`,
      `**${markdown(format.money(snapshot.month.total.costUsd))}**`,
    ),
  ].join('\n');
}

/** What is paid, where that is not what the calls would cost by the API. */
function billedLines({ billed, today, month }: MeterSnapshot, format: Format): string[] {
  const { todayUsd, monthUsd, modes } = billed;
  const flat = modes.filter(({ mode }) => mode !== 'metered').map(({ provider }) => provider);
  if (flat.length === 0 && todayUsd === today.total.costUsd && monthUsd === month.total.costUsd) return [];
  const paid = l10n.t('Billed: {0} today, {1} this month', format.money(todayUsd), format.money(monthUsd));
  const list = l10n.t('API-equivalent, not billed: {0}', flat.join(', '));
  return [[paid, ...(flat.length === 0 ? [] : [list])].map(markdownSentence).join('  \n')];
}

const mostLimits = 8;

/** A line for each quota and budget, the tightest first. */
function limitTable(snapshot: MeterSnapshot, format: Format, nowMs: number): string[] {
  const limits = limitsNow(snapshot, nowMs);
  if (limits.length === 0) return [];
  const rows = limits.slice(0, mostLimits).map((limit) => {
    const reset = limit.resetsAtMs === null ? '' : l10n.t('resets {0}', format.until(limit.resetsAtMs, nowMs));
    // A bar without its figure beside it says little.
    const percent = `${limitBar(limit)}\u00a0${markdown(limitPercent(limit, format))}`;
    const said = [limitAmounts(limit, format), reset, limitSource(limit, format, nowMs) ?? ''];
    const icon =
      limit.level === 'ok' || limit.momentary ? '' : `$(${limit.level === 'warning' ? 'warning' : 'error'}) `;
    const about = said.filter((part) => part !== '').map(markdown);
    return `| ${icon}${markdown(limitName(limit))} | ${gap}${percent} | ${gap}${about.join(' · ')} |`;
  });
  const more = limits.length - rows.length;
  return [
    [`| **${l10n.t('Limits')}** | | |`, '|:--|:--|:--|', ...rows].join('\n'),
    ...(more > 0 ? [l10n.t('{0} more', format.count(more))] : []),
  ];
}

/** While only local models may be asked. */
function noticeLines({ notice }: MeterSnapshot): string[] {
  return notice === null ? [] : [`$(warning) **${markdownSentence(notice)}**`];
}

/** Budgets that are lifted by hand, with what for. */
function overrideLines({ overrides, limits }: MeterSnapshot, format: Format, nowMs: number): string[] {
  const lines = overrides
    .filter(({ untilMs }) => untilMs > nowMs)
    .map(
      (override) =>
        `$(unlock) ${markdownSentence(overrideSentence(overriddenLimit(override, limits), override, format, nowMs))}`,
    );
  return lines.length === 0 ? [] : [lines.join('  \n')];
}

function tokenLine({ tokens }: SnapshotTotals, format: Format): string {
  return markdownSentence(
    l10n.t(
      'Tokens today: {0} in, {1} out, {2} cache read, {3} cache written',
      format.compact(tokens.input),
      format.compact(tokens.output),
      format.compact(tokens.cacheRead),
      format.compact(tokens.cacheWrite),
    ),
  );
}

function sessionLine({ session }: MeterSnapshot, format: Format): string {
  return markdownSentence(
    l10n.t(
      'This window, since {0}: {1}, {2} tokens',
      format.time(session.startMs),
      format.money(session.total.costUsd),
      format.compact(session.total.tokens.total),
    ),
  );
}

function calls(count: number, format: Format): string {
  return count === 1 ? l10n.t('1 call') : l10n.t('{0} calls', format.count(count));
}

function modelNames(models: readonly DoubtfulModel[], format: Format): string {
  const named = models.slice(0, mostModels).map(({ model, events }) => `${markdown(model)} (${calls(events, format)})`);
  const rest = models.length - named.length;
  return [...named, ...(rest > 0 ? [l10n.t('{0} more', format.count(rest))] : [])].join(', ');
}

function doubts(snapshot: MeterSnapshot, format: Format): string[] {
  const lines: string[] = [];
  if (snapshot.unpriced.length > 0) {
    const names = modelNames(snapshot.unpriced, format);
    lines.push(`$(question) ${l10n.t('No price known, not in the total: {0}', names)}`);
  }
  if (snapshot.estimated.length > 0) {
    lines.push(l10n.t('Estimated by the provider’s default price: {0}', modelNames(snapshot.estimated, format)));
  }
  return lines;
}

function sourceState(source: SourceState, format: Format, nowMs: number): string[] {
  switch (source.state) {
    case 'absent':
      return [l10n.t('no logs on this machine')];
    case 'disabled':
      return [l10n.t('turned off')];
    case 'paused':
      return [l10n.t('paused; Refresh goes on')];
    case 'failed':
      return [l10n.t('can not be read')];
    case 'reading':
    case 'watching': {
      if (source.lastEventMs === null) return [l10n.t('no calls yet')];
      const age = format.ago(source.lastEventMs, nowMs);
      return [age === null ? l10n.t('last event just now') : l10n.t('last event {0}', age)];
    }
  }
}

function sourceLine(source: SourceState, format: Format, nowMs: number): string {
  const files = source.files === 1 ? l10n.t('1 file') : l10n.t('{0} files', format.count(source.files));
  const skipped =
    source.skippedLines === 1
      ? l10n.t('1 line skipped')
      : l10n.t('{0} lines skipped', format.count(source.skippedLines));
  const parts = [
    source.label,
    ...(source.files > 0 ? [files] : []),
    ...sourceState(source, format, nowMs),
    ...(source.skippedLines > 0 ? [skipped] : []),
  ];
  return `${source.state === 'failed' ? '$(warning) ' : ''}${parts.map(markdown).join(' · ')}`;
}

function links(): string {
  const link = (icon: string, title: string, command: CommandId): string => `[$(${icon}) ${title}](command:${command})`;
  return [
    link('graph', l10n.t('Open Dashboard'), commands.openDashboard),
    link('list-unordered', l10n.t('Show Costs'), commands.showCosts),
    link('refresh', l10n.t('Refresh'), commands.refresh),
    link('output', l10n.t('Show Log'), commands.showLog),
  ].join(`${gap} `);
}

function engineLines(view: MeterView): string[] {
  switch (view.engine.kind) {
    case 'failed':
      return [`$(error) ${markdownMessage(l10n.t('The meter does not work.'), view.engine.reason)}`];
    case 'restarting':
      return [`$(warning) ${markdownMessage(l10n.t('The meter stopped and is starting again.'), view.engine.reason)}`];
    case 'starting':
      return view.snapshot === null ? [l10n.t('Starting…')] : [];
    case 'ready':
      return [];
  }
}

function markdownMessage(words: string, reason: string): string {
  return `${words} ${reason.split('\n').slice(0, 3).map(markdownSentence).join(' ')}`;
}

function freshness(snapshot: MeterSnapshot, live: boolean, format: Format): string {
  const at = format.instant(snapshot.asOfMs);
  const zone = snapshot.timezone;
  return markdownSentence(
    live ? l10n.t('As of {0} ({1})', at, zone) : l10n.t('Last known figures, as of {0} ({1})', at, zone),
  );
}

export function tooltipMarkdown(view: MeterView, format: Format, nowMs: number): string {
  const blocks = ['**Agent Meter**', ...engineLines(view)];
  if (hasToday(view, nowMs)) {
    const { snapshot } = view;
    const ratio = importRatio(snapshot);
    blocks.push(
      spendTable(snapshot, format),
      ...billedLines(snapshot, format),
      ...noticeLines(snapshot),
      ...limitTable(snapshot, format, nowMs),
      ...overrideLines(snapshot, format, nowMs),
      ...(view.live ? [sessionLine(snapshot, format)] : []),
      tokenLine(snapshot.today.total, format),
      ...doubts(snapshot, format),
      ...(ratio === null ? [] : [markdown(l10n.t('Reading logs: {0}', format.percent(ratio)))]),
    );
  } else if (view.snapshot?.ledgerOpen === true) {
    blocks.push(l10n.t('A new day has begun; its figures are on their way.'));
  }
  if (view.snapshot !== null) {
    const { problems, sources } = view.snapshot;
    blocks.push(
      ...problems.map(({ severity, message }) => `$(${severity}) ${markdownMessage('', message).trim()}`),
      '---',
      [
        ...sources.map((source) => sourceLine(source, format, nowMs)),
        ...currencyNote(format).map(markdown),
        freshness(view.snapshot, view.live, format),
      ].join('  \n'),
    );
  }
  return [...blocks, links()].join('\n\n');
}
