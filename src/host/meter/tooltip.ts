/**
 * The meter's tooltip as Markdown: a glance, of ten lines at most. What matters most at the moment has its place first; the
 * rest is a click away. Pure; whatever is not our own words is escaped.
 */
import { l10n } from 'vscode';
import { commands, type CommandId } from '../../contributions';
import type { DoubtfulModel, LimitState, MeterSnapshot, SnapshotTotals, SourceState } from '../../protocol/snapshot';
import { currencyNote } from '../documents/currencyNote';
import { markdown, markdownSentence } from '../../shared/escape';
import type { Format } from '../../shared/format';
import { hasToday, importRatio, type MeterView } from './meterView';
import { gap, limitLine, limitsWorthALine, overrideLine } from './tooltipLimits';
import { message } from './tooltipMessage';
import { rowsOf } from './tooltipRows';

/** The only commands that a link in the tooltip may run. */
export const tooltipCommands: readonly CommandId[] = [
  commands.openDashboard,
  commands.showCosts,
  commands.showBudget,
  commands.refresh,
  commands.showLog,
];

export const mostTooltipLines = 10;
const mostModels = 3;
const mostNames = 3;

/** The greater the weight, the sooner it has a place; lines stand in the order in which they are given. */
interface Line {
  weight: number;
  text: string;
}

/** Always there. */
const always = Number.POSITIVE_INFINITY;

function headline(view: MeterView, format: Format, nowMs: number): Line {
  const title = '**Agent Meter**';
  if (!hasToday(view, nowMs)) return { weight: always, text: title };
  const { today, month } = view.snapshot;
  const figures = [
    l10n.t('{0} today', spend(today.total, format)),
    l10n.t('{0} this month', spend(month.total, format)),
  ];
  return { weight: always, text: [title, ...figures.map((figure) => `**${markdown(figure)}**`)].join(' · ') };
}

/** What nobody knows the price of is never shown as $0. */
function spend(total: SnapshotTotals, format: Format): string {
  const nothingPriced = total.events > 0 && total.unpricedEvents === total.events;
  return nothingPriced ? l10n.t('unpriced') : format.money(total.costUsd);
}

function burnLine({ burn }: MeterSnapshot, format: Format): string | null {
  if (burn === null || (burn.lastHourUsd === 0 && burn.projectedUsd === null)) return null;
  const said = [
    l10n.t('Burn: {0} in the last hour', format.money(burn.lastHourUsd)),
    ...(burn.projectedUsd === null ? [] : [l10n.t('about {0} by midnight', format.money(burn.projectedUsd))]),
  ];
  return said.map(markdownSentence).join(' · ');
}

/** `Claude Code 75% · reviewer 25%` */
function agentsLine({ agents, sources }: MeterSnapshot, format: Format): string | null {
  const total = agents.reduce((sum, { costUsd }) => sum + costUsd, 0);
  if (total === 0) return null;
  const named = agents.slice(0, mostNames).filter(({ costUsd }) => costUsd > 0);
  const labels = new Map<string, string>(sources.map(({ id, label }) => [id, label]));
  const shares = named.map(({ agent, costUsd }) => {
    const name = agent === null ? l10n.t('(none)') : (labels.get(agent) ?? agent);
    return `${markdown(name)} ${markdown(format.percent(costUsd / total))}`;
  });
  const rest = agents.filter(({ costUsd }) => costUsd > 0).length - named.length;
  return [...shares, ...(rest > 0 ? [l10n.t('{0} more', format.count(rest))] : [])].join(' · ');
}

/** Where it was more than one. */
function providersLine({ today }: MeterSnapshot, format: Format): string | null {
  if (today.byProvider.length < 2) return null;
  const named = today.byProvider.slice(0, mostNames);
  const shown = named.map(({ provider, total }) => `${markdown(provider)} ${markdown(spend(total, format))}`);
  const rest = today.byProvider.length - named.length;
  return [...shown, ...(rest > 0 ? [l10n.t('{0} more', format.count(rest))] : [])].join(' · ');
}

/** What is paid, where that is not what the calls would cost by the API. */
function billedLine({ billed, today, month }: MeterSnapshot, format: Format): string | null {
  const { todayUsd, monthUsd, modes } = billed;
  const flat = modes.filter(({ mode }) => mode !== 'metered').map(({ provider }) => provider);
  if (flat.length === 0 && todayUsd === today.total.costUsd && monthUsd === month.total.costUsd) return null;
  const paid = l10n.t('Billed: {0} today, {1} this month', format.money(todayUsd), format.money(monthUsd));
  const list = l10n.t('API-equivalent, not billed: {0}', flat.join(', '));
  return [paid, ...(flat.length === 0 ? [] : [list])].map(markdownSentence).join(' · ');
}

/** What is out of the ordinary; how far budgets are stands in their own lines. */
function alertLine({ alerts }: MeterSnapshot, format: Format): string | null {
  const [first, ...others] = alerts.filter(({ kind }) => kind === 'anomaly' || kind === 'forecast');
  if (first === undefined) return null;
  return message('$(bell)', first.message, others.length, format);
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

/** `null`: every model has a price of its own. */
function unpricedLine({ unpriced }: MeterSnapshot, format: Format): string | null {
  if (unpriced.length === 0) return null;
  return `$(question) ${l10n.t('No price known, not in the total: {0}', modelNames(unpriced, format))}`;
}

function estimatedLine({ estimated }: MeterSnapshot, format: Format): string | null {
  if (estimated.length === 0) return null;
  return l10n.t('Estimated by the provider’s default price: {0}', modelNames(estimated, format));
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
    link('dashboard', l10n.t('Show Budget'), commands.showBudget),
    link('refresh', l10n.t('Refresh'), commands.refresh),
    link('output', l10n.t('Show Log'), commands.showLog),
  ].join(`${gap} `);
}

function engineLine({ engine, snapshot }: MeterView, format: Format): string | null {
  switch (engine.kind) {
    case 'failed':
      return message('$(error)', `${l10n.t('The meter does not work.')} ${engine.reason}`, 0, format);
    case 'restarting':
      return message('$(warning)', `${l10n.t('The meter stopped and is starting again.')} ${engine.reason}`, 0, format);
    case 'starting':
      return snapshot === null ? l10n.t('Starting…') : null;
    case 'ready':
      return null;
  }
}

/** The gravest of them. */
function problemLine({ problems }: MeterSnapshot, format: Format): string | null {
  const gravest = ['error', 'warning', 'info'] as const;
  const [first, ...others] = problems.toSorted((a, b) => gravest.indexOf(a.severity) - gravest.indexOf(b.severity));
  return first === undefined ? null : message(`$(${first.severity})`, first.message, others.length, format);
}

function freshness(snapshot: MeterSnapshot, live: boolean, format: Format): string {
  const at = format.instant(snapshot.asOfMs);
  const zone = snapshot.timezone;
  return markdownSentence(
    live ? l10n.t('As of {0} ({1})', at, zone) : l10n.t('Last known figures, as of {0} ({1})', at, zone),
  );
}

/** The tightest, and what is used up, have their places before whatever else there is to say of the day. */
function limitWeight({ level, momentary }: LimitState, place: number): number {
  if (place === 0) return 80;
  return (level === 'exceeded' && !momentary ? 78 : 58) - place;
}

/** Of the day, where its figures are known. */
function figureLines(
  { snapshot, live }: MeterView & { snapshot: MeterSnapshot },
  format: Format,
  nowMs: number,
): Line[] {
  const ratio = importRatio(snapshot);
  const { notice } = snapshot;
  const line = (weight: number, text: string | null): Line[] => (text === null ? [] : [{ weight, text }]);
  return [
    ...line(64, burnLine(snapshot, format)),
    ...line(62, agentsLine(snapshot, format)),
    ...line(45, providersLine(snapshot, format)),
    ...(live ? line(60, sessionLine(snapshot, format)) : []),
    ...line(50, billedLine(snapshot, format)),
    ...line(90, notice === null ? null : message('$(warning)', notice, 0, format, '**')),
    ...limitsWorthALine(snapshot, nowMs).flatMap((limit, place) =>
      line(limitWeight(limit, place), limitLine(limit, format, nowMs)),
    ),
    ...line(75, overrideLine(snapshot, format, nowMs)),
    ...line(54, alertLine(snapshot, format)),
    ...line(20, tokenLine(snapshot.today.total, format)),
    ...line(66, unpricedLine(snapshot, format)),
    ...line(30, estimatedLine(snapshot, format)),
    ...line(70, ratio === null ? null : markdown(l10n.t('Reading logs: {0}', format.percent(ratio)))),
  ];
}

export function tooltipMarkdown(view: MeterView, format: Format, nowMs: number): string {
  const line = (weight: number, text: string | null): Line[] => (text === null ? [] : [{ weight, text }]);
  const { snapshot, live } = view;
  const lines = [headline(view, format, nowMs), ...line(100, engineLine(view, format))];
  if (hasToday(view, nowMs)) lines.push(...figureLines(view, format, nowMs));
  else if (snapshot?.ledgerOpen === true)
    lines.push(...line(always, l10n.t('A new day has begun; its figures are on their way.')));
  if (snapshot !== null) {
    const about = [
      ...snapshot.sources.map((source) => sourceLine(source, format, nowMs)),
      freshness(snapshot, live, format),
    ];
    lines.push(
      ...line(95, problemLine(snapshot, format)),
      ...line(48, currencyNote(format).map(markdown).join(' ') || null),
      ...line(always, about.join(' · ')),
    );
  }
  lines.push(...line(always, links()));
  return glance(lines).join('  \n');
}

/** The weightiest that have room, in their order. */
function glance(lines: readonly Line[]): string[] {
  let room = mostTooltipLines;
  const shown = new Set<Line>();
  for (const line of lines.toSorted((a, b) => (a.weight === b.weight ? 0 : b.weight - a.weight))) {
    const height = rowsOf(line.text);
    if (line.weight !== always && height > room) continue;
    shown.add(line);
    room -= height;
  }
  return lines.filter((line) => shown.has(line)).map(({ text }) => text);
}
