/** What `usage.iterations` adds to a line: how large each request was, and calls of their own. */
import { describe, expect, test } from 'vitest';
import type { UsageEvent } from '../../../src/protocol/event';
import { assistant, type Usage } from '../../support/claudeLines';
import { OneTranscript } from './reading';

const model = 'claude-sonnet-4-5-20250929';
const top = {
  input_tokens: 3,
  output_tokens: 500,
  cache_read_input_tokens: 226_000,
  cache_creation_input_tokens: 8000,
  cache_creation: { ephemeral_5m_input_tokens: 7000, ephemeral_1h_input_tokens: 1000 },
};
const first = {
  type: 'message',
  input_tokens: 1,
  output_tokens: 50,
  cache_read_input_tokens: 110_000,
  cache_creation_input_tokens: 7000,
  cache_creation: { ephemeral_5m_input_tokens: 7000, ephemeral_1h_input_tokens: 0 },
};
const second = {
  type: 'message',
  input_tokens: 2,
  output_tokens: 450,
  cache_read_input_tokens: 116_000,
  cache_creation_input_tokens: 1000,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 1000 },
};
const parts = [
  { input: 1, output: 50, cacheRead: 110_000, cacheWrite5m: 7000, cacheWrite1h: 0, reasoning: 0 },
  { input: 2, output: 450, cacheRead: 116_000, cacheWrite5m: 0, cacheWrite1h: 1000, reasoning: 0 },
];

function read(lines: readonly object[]): { events: UsageEvent[]; skipped: number } {
  const transcript = new OneTranscript();
  transcript.feed(lines);
  return { events: transcript.events(), skipped: transcript.skipped };
}

function lineOf(usage: Usage, iterations: unknown): object {
  return assistant({ model, usage: { ...usage, iterations } });
}

/** Of one line that is sound. */
function eventsOfLine(usage: Usage, iterations: unknown): UsageEvent[] {
  const { events, skipped } = read([lineOf(usage, iterations)]);
  expect(skipped).toBe(0);
  return events;
}

describe('the requests that the top level adds up', () => {
  const partsOf = (usage: Usage, iterations: unknown): unknown => {
    const [main, ...others] = eventsOfLine(usage, iterations);
    expect(others).toEqual([]);
    expect(main?.tokens).toMatchObject({ input: 3, output: 500, cacheRead: 226_000 });
    return main?.parts;
  };

  test('several are told apart', () => {
    expect(partsOf(top, [first, second])).toEqual(parts);
    expect(partsOf(top, [first, { ...second, model }])).toEqual(parts);
    expect(partsOf(top, [first, { ...second, model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' }])).toEqual(parts);
    expect(partsOf(top, [first, { ...second, model: 'claude-sonnet-4-5[1m]' }])).toEqual(parts);
  });

  test.each<[string, unknown]>([
    ['no list', undefined],
    ['null', null],
    ['an empty list', []],
    ['a text', 'message'],
    ['one', [{ type: 'message', ...top }]],
    ['one and what nobody knows', [{ type: 'message', ...top }, { type: 'pause' }, 7, null]],
    ['less than the top level', [first, first]],
    ['more than the top level', [first, second, { ...first, cache_read_input_tokens: 1 }]],
    ['another cache', [first, { ...second, cache_creation_input_tokens: 1001, cache_creation: undefined }]],
  ])('%s: the top level is believed, as of one request', (_, iterations) => {
    expect(partsOf(top, iterations)).toBeNull();
  });

  test('where they do not say how long a cache is kept, or what was thought, the top level does', () => {
    const unsplit = [first, second].map((one) => ({ ...one, cache_creation: undefined }));
    const thinking = { ...top, output_tokens_details: { thinking_tokens: 60 } };
    expect(partsOf(thinking, unsplit)).toEqual([
      { ...parts[0], cacheWrite5m: 6000, cacheWrite1h: 1000, reasoning: 50 },
      { ...parts[1], cacheWrite5m: 1000, cacheWrite1h: 0, reasoning: 10 },
    ]);
  });
});

describe('calls of their own', () => {
  const compaction = { type: 'compaction', input_tokens: 2000, cache_read_input_tokens: 178_000, output_tokens: 3500 };
  const told = (usage: Usage, iterations: unknown): unknown[] =>
    eventsOfLine(usage, iterations)
      .slice(1)
      .map(({ key, model: asked, tokens, attribution, modifiers }) => [
        key.call,
        asked,
        tokens.input + tokens.cacheRead,
        tokens.output,
        attribution.agentType,
        modifiers,
      ]);

  test('a compaction, by the same model unless it names another, in the same lane', () => {
    const usage = { ...top, speed: 'fast', service_tier: 'priority', inference_geo: 'us' };
    expect(told(usage, [compaction, first, second])).toEqual([
      ['msg_01#compaction0', model, 180_000, 3500, 'compaction', ['fast', 'priority', 'us-inference']],
    ]);
    expect(told(top, [first, { ...compaction, model: 'claude-haiku-5-5' }, second])).toEqual([
      ['msg_01#compaction1', 'claude-haiku-5-5', 180_000, 3500, 'compaction', []],
    ]);
    expect(told(top, [{ type: 'compaction', output_tokens: 0 }, first, second])).toEqual([]);
    expect(eventsOfLine(top, [compaction, first, second])[0]?.parts).toEqual(parts);
  });

  test('an advisor, in the lane of the call but at its own speed', () => {
    const usage = { ...top, speed: 'fast', service_tier: 'batch' };
    const advisor = { type: 'advisor_message', model: 'claude-opus-4-7', input_tokens: 160_000, output_tokens: 8000 };
    expect(told(usage, [first, advisor, second])).toEqual([
      ['msg_01#advisor1', 'claude-opus-4-7', 160_000, 8000, 'advisor', ['batch']],
    ]);
  });

  test('an attempt that declined after it had begun to answer, and none that declined before', () => {
    const declined = { type: 'message', model: 'claude-fable-5', input_tokens: 408, output_tokens: 30 };
    const served = { ...top, type: 'fallback_message', model };
    expect(told(top, [declined, served])).toEqual([['msg_01#attempt0', 'claude-fable-5', 408, 30, null, []]]);
    expect(told(top, [{ ...declined, output_tokens: 0 }, served])).toEqual([]);
    // Nobody says who declined: priced as who served.
    expect(told(top, [{ ...declined, model: undefined }, served])).toEqual([
      ['msg_01#attempt0', model, 408, 30, null, []],
    ]);
    expect(
      told(top, [
        { ...declined, type: 'retry_message' },
        { ...top, type: 'message' },
      ]),
    ).toEqual([['msg_01#attempt0', 'claude-fable-5', 408, 30, null, []]]);
    expect(told(top, [{ ...top, type: 'pause', model }])).toEqual([]);
  });

  test('what served after another had declined may still be several requests', () => {
    const declined = { type: 'message', input_tokens: 408, output_tokens: 0 };
    const served = [first, second].map((one) => ({ ...one, type: 'fallback_message', model }));
    const [main, ...others] = eventsOfLine(top, [declined, ...served]);
    expect([main?.parts, others]).toEqual([parts, []]);
  });

  test.each<[string, object]>([
    ['an advisor without a name', { type: 'advisor_message', output_tokens: 2 }],
    ['an advisor whose name is no text', { type: 'advisor_message', model: 7, output_tokens: 2 }],
    ['a compaction whose count is none', { type: 'compaction', output_tokens: -5 }],
    ['a request whose count is none', { type: 'message', output_tokens: 'many' }],
  ])('%s: the line is counted as flawed, its other calls as they are', (_, iteration) => {
    const { events, skipped } = read([lineOf(top, [iteration, compaction])]);
    expect(skipped).toBe(1);
    expect(events.map(({ key }) => key.call)).toEqual(['msg_01', 'msg_01#compaction1']);
  });
});

test('of equal copies the one that tells more requests apart is kept, whichever is first', () => {
  const lines = [lineOf(top, [first, second]), lineOf(top, []), lineOf({ ...top, output_tokens: 3 }, [first])];
  for (const order of [lines, [...lines].reverse()]) {
    expect(read(order).events.map((event) => event.parts)).toEqual([parts]);
  }
});
