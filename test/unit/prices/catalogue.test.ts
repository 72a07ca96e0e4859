import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { calcPrice } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { costOf, rate } from '../../../src/domain/prices/rating';
import { createCatalogue } from '../../../src/engine/prices/catalogue';
import { loadPrices } from '../../../src/engine/prices/loadPrices';
import { defaultEstimates, defaultEstimatesAsOf } from '../../../src/engine/prices/overrides/fixed';
import { packageVersion, priceVersion } from '../../../src/engine/prices/version';
import { noAttribution, type TokenCounts, type UsageEvent } from '../../../src/protocol/event';
import type { Modifier } from '../../../src/protocol/vocabulary';

const prices = createCatalogue();
const november = Date.parse('2026-11-21T12:00:00Z');
const million = 1_000_000;
const none: TokenCounts = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0 };

interface Call extends Partial<TokenCounts> {
  at?: string;
  webSearches?: number;
  modifiers?: readonly Modifier[];
}

function usd(provider: string, model: string, { at, webSearches = 0, modifiers = [], ...tokens }: Call): number | null {
  const match = prices.find(provider, model, at === undefined ? november : Date.parse(at));
  const cost = match === null ? null : costOf({ tokens: { ...none, ...tokens }, webSearches, modifiers }, match);
  return cost === null ? null : cost.nanos / 1e9;
}

const matched = (provider: string, model: string) => {
  const match = prices.find(provider, model, november);
  return match === null ? null : { provider: match.provider, model: match.matchedModel, estimated: match.estimated };
};

function logged(
  provider: string,
  model: string,
  modifiers: readonly Modifier[] = [],
): UsageEvent & { provider: string } {
  return {
    key: { namespace: 'claude-code', call: 'm', request: 'r' },
    copy: { sidechain: false, forked: false, nested: false },
    atMs: november,
    source: 'claude-code',
    provider,
    model,
    tokens: { ...none, input: million },
    parts: null,
    webSearches: 0,
    reportedCostNanos: null,
    modifiers,
    durationMs: null,
    status: 'ok',
    attribution: noAttribution,
  };
}

describe('known prices', () => {
  it('cache writes and reads of Opus 4.6', () => {
    expect(usd('anthropic', 'claude-opus-4-6', { cacheWrite5m: million })).toBe(6.25);
    expect(usd('anthropic', 'claude-opus-4-6', { cacheWrite1h: million })).toBe(10);
    expect(usd('anthropic', 'claude-opus-4-6', { cacheRead: million })).toBe(0.5);
  });

  it('ten web searches', () => {
    expect(usd('anthropic', 'claude-opus-4-8', { webSearches: 10 })).toBe(0.1);
  });

  it('cache reads that are not a tenth of input', () => {
    expect(usd('anthropic', 'claude-opus-5-5', { cacheRead: million })).toBe(0.2);
  });

  it.each([
    ['anthropic', 'claude-sonnet-4-5', 200_000, 3, 6],
    ['openai', 'gpt-5.5', 272_000, 5, 10],
    ['openai', 'gpt-5.6', 272_000, 4, 8],
    ['azure', 'gpt-5.5', 272_000, 5, 10],
    ['x-ai', 'grok-4.3', 199_999, 1.25, 2.5],
    ['google', 'gemini-2.5-pro', 200_000, 1.25, 2.5],
  ])('%s %s: the whole request above %d', (provider, model, threshold, below, above) => {
    expect(usd(provider, model, { input: threshold })).toBeCloseTo((threshold * below) / million, 9);
    expect(usd(provider, model, { input: threshold + 1 })).toBeCloseTo(((threshold + 1) * above) / million, 9);
    expect(usd(provider, model, { cacheRead: threshold, input: 1 })).toBeGreaterThan(
      usd(provider, model, { cacheRead: threshold }) ?? Number.NaN,
    );
  });

  it('the price of the day: o3 before and after its cut', () => {
    expect(usd('openai', 'o3', { input: million, at: '2025-06-09T23:59:59.999Z' })).toBe(10);
    expect(usd('openai', 'o3', { input: million, at: '2025-06-10T00:00:00Z' })).toBe(2);
    expect(usd('openai', 'o3', { input: million, at: '2024-01-01T00:00:00Z' })).toBe(10);
  });

  it('the price of the hour', () => {
    expect(usd('deepseek', 'deepseek-v4-pro', { input: million, at: '2026-09-01T00:59:59.999Z' })).toBe(0.66);
    expect(usd('deepseek', 'deepseek-v4-pro', { input: million, at: '2026-09-01T01:00:00Z' })).toBe(1.32);
    expect(usd('deepseek', 'deepseek-v4-pro', { input: million, at: '2026-09-01T10:00:00Z' })).toBe(0.66);
    expect(usd('deepseek', 'deepseek-v4-pro', { input: million, at: '2026-11-27T02:00:00Z' })).toBe(1.32);
    expect(usd('deepseek', 'deepseek-v4-pro', { input: million, at: '2026-11-28T02:00:00Z' })).toBe(0.66);
    expect(usd('deepseek', 'deepseek-flash', { output: million, at: '2026-11-27T06:00:00Z' })).toBe(1.2);
  });
});

describe('which model an id means', () => {
  it.each([
    ['anthropic', 'claude-opus-4-8', 'anthropic', 'claude-opus-4-8'],
    ['anthropic', 'claude-opus-4-8-20260501', 'anthropic', 'claude-opus-4-8'],
    ['anthropic', 'claude-opus-4.8[1m]', 'anthropic', 'claude-opus-4-8'],
    ['anthropic', 'claude-opus-4-8-thinking-high', 'anthropic', 'claude-opus-4-8'],
    ['anthropic', 'anthropic/claude-opus-4.8', 'anthropic', 'claude-opus-4-8'],
    ['unknown', 'claude-opus-4-8', 'anthropic', 'claude-opus-4-8'],
    ['my-gateway', 'claude-opus-4-8', 'anthropic', 'claude-opus-4-8'],
    ['my-anthropic-proxy', 'gpt-5.5', 'openai', 'gpt-5.5'],
    ['openai', 'gpt-5.6', 'openai', 'gpt-5.6-sol'],
    ['openai', 'GPT-5.5-2026-04-23', 'openai', 'gpt-5.5'],
    ['google', 'models/gemini-2.5-pro', 'google', 'gemini-2.5-pro'],
    ['vertex', 'claude-opus-4-8@20260601', 'vertex', 'claude-opus-4-8'],
    ['vertex', 'publishers/anthropic/models/claude-opus-4-8', 'vertex', 'claude-opus-4-8'],
    ['bedrock', 'us.anthropic.claude-opus-4-8-20260501-v1:0', 'bedrock', 'regional.anthropic.claude-opus-4-8-v1:0'],
    ['bedrock', 'global.anthropic.claude-opus-4-8-v1:0', 'bedrock', 'global.anthropic.claude-opus-4-8-v1:0'],
    ['openrouter', 'openrouter/anthropic/claude-opus-4.8', 'openrouter', 'anthropic/claude-opus-4.8'],
    ['moonshotai', 'kimi-k2.5', 'moonshotai', 'kimi-k2.5'],
    ['zhipuai', 'glm-4.7', 'zhipuai', 'GLM-4.7'],
    ['github-copilot', 'claude-opus-4.8-fast', 'github-copilot', 'claude-opus-4.8-fast'],
    ['x-ai', 'grok-4-fast', 'x-ai', 'grok-4-fast-reasoning'],
  ])('%s %s', (provider, model, list, id) => {
    expect(matched(provider, model)).toEqual({ provider: list, model: id, estimated: false });
  });

  it.each([
    ['anthropic', '<synthetic>'],
    ['openai', ''],
    ['unknown', 'invented'],
    ['my-gateway', 'invented-1'],
    ['openai-ish', 'invented'],
    ['groq', ''],
  ])('no price: %s %j', (provider, model) => {
    expect(matched(provider, model)).toBeNull();
  });

  it('is of no list that has no price of tokens', () => {
    expect(prices.find('azure', 'mai-ds-r1', november)).toBeNull();
    expect(matched('openai', 'whisper-1')?.estimated).toBe(true);
  });

  it('is free only where the list says so', () => {
    expect(usd('openrouter', 'qwen/qwen3-coder:free', { input: million })).toBe(0);
    expect(usd('github-copilot', 'gpt-4.1', { input: million })).toBe(0);
    expect(matched('cerebras', 'qwen-3-coder-480b')?.provider).not.toBe('cerebras');
  });
});

describe('a model that no list knows', () => {
  it.each([
    ['anthropic', 'claude-haiku-6', 'anthropic', 'claude-haiku-5-5'],
    ['anthropic', 'claude-mythos-5-2', 'anthropic', 'claude-mythos-5-1'],
    ['unknown', 'claude-haiku-6-20270101', 'anthropic', 'claude-haiku-5-5'],
    ['my-gateway', 'anthropic/claude-haiku-6', 'anthropic', 'claude-haiku-5-5'],
    ['bedrock', 'us.anthropic.claude-haiku-6-v1:0', 'bedrock', 'regional.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['openai', 'gpt-5.7-mini', 'openai', 'gpt-5.4-mini'],
    ['openai', 'gpt-6.3-sol', 'openai', 'gpt-6.2-sol'],
    ['openai', 'gpt-7-luna', 'openai', 'gpt-6-luna'],
    ['google', 'gemini-4-flash-lite', 'google', 'gemini-3.5-flash-lite'],
    ['google', 'gemini-5-neon', 'google', 'gemini-4-neon'],
    ['x-ai', 'grok-5', 'x-ai', 'grok-4.7'],
    ['moonshotai', 'kimi-k4', 'moonshotai', 'kimi-k3'],
    ['zai', 'glm-6', 'zai', 'glm-5.3'],
    ['alibaba', 'qwen4-max', 'alibaba', 'qwen3.8-max'],
    ['alibaba', 'qwen3-coder-next-plus', 'openrouter', 'qwen/qwen3-coder-plus'],
    ['mistral', 'mistral-large-5', 'mistral', 'mistral-large-4-0'],
    ['deepseek', 'deepseek-v5-pro', 'deepseek', 'deepseek-v4-pro'],
  ])('%s %s is estimated by the nearest of its own family', (provider, model, list, kin) => {
    expect(matched(provider, model)).toEqual({ provider: list, model: kin, estimated: true });
  });

  it.each([
    ['anthropic', 'claude-haiku-mini-6'],
    ['openai', 'gpt-7-micro'],
    ['google', 'gemini-5-ultra'],
    ['openai', 'gpt-6.1-sol-ultrafast'],
    ['my-gateway', 'gpt-7-nova'],
  ])('%s %s has no price: nobody knows one of its size', (provider, model) => {
    expect(matched(provider, model)).toBeNull();
  });

  it('costs what its kin cost on that day, with its bands and its modifiers', () => {
    expect(usd('anthropic', 'claude-haiku-6', { input: 100_000 })).toBe(0.01);
    expect(usd('anthropic', 'claude-haiku-6', { input: 100_001 })).toBe(0.0500005);
    expect(usd('anthropic', 'claude-opus-6-fast', { output: million })).toBe(40);
    expect(usd('google', 'gemini-5-argon', { input: million })).toBe(2);
    expect(usd('google', 'gemini-5-argon', { input: million, at: '2026-12-01T00:00:00Z' })).toBe(4);
  });
});

describe('modifiers', () => {
  it.each<[string, string, readonly Modifier[], number]>([
    ['anthropic', 'claude-opus-4-6', ['fast'], 6],
    ['anthropic', 'claude-opus-4-6-fast', [], 6],
    ['anthropic', 'claude-opus-4-7', ['fast'], 6],
    ['anthropic', 'claude-opus-4-8', ['fast'], 2],
    ['anthropic', 'claude-opus-5', ['fast'], 2],
    ['openai', 'gpt-5.5', ['fast'], 2.5],
    ['openai', 'gpt-5.5-fast', [], 2.5],
    ['openai', 'gpt-5.4', ['priority'], 2],
    ['openai', 'gpt-5.3-codex', ['fast'], 2],
    ['openai', 'gpt-5.2-codex', ['fast'], 2],
    ['openai', 'gpt-5.5', ['flex'], 0.5],
    ['openai', 'gpt-5.6-sol', ['fast'], 2],
    ['openai', 'gpt-6.2-astra', ['priority'], 2],
    ['openai', 'gpt-6.1-terra', ['flex'], 0.5],
    ['google', 'gemini-4-neon', ['priority'], 1.8],
    ['google', 'gemini-4-hydrogen', ['batch'], 0.5],
    ['x-ai', 'grok-4.20', ['batch'], 0.8],
    ['anthropic', 'claude-opus-5-5', ['fast'], 2],
    ['anthropic', 'claude-opus-5-5', ['fast', 'us-inference'], 2.2],
    ['anthropic', 'claude-opus-4-8', ['us-inference'], 1.1],
    ['anthropic', 'claude-opus-4-5', ['us-inference'], 1],
    ['bedrock', 'us.anthropic.claude-opus-4-8-v1:0', ['us-inference'], 1],
    ['anthropic', 'claude-sonnet-4-6', ['batch'], 0.5],
    ['anthropic', 'claude-sonnet-4-6', ['batch', 'us-inference'], 0.55],
    ['github-copilot', 'claude-opus-4.8-fast', ['fast'], 1],
  ])('%s %s %j costs %d times as much', (provider, model, modifiers, times) => {
    const standard = prices.find(provider, model, november)?.card.base.input ?? Number.NaN;
    expect(usd(provider, model, { input: 100_000, modifiers })).toBeCloseTo((standard / 1e7) * times, 9);
    expect(rate(logged(provider, model, modifiers), prices).pricing).toBe('rated');
  });

  it.each<[string, string, Modifier]>([
    ['anthropic', 'claude-sonnet-4-6', 'fast'],
    ['anthropic', 'claude-fable-5-2', 'fast'],
    ['openai', 'gpt-4.1', 'flex'],
    ['moonshotai', 'kimi-k2.5', 'batch'],
  ])('%s %s %s has no agreed price: estimated', (provider, model, modifier) => {
    expect(rate(logged(provider, model, [modifier]), prices).pricing).toBe('estimated');
  });

  it.each([
    ['claude-opus-4-6', 'anthropic/claude-opus-4.6-fast'],
    ['claude-opus-4-7', 'anthropic/claude-opus-4.7-fast'],
    ['claude-opus-4-8', 'anthropic/claude-opus-4.8-fast'],
    ['claude-opus-5', 'anthropic/claude-opus-5-fast'],
  ])('%s agrees with its twin %s on OpenRouter', (model, twin) => {
    const call = { input: 1000, output: 100, cacheRead: 10, cacheWrite5m: 1 };
    expect(usd('anthropic', model, { ...call, modifiers: ['fast'] })).toBe(usd('openrouter', twin, call));
  });
});

describe('what the package lacks', () => {
  it.each(['mock-small', 'mock', 'anything'])('mock: %s costs $1 and $2 a million', (model) => {
    expect(usd('mock', model, { input: million })).toBe(1);
    expect(usd('mock', model, { output: million })).toBe(2);
    expect(usd('mock', model, { cacheRead: million, cacheWrite5m: million, cacheWrite1h: million })).toBe(3.35);
    expect(matched('mock', model)).toEqual({ provider: 'mock', model, estimated: false });
  });

  it.each(['ollama', 'lmstudio', 'llamacpp'])('%s: no charge per token, which is a price (A5)', (provider) => {
    expect(rate(logged(provider, 'qwen3-coder:30b', ['fast']), prices)).toMatchObject({
      costNanos: 0,
      pricing: 'rated',
    });
  });

  it('models of Alibaba are estimated by what OpenRouter takes for them', () => {
    expect(matched('alibaba', 'qwen3-coder-plus')).toEqual({
      provider: 'openrouter',
      model: 'qwen/qwen3-coder-plus',
      estimated: true,
    });
    expect(matched('unknown', 'qwen-wombat')).toBeNull();
  });

  it.each(Object.keys(defaultEstimates))('%s: a model that nobody knows is estimated', (provider) => {
    const rating = rate(logged(provider, 'invented-1'), prices);
    expect(rating.pricing).toBe('estimated');
    expect(rating.costNanos).toBe(Math.round((defaultEstimates[provider]?.input ?? Number.NaN) * 1e9));
  });

  it.each(Object.entries(defaultEstimates))('%s: the estimate is the price of a model of its', (provider, estimate) => {
    const price = calcPrice({}, estimate.like, { providerId: provider, timestamp: new Date(defaultEstimatesAsOf) });
    expect(price?.model.id).toBe(estimate.like);
    expect(price?.model_price).toMatchObject({ input_mtok: estimate.input, output_mtok: estimate.output });
    if (estimate.cacheRead !== undefined) expect(price?.model_price['cache_read_mtok']).toBe(estimate.cacheRead);
  });
});

describe('the version of the prices', () => {
  it('names the package that is installed', () => {
    const entry = createRequire(import.meta.url).resolve('@pydantic/genai-prices');
    const manifest = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(packageVersion).toBe(manifest.version);
    expect(prices.version).toBe(priceVersion);
    expect(priceVersion).toContain(manifest.version);
  });

  it('is loaded once', async () => {
    expect(await loadPrices()).toBe(await loadPrices());
  });
});

it('remembers a bounded number of models', () => {
  for (let index = 0; index < 10_050; index += 1) {
    prices.find('ollama', `model-${index}`, november);
  }
  expect(usd('ollama', 'model-0', { input: 1 })).toBe(0);
});
