/**
 * Writes a tree of Claude Code transcripts with a known truth, the same for the same options. Small for unit tests, large for
 * the benchmark (600 MB in a few seconds). Plain: every tool agrees on it. With traps: what real trees hold.
 */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assistant, spacedJson, user, type AssistantOptions } from './claudeLines.ts';
import { add, noSums, type ClaudeTruth, type Sums } from './claudeTruth.ts';

export const traps = [
  'placeholders',
  'forks',
  'resumes',
  'subagents',
  'replays',
  'missingRequestIds',
  'synthetic',
  'nullUsage',
  'apiErrors',
  'oneHourWrites',
  'webSearches',
  'advisors',
  'iterations',
  'compactions',
  'attempts',
  'reusedIds',
  'fast',
  'bedrock',
  'progress',
  'quotedUsage',
  'innerDirectories',
  'worktrees',
  'unicode',
  'keyOrder',
  'garbage',
  'crlf',
  'byteOrderMarks',
  'halfLines',
  'emptyFiles',
] as const;
export type Trap = (typeof traps)[number];

export interface ClaudeTreeOptions {
  /** The configuration directory (`CLAUDE_CONFIG_DIR`); `projects` is made inside. */
  directory: string;
  seed?: number;
  /** Sessions to write; with `bytes`, as many as it takes. */
  sessions?: number;
  bytes?: number;
  responsesPerSession?: number;
  projects?: number;
  /** Greatest length of a tool's output and of an answer. */
  longestOutput?: number;
  longestAnswer?: number;
  traps?: readonly Trap[];
  /** JSON with white space. */
  spaced?: boolean;
  startMs?: number;
  days?: number;
}

interface Call extends Omit<Sums, 'calls'> {
  model: string;
  project: string;
  session: string;
  atMs: number;
}

const models = ['claude-opus-4-6', 'claude-sonnet-4-5-20250929', 'claude-haiku-4-5-20251001'];
/** As the vendor gives them. */
function messageId(name: string): string {
  return `msg_01${name.replaceAll('_', 'x').padStart(22, '0')}`;
}

const text = 'Lorem ipsum dolor sit amet, "quoted" text\n\tif (a < b) { c["d"] = \'\\u0041\'; } // ok\n'.repeat(500);
const dayMs = 86_400_000;

export function writeClaudeTree(options: ClaudeTreeOptions): ClaudeTruth {
  const { directory, seed = 1, bytes, projects = 5, spaced = false, days = 30 } = options;
  const sessions = options.sessions ?? (bytes === undefined ? 10 : Infinity);
  const responses = options.responsesPerSession ?? 10;
  const startMs = options.startMs ?? Date.UTC(2026, 8, 1);
  const has = new Set<Trap>(options.traps);
  const random = randomFrom(seed);
  const upTo = (limit: number): number => Math.floor(random() * limit);
  const excerpt = (longest: number): string => text.slice(0, upTo(longest));
  const write = (value: unknown): string => (spaced ? spacedJson(value) : JSON.stringify(value));
  const truth: ClaudeTruth = {
    files: 0,
    lines: 0,
    bytes: 0,
    unreadable: 0,
    total: noSums(),
    byModel: {},
    byProject: {},
    bySession: {},
    byDay: {},
  };
  let previous: { lines: Record<string, unknown>[]; folder: string } | undefined;

  for (let session = 0; session < sessions && truth.bytes < (bytes ?? Infinity); session++) writeSession(session);
  return truth;

  function writeSession(session: number): void {
    const project = `p${session % projects}${has.has('unicode') && session % 2 === 1 ? ' größe' : ''}`;
    const root = `/home/ana/${project}`;
    const isWorktree = has.has('worktrees') && session % 3 === 2;
    const started = isWorktree ? `${root}/.claude/worktrees/w${session}` : root;
    const folder = path.join(directory, 'projects', started.replace(/[^A-Za-z0-9]/g, '-'));
    const id = `${hex(seed, 8)}-0000-4000-8000-${hex(session, 12)}`;
    const model = models[session % models.length] ?? '';
    const served = has.has('bedrock') && session % 4 === 1 ? `us.anthropic.${model}-v1:0` : model;
    const lines: string[] = [];
    const copies: Record<string, unknown>[] = [];
    const nested: string[] = [];
    let atMs = startMs + upTo(days * dayMs);
    const now = (): string => new Date(atMs).toISOString();

    if (previous !== undefined && has.has('forks') && session % 4 === 3) {
      const uuid = previous.lines[0]?.['uuid'];
      const forkedFrom = { sessionId: previous.lines[0]?.['sessionId'], messageUuid: uuid };
      for (const line of previous.lines) lines.push(write({ ...line, sessionId: id, forkedFrom }));
    } else if (previous !== undefined && has.has('resumes') && session % 4 === 2) {
      for (const line of previous.lines) lines.push(write({ ...line, sessionId: id }));
    }
    for (let response = 0; response < responses; response++) writeResponse(response);
    if (has.has('garbage')) {
      lines.push('\0\u0001\ufffd{{{', '{"type":"assistant","message":{"usage":{"input_tokens":5,"output_tok', '[]');
      truth.unreadable++;
    }
    let body = lines.join(has.has('crlf') && session % 2 === 0 ? '\r\n' : '\n') + '\n';
    if (has.has('byteOrderMarks') && session % 3 === 0) body = `\ufeff${body}`;
    if (has.has('halfLines')) body += write(assistant({ id: `msg_half_${session}` })).slice(0, -3);
    writeFile(path.join(folder, `${id}.jsonl`), body, lines.length);
    if (nested.length > 0) {
      const file = path.join(folder, id, 'subagents', `agent-${hex(session, 6)}.jsonl`);
      writeFile(file, nested.join('\n') + '\n', nested.length);
    }
    if (has.has('emptyFiles') && session % 5 === 0) writeFile(path.join(folder, `empty-${session}.jsonl`), '', 0);
    previous = { lines: copies, folder };

    function writeResponse(response: number): void {
      const name = `${seed}_${session}_${response}`;
      const request = `req_${name}`;
      // A proxy numbers messages anew in each session, or calls all of them the same.
      const reuses = has.has('reusedIds') && (session % 4 === 1 || session % 4 === 2);
      const message = !reuses ? messageId(name) : session % 4 === 1 ? `msg_${response}` : 'msg_local';
      const outer = reuses || (has.has('missingRequestIds') && response % 5 === 1) ? undefined : request;
      const cwd = has.has('innerDirectories') && response % 2 === 1 ? `${started}/packages/api` : started;
      const common = { cwd, sessionId: id };
      atMs += 1 + upTo(4000);
      const prompt = [{ type: 'tool_result', content: excerpt(options.longestOutput ?? 400) }];
      lines.push(write(user(prompt, { ...common, uuid: `u_${name}`, timestamp: now() })));
      if (has.has('quotedUsage')) {
        const quoted = write(assistant({ id: 'msg_quoted' }));
        const toolUseResult = { usage: { input_tokens: 1, output_tokens: 2 }, content: quoted };
        lines.push(write(user(quoted, { ...common, toolUseResult, timestamp: now() })));
      }
      atMs += 1 + upTo(4000);
      const written = upTo(4000);
      const oneHour = has.has('oneHourWrites') ? upTo(written) : 0;
      const searches = has.has('webSearches') && response % 3 === 0 ? 1 + upTo(3) : 0;
      const call: Call = {
        model: served,
        project,
        session: id,
        atMs,
        input: upTo(20),
        output: 50 + upTo(1200),
        // Of two requests, that are below Sonnet's threshold while the sum is above.
        cacheRead: has.has('iterations') && response % 4 === 1 ? 200_000 + upTo(160_000) : upTo(120_000),
        cacheWrite5m: written - oneHour,
        cacheWrite1h: oneHour,
        webSearches: searches,
      };
      count(call);
      const usage: Record<string, unknown> = {
        input_tokens: call.input,
        cache_creation_input_tokens: written,
        cache_read_input_tokens: call.cacheRead,
        cache_creation: { ephemeral_5m_input_tokens: written - oneHour, ephemeral_1h_input_tokens: oneHour },
        output_tokens: call.output,
        service_tier: 'standard',
        ...(searches > 0 && { server_tool_use: { web_search_requests: searches, web_fetch_requests: 1 } }),
        ...(has.has('fast') && response % 4 === 0 && { speed: 'fast' }),
      };
      if (has.has('advisors') && response % 4 === 2) {
        const advised: Call = { ...call, model: 'claude-opus-4-6', cacheRead: 0, webSearches: 0 };
        Object.assign(advised, { input: 300, output: 40, cacheWrite5m: 0, cacheWrite1h: 0 });
        count(advised);
        const advisor = { type: 'advisor_message', model: advised.model, input_tokens: 300, output_tokens: 40 };
        usage['iterations'] = [{ type: 'message', input_tokens: call.input, output_tokens: call.output }, advisor];
      }
      const whole = { type: 'message', ...usage };
      if (has.has('iterations') && response % 4 === 1) usage['iterations'] = halves(call);
      else if (has.has('iterations') && response % 4 === 0) usage['iterations'] = [];
      if (has.has('compactions') && response % 4 === 3) {
        const compacted: Call = { ...call, input: 500, output: 90, cacheRead: 150_000, webSearches: 0 };
        Object.assign(compacted, { cacheWrite5m: 0, cacheWrite1h: 0 });
        count(compacted);
        const compaction = {
          type: 'compaction',
          input_tokens: 500,
          output_tokens: 90,
          cache_read_input_tokens: 150_000,
        };
        usage['iterations'] = [compaction, whole];
      }
      if (has.has('attempts') && response % 8 === 4) {
        const declining = model === 'claude-opus-4-6' ? 'claude-haiku-4-5-20251001' : 'claude-opus-4-6';
        const declined: Call = { ...call, model: declining, input: 408, output: 30, cacheRead: 0, webSearches: 0 };
        Object.assign(declined, { cacheWrite5m: 0, cacheWrite1h: 0 });
        count(declined);
        usage['iterations'] = [
          { type: 'message', model: 'claude-fable-5', input_tokens: 408, output_tokens: 0 },
          { type: 'message', model: declining, input_tokens: 408, output_tokens: 30 },
          { ...whole, type: 'fallback_message', model: served },
        ];
      }
      const blocks = 1 + upTo(3);
      for (let block = 0; block < blocks; block++) {
        const isLast = block === blocks - 1;
        const shown =
          has.has('placeholders') && !isLast ? { ...usage, output_tokens: 1 + block, iterations: [] } : usage;
        const content = [{ type: 'text', text: excerpt(options.longestAnswer ?? 300) }];
        const line = assistant({ id: message, model: served, content, usage: shown });
        const parentUuid = block === 0 ? `u_${name}` : `a_${name}_${block - 1}`;
        Object.assign(line, common, { requestId: outer, parentUuid, uuid: `a_${name}_${block}`, timestamp: now() });
        atMs += upTo(500);
        copies.push(line);
        lines.push(write(has.has('keyOrder') && response % 2 === 0 ? reversed(line) : line));
      }
      const last = copies.at(-1);
      if (last !== undefined) writeTraps(response, name, last, common, reuses);
    }

    function writeTraps(
      response: number,
      name: string,
      last: Record<string, unknown>,
      common: object,
      reuses: boolean,
    ): void {
      const timestamp = now();
      const add = (value: unknown): number => lines.push(write(value));
      if (has.has('synthetic')) {
        const synthetic = assistant({ id: `syn_${name}`, model: '<synthetic>', line: { ...common, timestamp } });
        add(synthetic);
      }
      if (has.has('nullUsage')) add(assistant({ id: `nil_${name}`, usage: null, line: { ...common, timestamp } }));
      if (has.has('apiErrors')) {
        const usage = { input_tokens: 0, output_tokens: 0 };
        add(assistant({ id: `err_${name}`, usage, line: { ...common, timestamp, isApiErrorMessage: true } }));
      }
      if (has.has('progress')) add({ type: 'progress', timestamp, data: { message: { ...last } } });
      if (has.has('replays') && response % 3 === 1 && last['requestId'] !== undefined) {
        nested.push(write({ ...last, requestId: `req_btw_${name}`, isSidechain: true, timestamp }));
      }
      if (has.has('subagents')) {
        // Of a call whose id is reused, a copy without the first line could be any call's.
        if (response % 3 === 0 && !reuses) nested.push(write({ ...last, timestamp }));
        const call: Call = {
          model: 'claude-haiku-4-5-20251001',
          project,
          session: id,
          atMs,
          input: 3,
          output: 70,
          cacheRead: 1000,
          cacheWrite5m: 0,
          cacheWrite1h: 0,
          webSearches: 0,
        };
        count(call);
        const usage = { input_tokens: 3, output_tokens: 70, cache_read_input_tokens: 1000 };
        const line = { ...common, isSidechain: true, requestId: `req_sub_${name}`, timestamp };
        nested.push(write(assistant({ id: messageId(`sub_${name}`), model: call.model, usage, line })));
      }
    }
  }

  function writeFile(file: string, body: string, lines: number): void {
    mkdirSync(path.dirname(file), { recursive: true });
    const content = Buffer.from(body);
    writeFileSync(file, content);
    // Birth times are coarse: the order of writing shows in the modification times too.
    const seconds = startMs / 1000 + truth.files;
    utimesSync(file, seconds, seconds);
    truth.files++;
    truth.lines += lines;
    truth.bytes += content.length;
  }

  function count(call: Call): void {
    const day = new Date(call.atMs).toISOString().slice(0, 10);
    add(truth.total, call);
    add((truth.byModel[call.model] ??= noSums()), call);
    add((truth.byProject[call.project] ??= noSums()), call);
    add((truth.bySession[call.session] ??= noSums()), call);
    add((truth.byDay[day] ??= noSums()), call);
  }
}

/** A usage as of two requests. */
function halves({ input, output, cacheRead, cacheWrite5m, cacheWrite1h }: Call): object[] {
  const half = (count: number, round: (value: number) => number): number => round(count / 2);
  return [Math.floor, Math.ceil].map((round) => ({
    type: 'message',
    input_tokens: half(input, round),
    output_tokens: half(output, round),
    cache_read_input_tokens: half(cacheRead, round),
    cache_creation_input_tokens: half(cacheWrite5m, round) + half(cacheWrite1h, round),
    cache_creation: {
      ephemeral_5m_input_tokens: half(cacheWrite5m, round),
      ephemeral_1h_input_tokens: half(cacheWrite1h, round),
    },
  }));
}

/** One compact line, without its `\n`. */
export function assistantLine(options: AssistantOptions = {}): string {
  return JSON.stringify(assistant(options));
}

function reversed(line: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(line).reverse());
}

function hex(value: number, length: number): string {
  return value.toString(16).padStart(length, '0');
}

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
