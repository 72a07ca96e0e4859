/** Reads one transcript file: lines → usage events. Instants in epoch ms, money in nano-dollars. */
import { noAttribution, type Attribution, type EventKey, type UsageEvent } from '../../protocol/event';
import { scaleDecimal } from '../../shared/decimal';
import type { ProjectNames } from '../projects';
import type { LineReader, OpenedFile, Sink } from '../source';
import { lineFields, markers, type LineRow } from './fields';
import { rolledUp } from './iterations';
import { projectName } from './project';
import { isAnthropics, mayBeReused, ReusedIds } from './reusedIds';
import { claudeUsage, isNothing, type ClaudeUsage } from './usage';

const source = 'claude-code';

/** Instead of a model's name: the agent wrote the line itself, and asked nobody. */
const noModel = '<synthetic>';

/** `us.anthropic.claude-…`, `anthropic.claude-…-v1:0`, also inside an inference profile's ARN. */
const bedrockModel = /(?:^|[./])anthropic\.claude|^arn:aws[\w-]*:bedrock:/;
const vertexModel = /@(?:\d{8}|latest|default)(?:\[1m\])?$/;

export class Transcript implements LineReader {
  readonly kind = 'lines';
  readonly markers = markers;
  readonly fields = lineFields;
  private readonly reused = new ReusedIds();
  private readonly names: ProjectNames;
  private readonly folder: string;
  private readonly nested: boolean;
  private readonly projects = new Map<string, string | null>();
  private lastAttribution: Attribution = noAttribution;

  constructor({ place, projects, state }: Pick<OpenedFile, 'place' | 'projects' | 'state'>) {
    this.names = projects;
    if (state !== null) this.reused.resume(state);
    this.folder = place.length > 1 ? (place[0] ?? '') : '';
    this.nested = place.includes('subagents') || (place.at(-1) ?? '').startsWith('agent-');
  }

  state(): string | null {
    return this.reused.state;
  }

  line(line: LineRow, _offset: number, out: Sink): void {
    if (!line.isObject('usage') || line.text('type') !== 'assistant' || !line.has('model')) return;
    const model = line.text('model');
    if (model === '' || model === noModel || line.text('id') === '') return;
    const usage = claudeUsage(line);
    if (line.flag('isError') && isNothing(usage)) return;
    const key = keyOf(line);
    const atMs = line.instant('timestamp');
    if (key === null || atMs === null || model === null || line.label('model') === null) {
      out.skipped('no id, instant or model');
      return;
    }
    const id = line.label('id');
    if (id !== null && key.request === null && mayBeReused(id)) key.within = this.reused.within(line, id, atMs, usage);
    const { parts, calls, flawed } = rolledUp(line, model, usage.tokens);
    const reported = costNanos(line.value('costUsd'));
    let isWhole = !flawed && !line.flawed && reported !== undefined;
    const attribution = this.attribution(line);
    const main = this.event(line, key, atMs, model, usage, attribution);
    main.parts = parts;
    main.reportedCostNanos = reported ?? null;
    out.event(main);
    for (const { kind, index, model: own, usage: used } of calls) {
      if (own === null) isWhole = false;
      else {
        const ownKey = { ...key, call: `${key.call}#${kind}${index}` };
        const by = kind === 'attempt' ? attribution : { ...attribution, agentType: kind };
        out.event(this.event(line, ownKey, atMs, own, used, by));
      }
    }
    if (!isWhole) out.skipped('a field that is none');
  }

  private event(
    line: LineRow,
    key: EventKey,
    atMs: number,
    model: string,
    { tokens, webSearches, modifiers }: ClaudeUsage,
    attribution: Attribution,
  ): UsageEvent {
    return {
      key,
      copy: { sidechain: line.flag('isSidechain'), forked: line.has('forkedFrom'), nested: this.nested },
      atMs,
      source,
      provider: providerOf(model, key.call, key.request),
      model,
      tokens,
      parts: null,
      webSearches,
      reportedCostNanos: null,
      modifiers,
      durationMs: null,
      status: line.flag('isError') ? 'error' : 'ok',
      attribution,
    };
  }

  /** Neighbouring lines share one object. */
  private attribution(line: LineRow): Attribution {
    const cwd = line.text('cwd');
    const project = cwd === null ? null : this.project(cwd);
    const session = line.label('session');
    const agentType = line.flag('isSidechain') || this.nested ? 'subagent' : null;
    const last = this.lastAttribution;
    if (last.agent === null || last.project !== project || last.session !== session || last.agentType !== agentType) {
      this.lastAttribution = { ...noAttribution, project, agent: source, agentType, session };
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

/** `null`: nothing tells which call it is. */
function keyOf(line: LineRow): EventKey | null {
  const request = line.label('request');
  const call = line.label('id') ?? request ?? line.label('uuid');
  return call === null ? null : { namespace: isAnthropics(call) ? 'anthropic' : source, call, request };
}

/** Which cloud served a call, where the ids tell; `null` leaves it to the model's name. */
function providerOf(model: string, call: string, request: string | null): 'bedrock' | 'vertex' | null {
  if (call.startsWith('msg_bdrk_') || bedrockModel.test(model)) return 'bedrock';
  if (call.includes('_vrtx_') || request?.includes('_vrtx_') === true || vertexModel.test(model)) return 'vertex';
  return null;
}

/** `null`: nothing reported; `undefined`: no amount. */
function costNanos(costUsd: unknown): number | null | undefined {
  if (costUsd === undefined || costUsd === null || costUsd === 0) return null;
  if (typeof costUsd !== 'number' || costUsd < 0 || costUsd > 1_000_000) return undefined;
  return Number(scaleDecimal(costUsd, 9).integer);
}
