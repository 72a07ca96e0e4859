/**
 * Calls that meters of this kind have been seen to price wrong, through the whole path: a transcript or a report, the engine, its
 * ledger, the sum. Each value was worked out by hand from the provider's page, to the nano-dollar.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { assistant, type Usage } from '../../support/claudeLines';
import { newPlace, read, type Metered, type MeteredBy } from './meter';

interface LoggedCall {
  model: string;
  /** Instant of the call. */
  at: string;
  input?: number;
  output?: number;
  read?: number;
  /** Written for five minutes. */
  written?: number;
  webSearches?: number;
  speed?: 'fast' | 'standard';
  iterations?: Usage[];
}

async function logged(calls: readonly LoggedCall[]): Promise<{ total: Metered; days: MeteredBy; models: MeteredBy }> {
  const place = newPlace();
  const folder = path.join(place.claude, 'projects', '-home-dev-shop');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${sessionId}.jsonl`), calls.map((call, index) => lineOf(call, index)).join(''));
  return read(place, async (meter) => ({
    total: await meter.total(),
    days: await meter.sums('day'),
    models: await meter.sums('model'),
  }));
}

const sessionId = '5e551011-0000-4000-8000-000000000001';

function lineOf({ model, at, webSearches = 0, speed = 'standard', iterations, ...tokens }: LoggedCall, index: number) {
  const { input = 0, output = 0, read: cached = 0, written = 0 } = tokens;
  const usage = {
    ...usageOf(input, output, cached, written),
    server_tool_use: { web_search_requests: webSearches, web_fetch_requests: 0 },
    service_tier: 'standard',
    speed,
    inference_geo: 'global',
    ...(iterations !== undefined && { iterations }),
  };
  const line = { sessionId, requestId: `req_${index}`, uuid: `uuid_${index}`, timestamp: at };
  return `${JSON.stringify(assistant({ id: `msg_${index}`, model, usage, line }))}\n`;
}

function usageOf(input: number, output: number, cached: number, written: number): Usage {
  return {
    input_tokens: input,
    output_tokens: output,
    cache_read_input_tokens: cached,
    cache_creation_input_tokens: written,
    cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
  };
}

const tokensOf = ({ input, output, cacheRead, cacheWrite }: Metered): number => input + output + cacheRead + cacheWrite;

test('Haiku 5.5 has a second price above 100,000 tokens of prompt, cache included', async () => {
  const call = { model: 'claude-haiku-5-5', output: 1000 };
  const { total, days } = await logged([
    { ...call, at: '2026-11-20T10:00:00Z', input: 60_000 },
    { ...call, at: '2026-11-21T10:00:00Z', input: 40_000, read: 50_000, written: 10_000 },
    { ...call, at: '2026-11-22T10:00:00Z', input: 40_001, read: 50_000, written: 10_000 },
  ]);
  expect(Object.values(days).map(({ nanos }) => nanos)).toEqual([6_500_000, 6_250_000, 31_250_500]);
  expect(total).toMatchObject({ events: 3, unpricedEvents: 0, nanos: 44_000_500 });
  expect(tokensOf(total)).toBe(263_001);
});

test('Sonnet 5.5: cache reads cost half from 7 October 2026 on, and not before', async () => {
  const call = { model: 'claude-sonnet-5-5', input: 100, output: 500, read: 1_000_000 };
  const { total, days } = await logged([
    { ...call, at: '2026-10-05T12:00:00Z' },
    { ...call, at: '2026-10-09T12:00:00Z' },
  ]);
  expect(Object.values(days).map(({ nanos }) => nanos)).toEqual([205_200_000, 105_200_000]);
  expect(total.nanos).toBe(310_400_000);
  expect(tokensOf(total)).toBe(2_001_200);
});

test('fast mode costs by the generation, its searches do not, and the standard speed costs nothing more', async () => {
  const tokens = { input: 1000, output: 1000, read: 10_000, written: 1000, webSearches: 2, at: '2026-10-20T09:00:00Z' };
  const { total, models } = await logged([
    { ...tokens, model: 'claude-opus-4-8', speed: 'fast' },
    { ...tokens, model: 'claude-opus-5', speed: 'fast' },
    { ...tokens, model: 'claude-opus-5-5', speed: 'fast' },
    { ...tokens, model: 'claude-opus-4-7', speed: 'fast' },
    { ...tokens, model: 'claude-sonnet-4-6', speed: 'standard' },
  ]);
  expect(Object.fromEntries(Object.entries(models).map(([model, { nanos }]) => [model, nanos]))).toEqual({
    'claude-opus-4-8': 102_500_000,
    'claude-opus-5': 102_500_000,
    'claude-opus-5-5': 82_000_000,
    'claude-opus-4-7': 267_500_000,
    'claude-sonnet-4-6': 44_750_000,
  });
  expect(total).toMatchObject({ events: 5, unpricedEvents: 0, nanos: 599_250_000 });
  expect(tokensOf(total)).toBe(65_000);
});

test('a prompt is one request’s, where a usage adds up several', async () => {
  const part = { type: 'message', ...usageOf(1, 100, 70_000, 1000) };
  const { total } = await logged([
    {
      model: 'claude-haiku-5-5',
      at: '2026-11-20T09:05:00Z',
      input: 2,
      output: 400,
      read: 140_000,
      written: 2000,
      iterations: [part, { ...part, output_tokens: 300 }],
    },
  ]);
  expect(total.nanos).toBe(1_850_200);
});

test('GPT-5.6 Sol: 272,000 tokens of prompt are a short one yet', async () => {
  const report = (id: string, input: number, cacheRead: number): Record<string, unknown> => ({
    id,
    provider: 'openai',
    model: 'gpt-5.6-sol',
    tokens: { input, cacheRead, output: 1000 },
    time: '2026-11-20T09:00:00Z',
  });
  const calls = [report('c02-1', 72_000, 200_000), report('c02-2', 72_001, 200_000), report('c02-3', 271_999, 0)];
  const { answer, total } = await read(newPlace(), async (meter) => ({
    answer: await meter.engine.api('report', calls),
    total: await meter.total(),
  }));
  const costs = answer.ok ? answer.value.events.map(({ costUsd }) => costUsd) : answer.error;
  expect(costs).toEqual([0.388, 0.766008, 1.107996]);
  expect(total.nanos).toBe(2_262_004_000);
  expect(tokensOf(total)).toBe(819_000);
});
