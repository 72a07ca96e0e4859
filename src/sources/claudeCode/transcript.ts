/** Reads one transcript file: lines → usage events. Instants in epoch ms, money in nano-dollars. */
import { noAttribution, type Attribution, type EventKey, type UsageEvent } from '../../protocol/event';
import type { EventColumns } from '../../protocol/eventColumns';
import { scaleDecimal } from '../../shared/decimal';
import { Copies } from '../copies';
import { noProjectNames, type ProjectNames } from '../projects';
import type { FilePlace, LineReader } from '../source';
import type { FieldRow } from '../reading/fieldRow';
import { Instants } from '../reading/instants';
import { AlikeLines } from './alikeLines';
import { keyOf, longestText, scope, textOf } from './ids';
import { rolledUp } from './iterations';
import { projectName } from './project';
import { providerOf } from './provider';
import { mayBeReused, ReusedIds } from './reusedIds';
import { ScannedLine } from './scannedLine';
import { assistantLine, type AssistantLine } from './transcriptLine';
import { claudeUsage, isNothing, type ClaudeUsage } from './usage';

/** A line that can't be taken is counted, whoever has read it; the lines behind it are not its victims. */
export class Transcript implements LineReader {
  skipped = 0;
  private scanned: ScannedLine | null = null;
  private readonly reused = new ReusedIds();
  private readonly instants = new Instants();
  private readonly copies = new Copies();
  private readonly alike = new AlikeLines(this.copies, this.instants);
  private readonly folder: string;
  private readonly nested: boolean;
  private readonly projects = new Map<string, string | null>();
  private lastAttribution: Attribution = noAttribution;

  constructor(
    place: FilePlace,
    private readonly names: ProjectNames = noProjectNames,
  ) {
    this.folder = place.length > 1 ? (place[0] ?? '') : '';
    this.nested = place.includes('subagents') || (place.at(-1) ?? '').startsWith('agent-');
  }

  get size(): number {
    return this.copies.size;
  }

  get state(): string | null {
    return this.reused.state;
  }

  resume(state: string): void {
    this.reused.resume(state);
  }

  read(bytes: Buffer, begin: number, end: number): void {
    this.alike.follow(null);
    try {
      this.take(assistantLine(bytes.toString('utf8', begin, end)));
    } catch {
      this.skipped++;
    }
  }

  readFields(row: FieldRow): void {
    try {
      if (this.alike.take(row)) return;
      this.alike.follow(null);
      if (this.scanned?.row !== row) this.scanned = new ScannedLine(row);
      this.take(this.scanned.isAssistant ? this.scanned : null);
    } catch {
      this.skipped++;
    }
  }

  drain(): EventColumns {
    this.alike.follow(null);
    return this.copies.drain();
  }

  private take(line: AssistantLine | null): void {
    if (line === null) return;
    const { model } = line;
    if (model === undefined || model === '' || model === '<synthetic>' || line.id === '') return;
    const usage = claudeUsage(line.usage);
    if (line.isApiErrorMessage && isNothing(usage)) return;
    const key = keyOf(line);
    const atMs = this.instants.of(line.timestamp);
    if (key === null || atMs === null || typeof model !== 'string' || model.length > longestText) {
      this.skipped++;
      return;
    }
    const id = textOf(line.id);
    if (id !== null && key.request === null && mayBeReused(id)) key.within = this.reused.within(line, id, atMs, usage);
    const { parts, calls, flawed: unclear } = rolledUp(line, model, usage.tokens);
    let flawed = usage.flawed || unclear;
    const attribution = this.attribution(line, line.isSidechain || this.nested ? 'subagent' : null);
    const main = this.event(line, key, atMs, model, usage, attribution);
    main.parts = parts;
    const reported = costNanos(line.costUSD);
    if (reported === undefined) flawed = true;
    else main.reportedCostNanos = reported;
    this.copies.add(main);
    for (const { kind, index, model: own, usage: used } of calls) {
      if (typeof own !== 'string' || own === '' || own.length > longestText) flawed = true;
      else {
        const ownKey = { ...key, call: `${key.call}#${kind}${index}` };
        const by = kind === 'attempt' ? attribution : { ...attribution, agentType: kind };
        this.copies.add(this.event(line, ownKey, atMs, own, used, by));
      }
    }
    if (flawed) this.skipped++;
    else if (parts === null && calls.length === 0 && key.within === undefined && !line.isApiErrorMessage)
      this.alike.follow(main);
  }

  private event(
    line: AssistantLine,
    key: EventKey,
    atMs: number,
    model: string,
    { tokens, webSearches, modifiers }: ClaudeUsage,
    attribution: Attribution,
  ): UsageEvent {
    return {
      key,
      copy: { sidechain: line.isSidechain, forked: line.forked, nested: this.nested },
      atMs,
      source: scope,
      provider: providerOf(model, key.call, key.request),
      model,
      tokens,
      parts: null,
      webSearches,
      reportedCostNanos: null,
      modifiers,
      durationMs: null,
      status: line.isApiErrorMessage ? 'error' : 'ok',
      attribution,
    };
  }

  /** Neighbouring lines share one object. */
  private attribution(line: AssistantLine, agentType: string | null): Attribution {
    const project = typeof line.cwd === 'string' ? this.project(line.cwd) : null;
    const session = textOf(line.sessionId);
    const last = this.lastAttribution;
    if (last.agent === null || last.project !== project || last.session !== session || last.agentType !== agentType) {
      this.lastAttribution = { ...noAttribution, project, agent: scope, agentType, session };
    }
    return this.lastAttribution;
  }

  private project(cwd: string): string | null {
    let project = this.projects.get(cwd);
    if (project === undefined) {
      project = this.names.of(cwd) ?? projectName(cwd, this.folder);
      this.projects.set(cwd, project);
    }
    return project;
  }
}

/** `null`: nothing reported; `undefined`: no amount. */
function costNanos(costUsd: unknown): number | null | undefined {
  if (costUsd === undefined || costUsd === 0) return null;
  if (typeof costUsd !== 'number' || costUsd < 0 || costUsd > 1_000_000) return undefined;
  return Number(scaleDecimal(costUsd, 9).integer);
}
