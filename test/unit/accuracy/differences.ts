/** Smallest cases of what transcripts hold, one to a pair of days, so that one run of each tool answers all of them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assistant, spacedJson, user, type AssistantOptions, type Usage } from '../../support/claudeLines';

export interface Difference {
  /** As in the table of docs/accuracy.md. */
  name: string;
  /**
   * Files of the case; one of sidechain lines is a subagent's. A string is a line as it is; `\0` at the end of one takes the
   * line break away.
   */
  files: (call: Call) => (Line | string)[][];
}

type Line = Record<string, unknown>;

/** One line of a call: the same ids for the same `name`. */
export type Call = (usage?: Usage, options?: AssistantOptions & { name?: string }) => Line;

const usage = {
  input_tokens: 12,
  cache_creation_input_tokens: 3500,
  cache_read_input_tokens: 41_200,
  output_tokens: 806,
};
const firstDayMs = Date.UTC(2026, 3, 1);
const dayMs = 86_400_000;
const sonnet45 = 'claude-sonnet-4-5-20250929';
const nothing = { input_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 };

export function dayOf(place: number, second = false): string {
  return new Date(firstDayMs + (2 * place + Number(second)) * dayMs).toISOString().slice(0, 10);
}

export const differences: readonly Difference[] = [
  { name: 'One response on one line', files: (call) => [[call()]] },
  {
    name: 'One response on three lines, the last with the real output',
    files: (call) => [[call({ output_tokens: 1 }), call({ output_tokens: 3 }), call()]],
  },
  {
    name: 'Lines of one response with different prompts',
    files: (call) => [[call({ input_tokens: 5000, output_tokens: 1 }), call()]],
  },
  {
    name: 'The model changes within one response',
    files: (call) => [[call({ output_tokens: 5 }, { model: 'claude-haiku-4-5-20251001' }), call()]],
  },
  {
    name: 'Of 3,500 tokens written, 3,000 for one hour',
    files: (call) => [[call({ cache_creation: { ephemeral_5m_input_tokens: 500, ephemeral_1h_input_tokens: 3000 } })]],
  },
  {
    name: 'A cache write with an empty split',
    files: (call) => [[call({ cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 } })]],
  },
  {
    name: 'Two web searches and a web fetch',
    files: (call) => [[call({ server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 } })]],
  },
  {
    name: 'An advisor asked during the call',
    files: (call) => [
      [
        call({
          iterations: [
            { type: 'message', ...usage },
            { type: 'advisor_message', model: 'claude-opus-4-6', input_tokens: 300, output_tokens: 40 },
          ],
        }),
      ],
    ],
  },
  {
    name: 'A conversation compacted during the call',
    files: (call) => [
      [
        call({
          iterations: [
            { type: 'compaction', input_tokens: 2000, cache_read_input_tokens: 178_000, output_tokens: 3500 },
            { type: 'message', ...usage },
          ],
        }),
      ],
    ],
  },
  {
    name: 'Another model declined after it had begun to answer',
    files: (call) => [
      [
        call({
          iterations: [
            { type: 'message', model: 'claude-opus-4-7', input_tokens: 408, output_tokens: 30 },
            { type: 'fallback_message', model: 'claude-opus-4-6', ...usage },
          ],
        }),
      ],
    ],
  },
  { name: 'Fast mode', files: (call) => [[call({ speed: 'fast' })]] },
  { name: 'Fast mode of Opus 4.8', files: (call) => [[call({ speed: 'fast' }, { model: 'claude-opus-4-8' })]] },
  { name: 'Fast mode of Opus 5.5', files: (call) => [[call({ speed: 'fast' }, { model: 'claude-opus-5-5' })]] },
  { name: 'Inference in the US only', files: (call) => [[call({ inference_geo: 'us' })]] },
  { name: 'Batch service tier', files: (call) => [[call({ service_tier: 'batch' })]] },
  {
    name: 'Sonnet 4.5, prompt of 300,000 tokens',
    files: (call) => [
      [
        call(
          { input_tokens: 300_000, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
          { model: sonnet45 },
        ),
      ],
    ],
  },
  {
    name: 'Sonnet 4.5, prompt of 250,012 tokens, most of it cached',
    files: (call) => [
      [call({ cache_creation_input_tokens: 100_000, cache_read_input_tokens: 150_000 }, { model: sonnet45 })],
    ],
  },
  {
    name: 'Sonnet 4.5, two requests whose prompts are above 200,000 only together',
    files: (call) => {
      const half = { ...usage, input_tokens: 6, cache_creation_input_tokens: 5000, cache_read_input_tokens: 120_000 };
      const iterations = [
        { type: 'message', ...half, output_tokens: 6 },
        { type: 'message', ...half, output_tokens: 800 },
      ];
      const both = { cache_creation_input_tokens: 10_000, cache_read_input_tokens: 240_000, iterations };
      return [[call(both, { model: sonnet45 })]];
    },
  },
  {
    name: 'Haiku 5.5, prompt of 100,001 tokens',
    files: (call) => [
      [
        call(
          { input_tokens: 40_001, cache_creation_input_tokens: 10_000, cache_read_input_tokens: 50_000 },
          { model: 'claude-haiku-5-5' },
        ),
      ],
    ],
  },
  { name: 'A session resumed in another file', files: (call) => [[call()], [call()]] },
  {
    name: 'A session forked into another file',
    files: (call) => [[call()], [call({}, { line: { forkedFrom: { sessionId: 's', messageUuid: 'u' } } })]],
  },
  {
    name: 'A side question replays the answer before it',
    files: (call) => [[call()], [call({}, { line: { isSidechain: true, requestId: 'req_side' } })]],
  },
  {
    name: 'A subagent calls by itself',
    files: (call) => [[call()], [call({}, { name: 'sub', line: { isSidechain: true } })]],
  },
  {
    name: 'Only one line of a response has its request id',
    files: (call) => [[call({ output_tokens: 3 }, { line: { requestId: undefined } }), call()]],
  },
  {
    name: 'No request ids, and the session is resumed',
    files: (call) => [1, 2].map(() => [call({}, { line: { requestId: undefined } })]),
  },
  {
    name: 'A proxy names no requests and numbers messages anew in each session',
    files: (call) => [
      [proxied(call, 'msg_1', 'a')],
      [proxied(call, 'msg_1', 'b', { input_tokens: 3000, output_tokens: 500 })],
    ],
  },
  {
    name: 'Such a session is resumed',
    files: (call) => [[proxied(call, 'msg_2', 'a'), proxied(call, 'msg_2', 'b')], [proxied(call, 'msg_2', 'a')]],
  },
  {
    name: 'No message id, two lines of one request',
    files: (call) => [[call({}, { id: undefined }), call({}, { id: undefined, line: { uuid: 'other' } })]],
  },
  { name: 'White space in the JSON', files: (call) => [[spacedJson(call())]] },
  { name: 'A field that is null', files: (call) => [[call({ speed: null })]] },
  {
    name: 'Synthetic messages, API errors, quoted usage, no usage',
    files: (call) => [
      [
        call(),
        call({}, { name: 'synthetic', model: '<synthetic>' }),
        call(nothing, { name: 'error', line: { isApiErrorMessage: true } }),
        { ...call({}, { name: 'none' }), message: { id: 'msg_none', model: 'claude-opus-4-6', usage: null } },
        user(JSON.stringify(call({}, { name: 'quoted' })), { toolUseResult: { usage } }),
      ],
    ],
  },
  {
    name: 'A progress line repeats a call',
    files: (call) => [[call(), progress(call())]],
  },
  {
    name: 'A progress line about a call with no line of its own',
    files: (call) => [[call(), progress(call({}, { name: 'gone' }))]],
  },
  { name: 'The last line is not finished by a line break yet', files: (call) => [[`${JSON.stringify(call())}\0`]] },
  {
    name: 'A response that goes on after midnight',
    files: (call) => [
      [
        call({ output_tokens: 3 }, { line: { timestamp: 'first T23:59:59.900Z' } }),
        call({}, { line: { timestamp: 'second T00:00:00.200Z' } }),
      ],
    ],
  },
  { name: 'A cost that Claude Code wrote itself', files: (call) => [[call({}, { line: { costUSD: 0.5 } })]] },
  { name: 'A written cost of 0, as with a subscription', files: (call) => [[call({}, { line: { costUSD: 0 } })]] },
  {
    name: 'Bedrock, with a regional model id',
    files: (call) => [[call({}, { model: 'us.anthropic.claude-opus-4-6-v1:0' })]],
  },
  { name: 'A Haiku that no list knows yet', files: (call) => [[call({}, { model: 'claude-haiku-9' })]] },
  { name: 'A Claude model that no list knows yet', files: (call) => [[call({}, { model: 'claude-nova-9' })]] },
];

/** Writes every case into the configuration directory. */
export function writeDifferences(directory: string): void {
  differences.forEach(({ files }, place) => {
    const call: Call = (changed = {}, { name = 'main', ...options } = {}) => {
      const line = assistant({
        id: `msg_01${String(place).padStart(8, '0')}x${name}`,
        model: 'claude-opus-4-6',
        usage: { ...usage, ...changed },
        ...options,
      });
      const defaults = {
        requestId: `req_${place}_${name}`,
        timestamp: `first T08:15:42.317Z`,
        uuid: `uuid_${place}_${name}`,
      };
      return { ...line, ...defaults, ...options.line };
    };
    files(call).forEach((lines, number) => {
      const nested = lines.every((line) => typeof line === 'object' && line['isSidechain'] === true);
      const sessionId = sessionOf(place, nested ? 0 : number);
      const transcript = nested ? path.join(sessionId, 'subagents', `agent-${number}.jsonl`) : `${sessionId}.jsonl`;
      const file = path.join(directory, 'projects', '-home-ana-shop', transcript);
      const body = lines
        .map((line) => `${typeof line === 'string' ? line : JSON.stringify({ ...line, sessionId })}\n`)
        .join('');
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(
        file,
        body
          .replaceAll('first T', `${dayOf(place)}T`)
          .replaceAll('second T', `${dayOf(place, true)}T`)
          .replace('\0\n', ''),
      );
    });
  });
}

/** As a local proxy hands a message on: its lines have nothing in common but their id. */
function proxied(call: Call, id: string, name: string, changed: Usage = {}): Line {
  return call(changed, { id, name, line: { requestId: undefined, parentUuid: null } });
}

function sessionOf(place: number, number: number): string {
  return `00000000-0000-4000-${String(place).padStart(4, '0')}-${String(number).padStart(12, '0')}`;
}

function progress(call: Line): Line {
  const { timestamp, requestId, message, cwd, version } = call;
  const data = { type: 'agent_progress', message: { type: 'assistant', timestamp, requestId, message } };
  return { type: 'progress', uuid: 'progress', timestamp, cwd, version, data };
}
