import { describe, expect, test } from 'vitest';
import type { UsageEvent } from '../../../src/protocol/event';
import { assistant, plainUsage, spacedJson, user } from '../../support/claudeLines';
import { OneTranscript } from './reading';

interface Read {
  events: UsageEvent[];
  skipped: number;
}

function read(lines: readonly unknown[], place: readonly string[] = ['-home-ana-shop', 's.jsonl']): Read {
  const transcript = new OneTranscript({ place });
  transcript.feed(lines);
  return { events: transcript.events(), skipped: transcript.skipped };
}

function only(line: unknown, place?: readonly string[]): UsageEvent {
  const { events, skipped } = read([line], place);
  const [event, ...others] = events;
  expect(skipped).toBe(0);
  expect(others).toEqual([]);
  if (event === undefined) throw new Error('no event');
  return event;
}

const nothing: Read = { events: [], skipped: 0 };
const oneSkipped: Read = { events: [], skipped: 1 };

test('a line in full', () => {
  expect(
    only(
      assistant({
        usage: {
          ...plainUsage,
          cache_creation_input_tokens: 3500,
          cache_creation: { ephemeral_5m_input_tokens: 500, ephemeral_1h_input_tokens: 3000 },
          output_tokens_details: { thinking_tokens: 300 },
          server_tool_use: { web_search_requests: 1, web_fetch_requests: 4 },
          service_tier: 'standard',
          speed: 'standard',
          inference_geo: 'global',
        },
      }),
    ),
  ).toEqual({
    key: { namespace: 'claude-code', call: 'msg_01', request: 'req_01' },
    copy: { sidechain: false, forked: false, nested: false },
    atMs: Date.UTC(2026, 8, 14, 8, 15, 42, 317),
    source: 'claude-code',
    provider: null,
    model: 'claude-opus-4-8',
    tokens: { input: 12, output: 806, cacheRead: 41_200, cacheWrite5m: 500, cacheWrite1h: 3000, reasoning: 300 },
    parts: null,
    webSearches: 1,
    reportedCostNanos: null,
    modifiers: [],
    durationMs: null,
    status: 'ok',
    attribution: {
      project: 'shop',
      agent: 'claude-code',
      agentType: null,
      task: null,
      taskType: null,
      run: null,
      plan: null,
      session: '0d5c2a1e-7a43-4c0e-9f1b-2f6c6a0f1d11',
      user: null,
      team: null,
      tags: null,
    },
  });
});

describe('several lines of one response', () => {
  test('placeholder → final: the whole line with the greatest output, at the earliest instant', () => {
    const line = (output: number, model: string, second: number): unknown =>
      assistant({
        model,
        usage: { ...plainUsage, output_tokens: output },
        line: { timestamp: `2026-09-14T08:15:0${second}Z` },
      });
    const { events } = read([line(3, 'first', 5), line(900, 'second', 2), line(4, 'third', 9)]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      model: 'second',
      tokens: { output: 900 },
      atMs: Date.UTC(2026, 8, 14, 8, 15, 2),
    });
  });

  test('a tie goes to the later line', () => {
    const { events } = read([assistant({ model: 'one' }), assistant({ model: 'two' })]);
    expect(events.map(({ model }) => model)).toEqual(['two']);
  });

  test('a replay, a fork and a copy without request id stay apart: the ledger judges', () => {
    const lines = [
      assistant(),
      assistant({ line: { requestId: undefined } }),
      assistant({ line: { requestId: 'req_2', isSidechain: true } }),
      assistant({ line: { forkedFrom: { sessionId: 'x' } } }),
    ];
    expect(read(lines).events.map(({ key, copy }) => [key.request, copy.sidechain, copy.forked])).toEqual([
      ['req_01', false, false],
      [null, false, false],
      ['req_2', true, false],
      ['req_01', false, true],
    ]);
  });
});

describe('keys', () => {
  const keyOf = (line: Record<string, unknown>): unknown => only(line).key;
  test('without message id, the request or else the line', () => {
    expect(keyOf(assistant({ id: undefined }))).toMatchObject({ call: 'req_01', request: 'req_01' });
    expect(keyOf(assistant({ id: null, line: { requestId: null } }))).toMatchObject({ call: '5f0c', request: null });
  });
  test('without any id the line is counted as unreadable', () => {
    expect(read([assistant({ id: undefined, line: { requestId: undefined, uuid: undefined } })])).toEqual(oneSkipped);
  });
});

describe('left out', () => {
  test.each<[string, unknown]>([
    ['synthetic', assistant({ model: '<synthetic>' })],
    ['usage null', assistant({ usage: null })],
    ['usage absent', assistant({ usage: undefined } as never)],
    ['model null', assistant({ model: null })],
    ['model absent', assistant({ model: undefined })],
    ['model empty', assistant({ model: '' })],
    ['id empty', assistant({ id: '' })],
    ['message null', { ...assistant(), message: null }],
    ['progress', { type: 'progress', data: { message: assistant() }, timestamp: '2026-09-14T08:15:42.317Z' }],
    ['a user line with usage', user('x', { toolUseResult: { usage: plainUsage } })],
    ['a user line quoting an assistant line', user(JSON.stringify(assistant()))],
    [
      'an error without usage',
      assistant({ usage: { input_tokens: 0, output_tokens: 0 }, line: { isApiErrorMessage: true } }),
    ],
  ])('%s', (_, line) => expect(read([line])).toEqual(nothing));

  test.each<[string, unknown]>([
    ['no timestamp', assistant({ line: { timestamp: undefined } })],
    ['a local timestamp', assistant({ line: { timestamp: '2026-09-14T08:15:42' } })],
    ['a timestamp of another age', assistant({ line: { timestamp: '9999-12-31T23:59:59Z' } })],
    ['a timestamp that is none', assistant({ line: { timestamp: '2026-13-44T08:15:42Z' } })],
    ['a number for a timestamp', assistant({ line: { timestamp: 1_789_000_000_000 } })],
    ['a model that is no text', assistant({ model: { id: 1 } })],
    ['a model beyond measure', assistant({ model: 'x'.repeat(300) })],
    ['half a line', JSON.stringify(assistant()).slice(0, -2)],
    ['two lines in one', JSON.stringify(assistant()).slice(0, 400) + JSON.stringify(assistant())],
    ['binary', Buffer.concat([Buffer.from([0, 255, 1, 2]), Buffer.from('_tokens"')])],
    ['a list', '["_tokens"]'],
  ])('%s is counted', (_, line) => expect(read([line])).toEqual(oneSkipped));
});

test('an error that used tokens counts as an error', () => {
  expect(only(assistant({ line: { isApiErrorMessage: true } })).status).toBe('error');
});

describe('cache writes', () => {
  test.each<[string, unknown, unknown, unknown, number, number]>([
    ['split', 3500, 500, 3000, 500, 3000],
    ['split zero', 3500, 0, 0, 3500, 0],
    ['no split', 3500, undefined, undefined, 3500, 0],
    ['no total', undefined, 7, 8, 7, 8],
    ['a split smaller than the total', 5000, 500, 3000, 500, 3000],
    ['a split greater than the total', 3500, 3000, 3000, 500, 3000],
    ['a part greater than the total', 3500, 0, 9000, 0, 3500],
  ])('%s', (_, total, short, long, write5m, write1h) => {
    const split = { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long };
    const usage = { ...plainUsage, cache_creation_input_tokens: total, cache_creation: split };
    expect(only(assistant({ usage })).tokens).toMatchObject({ cacheWrite5m: write5m, cacheWrite1h: write1h });
  });
});

test.each<[unknown, number, number]>([
  [null, 0, 0],
  [undefined, 0, 0],
  [5, 5, 0],
  [-1, 0, 1],
  [1.5, 0, 1],
  ['5', 0, 1],
  [1e15, 0, 1],
  [true, 0, 1],
])('a count of %s is %s and flaws %s lines', (value, input, flawed) => {
  const { events, skipped } = read([assistant({ usage: { ...plainUsage, input_tokens: value } })]);
  expect(events[0]?.tokens).toMatchObject({ input, output: 806 });
  expect(skipped).toBe(flawed);
});

test('NaN is no JSON', () => {
  expect(read([JSON.stringify(assistant()).replace(':806', ':NaN')])).toEqual(oneSkipped);
});

test('thinking is a part of the output, never more', () => {
  const usage = { ...plainUsage, output_tokens_details: { thinking_tokens: 9999 } };
  expect(only(assistant({ usage })).tokens).toMatchObject({ output: 806, reasoning: 806 });
});

test('modifiers', () => {
  const modifiers = (usage: object): unknown => only(assistant({ usage: { ...plainUsage, ...usage } })).modifiers;
  expect(modifiers({ speed: 'fast', service_tier: 'priority', inference_geo: 'us' })).toEqual([
    'fast',
    'priority',
    'us-inference',
  ]);
  expect(modifiers({ service_tier: 'batch', inference_geo: 'not_available' })).toEqual(['batch']);
  expect(modifiers({ service_tier: 'standard', speed: 'standard', inference_geo: '' })).toEqual([]);
});

test('a reported cost counts when it is more than nothing', () => {
  expect(only(assistant({ line: { costUSD: 0.0123456789 } })).reportedCostNanos).toBe(12_345_679);
  // Half up on the decimal, not on a product of doubles.
  expect(only(assistant({ line: { costUSD: 0.5056912865 } })).reportedCostNanos).toBe(505_691_287);
  expect(only(assistant({ line: { costUSD: 5e-7 } })).reportedCostNanos).toBe(500);
  expect(only(assistant({ line: { costUSD: 0 } })).reportedCostNanos).toBeNull();
  expect(read([assistant({ line: { costUSD: -1 } })]).skipped).toBe(1);
});

describe('whose call', () => {
  test('sidechains and subagents’ own files', () => {
    expect(only(assistant({ line: { isSidechain: true } }))).toMatchObject({
      copy: { sidechain: true, nested: false },
      attribution: { agentType: 'subagent' },
    });
    expect(only(assistant(), ['-p', 's', 'subagents', 'w', 'agent-1.jsonl']).copy.nested).toBe(true);
    expect(only(assistant(), ['-p', 'agent-1.jsonl']).copy.nested).toBe(true);
  });

  test.each<[string, string, string, string | null]>([
    ['claude-opus-4-8', 'msg_1', 'req_1', null],
    ['claude-opus-4-8[1m]', 'msg_1', 'req_1', null],
    ['us.anthropic.claude-opus-4-8-v1:0', 'msg_1', 'req_1', 'bedrock'],
    ['anthropic.claude-3-haiku-20240307-v1:0', 'msg_1', 'req_1', 'bedrock'],
    ['arn:aws:bedrock:us-east-1:1:application-inference-profile/x', 'msg_1', 'req_1', 'bedrock'],
    ['claude-opus-4-8', 'msg_bdrk_1', 'req_1', 'bedrock'],
    ['claude-opus-4-8@20260601', 'msg_1', 'req_1', 'vertex'],
    ['claude-opus-4-8', 'msg_vrtx_1', 'req_1', 'vertex'],
    ['claude-opus-4-8', 'msg_1', 'req_vrtx_1', 'vertex'],
    ['kimi-k2', 'msg_1', 'req_1', null],
  ])('%s %s %s: %s', (model, id, requestId, provider) => {
    expect(only(assistant({ model, id, line: { requestId } })).provider).toBe(provider);
  });
});

test('white space, key order and carriage returns do not matter', () => {
  const reversed = Object.fromEntries(Object.entries(assistant()).reverse());
  const expected = only(assistant());
  expect(only(spacedJson(assistant()))).toEqual(expected);
  expect(only(reversed)).toEqual(expected);
  expect(only(`${JSON.stringify(assistant())}\r`)).toEqual(expected);
  expect(only(JSON.stringify(assistant()).replace('"message":{', '"message" :\t{ '))).toEqual(expected);
});

test('names beyond ASCII, raw or escaped', () => {
  const raw = JSON.stringify(assistant({ line: { cwd: '/home/ana/Größe 日本' } }));
  const escaped = raw.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  expect(only(raw).attribution.project).toBe('Größe 日本');
  expect(only(escaped).attribution.project).toBe('Größe 日本');
});

test('nothing but the listed fields gets through', () => {
  const secret = 'SECRET /home/ana/private ana@example.com';
  const line = assistant({
    content: [{ type: 'text', text: secret }],
    message: { stop_reason: secret, container: secret },
    usage: { ...plainUsage, service_tier: secret, speed: secret, extra: secret },
    line: { gitBranch: secret, userType: secret, toolUseResult: secret, slug: secret, agentId: secret },
  });
  const said = JSON.stringify(only(line));
  expect(said).not.toContain('SECRET');
  expect(said).not.toContain('/home');
  expect(said).not.toContain('@');
});
