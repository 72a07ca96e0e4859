/** Our own price lines: each has its source and its day, none stands in another's way, and their values are the providers'. */
import { calcPrice, findProvider } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { modelCandidates } from '../../../src/domain/prices/modelId';
import { costOf } from '../../../src/domain/prices/rating';
import { createCatalogue } from '../../../src/engine/prices/catalogue';
import type { Band, LinePrices, PriceLine } from '../../../src/engine/prices/overrides/line';
import { modifierRules } from '../../../src/engine/prices/overrides/modifiers';
import { ownLists, providerLines } from '../../../src/engine/prices/overrides/ownLists';

/** Of this version of the lines: nothing can have been read later. */
const asOf = '2026-11-30';
const prices = createCatalogue();
const lines = providerLines.flatMap(({ provider, lines: own }) => own.map((line) => ({ provider, line })));
const named = lines.map(({ provider, line }) => [`${provider} ${line.models[0]} ${line.from ?? ''}`, line] as const);

describe('every line', () => {
  it('is there: all nine providers have some', () => {
    expect(providerLines.filter((list) => list.lines.length > 0)).toHaveLength(9);
  });

  it.each([...named, ...modifierRules.map((rule) => [`${rule.modifiers.join()} ${rule.models}`, rule] as const)])(
    'has a source and a day: %s',
    (_, { source, seen }) => {
      expect(new URL(source).protocol).toBe('https:');
      expect(seen).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(new Date(seen).toISOString().slice(0, 10)).toBe(seen);
      expect(seen <= asOf).toBe(true);
    },
  );

  it.each(named)('is ordered sensibly: %s', (_, line) => {
    for (const { in: input, out, read, write5m, write1h } of [line, ...(line.bands ?? [])] as LinePrices[]) {
      expect(input).toBeLessThanOrEqual(out);
      if (read !== undefined) expect(read).toBeLessThanOrEqual(input);
      if (write5m !== undefined) expect(write5m).toBeGreaterThanOrEqual(input);
      if (write5m !== undefined && write1h !== undefined) expect(write1h).toBeGreaterThanOrEqual(write5m);
    }
  });

  it.each(named.filter(([, line]) => line.bands !== undefined))(
    'has bands that rise and say the same: %s',
    (_, line) => {
      const steps: (LinePrices & Partial<Band>)[] = [line, ...(line.bands ?? [])];
      steps.slice(1).forEach((band, place) => {
        const below = steps[place] ?? band;
        expect(band.above).toBeGreaterThan(below.above ?? 0);
        expect(band.in).toBeGreaterThanOrEqual(below.in);
        expect(band.out).toBeGreaterThanOrEqual(below.out);
        expect(Object.keys(band).filter((key) => key === 'read' || key.startsWith('write'))).toEqual(
          Object.keys(below).filter((key) => key === 'read' || key.startsWith('write')),
        );
      });
    },
  );

  it('begins at an instant of its own, and names its models as the lists are asked', () => {
    const starts = lines.flatMap(({ provider, line }) =>
      line.models.map((id) => `${provider} ${id} ${line.from ?? ''}`),
    );
    expect(new Set(starts).size).toBe(starts.length);
    for (const { line } of lines) {
      if (line.from !== undefined) expect(Date.parse(line.from)).not.toBeNaN();
      for (const id of line.models) expect(modelCandidates(id)[0]?.id).toBe(id);
    }
  });

  it('is reached, at an instant when it is in force', () => {
    for (const { provider, line } of lines) {
      for (const id of line.models) {
        const match = prices.find(provider, id, startOf(line));
        expect(match, `${provider} ${id}`).toMatchObject({
          provider,
          matchedModel: line.models[0],
          estimated: false,
          origin: { layer: 'built_in', source: line.source, seen: line.seen },
        });
      }
    }
  });

  it('has one name in all lines of a model', () => {
    const names = new Map<string, string>();
    for (const { provider, line } of lines) {
      for (const id of line.models) {
        const key = `${provider} ${id}`;
        expect(names.get(key) ?? line.models[0]).toBe(line.models[0]);
        names.set(key, line.models[0] ?? '');
      }
    }
  });
});

/** At midnight, on a Sunday, nobody has peak hours; a line that has always been in force is older than all others. */
function startOf({ from }: PriceLine): number {
  return from === undefined ? Date.parse('2026-01-04T00:00:00Z') : Date.parse(from);
}

it('takes no model for another that the package knows by its own name', () => {
  const own = ownLists();
  const at = Date.parse('2026-11-29T00:00:00Z');
  for (const { provider } of providerLines) {
    for (const { id } of findProvider({ providerId: provider })?.models ?? []) {
      if (own.lookUp(provider, id.toLowerCase()) !== null) continue;
      const taken = modelCandidates(id)
        .map((candidate) => own.lookUp(provider, candidate.id))
        .find((found) => found !== null);
      if (taken === undefined) continue;
      const theirs = calcPrice({ input_tokens: 1_000_000 }, id, { providerId: provider, timestamp: new Date(at) });
      const ours = costOf(
        { tokens: { input: 1_000_000, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0 }, webSearches: 0, modifiers: [] },
        prices.find(provider, id, at) ?? expect.unreachable(),
      ); // prettier-ignore
      expect((ours?.nanos ?? 0) / 1e9, `${provider} ${id} as ${taken.model}`).toBeCloseTo(theirs?.total_price ?? 0, 9);
    }
  }
});

/** The providers' lists as they were read, typed here once more: USD per million tokens of input and output, in late November 2026. */
const listed: Record<string, Record<string, [input: number, output: number]>> = {
  anthropic: {
    'claude-fable-5-2': [8, 40], 'claude-fable-5-1': [10, 50], 'claude-mythos-5-1': [10, 50], 'claude-fable-5': [10, 50],
    'claude-mythos-5': [10, 50], 'claude-opus-5-5': [4, 20], 'claude-opus-5': [5, 25], 'claude-opus-4-8': [5, 25],
    'claude-opus-4-7': [5, 25], 'claude-opus-4-6': [5, 25], 'claude-opus-4-5': [5, 25], 'claude-opus-4-1': [15, 75],
    'claude-sonnet-5-5': [2, 10], 'claude-sonnet-5': [2, 10], 'claude-sonnet-4-6': [3, 15], 'claude-sonnet-4-5': [3, 15],
    'claude-haiku-5-5': [0.1, 0.5], 'claude-haiku-4-5': [1, 5], 'claude-3-5-haiku-latest': [0.8, 4],
  },
  openai: {
    'gpt-6.2-astra': [8, 40], 'gpt-6.2-sol': [2, 10], 'gpt-6.1-sol': [2, 10], 'gpt-6.1-terra': [1, 5],
    'gpt-6-astra': [10, 50], 'gpt-6-sol': [2, 10], 'gpt-6-luna': [0.1, 0.5], 'gpt-5.6-sol': [4, 20], 'gpt-5.6': [4, 20],
    'gpt-5.6-terra': [2, 12], 'gpt-5.6-luna': [0.2, 1.2], 'gpt-5.5': [5, 30], 'gpt-5.5-pro': [30, 180],
    'gpt-5.4': [2.5, 15], 'gpt-5.4-pro': [30, 180], 'gpt-5.4-mini': [0.75, 4.5], 'gpt-5.4-nano': [0.2, 1.25],
    'gpt-5.3-codex': [1.75, 14], 'gpt-5.2': [1.75, 14], 'gpt-5.1': [1.25, 10], 'gpt-5': [1.25, 10],
    'gpt-5-mini': [0.25, 2], 'gpt-5-nano': [0.05, 0.4], 'gpt-5.2-codex': [1.75, 14], 'gpt-5.1-codex-mini': [0.25, 2],
  },
  google: {
    'gemini-4-carbon': [2, 10], 'gemini-4-argon': [2, 10], 'gemini-4-neon': [3, 15], 'gemini-4-hydrogen': [1.5, 7.5],
    'gemini-3.8-flash': [0.75, 3.75], 'gemini-3.7-flash': [0.75, 3.75], 'gemini-3.6-flash': [0.75, 3.75],
    'gemini-3.5-flash': [1.5, 9], 'gemini-3.5-flash-lite': [0.3, 2.5], 'gemini-3.1-pro-preview': [2, 12],
    'gemini-3.1-flash-lite': [0.25, 1.5], 'gemini-3-flash-preview': [0.5, 3], 'gemini-2.5-pro': [1.25, 10],
    'gemini-2.5-flash': [0.3, 2.5], 'gemini-2.5-flash-lite': [0.1, 0.4],
  },
  'x-ai': {
    'grok-4.7': [2, 6], 'grok-4.6': [2, 6], 'grok-4.5': [2, 6], 'grok-4.3': [1.25, 2.5], 'grok-4.20': [1.25, 2.5],
    'grok-4.20-non-reasoning': [1.25, 2.5], 'grok-build-0.1': [1, 2],
  },
  moonshotai: {
    'kimi-k3.1-pro': [2, 10], 'kimi-k3.1-pro-highspeed': [4, 20], 'kimi-k3': [3, 15], 'kimi-k2.7-code': [0.95, 4],
    'kimi-k2.7-code-highspeed': [1.9, 8], 'kimi-k2.6': [0.95, 4], 'kimi-k2.5': [0.6, 3],
  },
  zai: {
    'glm-5.3': [1.4, 4.4], 'glm-5.3-flash': [0.075, 0.25], 'glm-5.2': [1.4, 4.4], 'glm-5.1': [1.4, 4.4], 'glm-5': [1, 3.2],
    'glm-5-turbo': [1.2, 4], 'glm-4.7': [0.6, 2.2], 'glm-4.7-flashx': [0.07, 0.4], 'glm-4.7-flash': [0, 0],
    'glm-4.6': [0.6, 2.2], 'glm-4.5': [0.6, 2.2], 'glm-4.5-air': [0.2, 1.1], 'glm-5v-turbo': [1.2, 4], 'glm-4.6v': [0.3, 0.9],
    'glm-4.5v': [0.6, 1.8], 'glm-4.5-flash': [0, 0],
  },
  alibaba: {
    'qwen3.8-max': [2, 6], 'qwen3.8-flash': [0.15, 0.47], 'qwen3.7-max': [2.5, 7.5], 'qwen3.7-plus': [0.4, 1.6],
    'qwen3.6-plus': [0.5, 3], 'qwen3.6-max-preview': [1.3, 7.8], 'qwen3-max': [1.2, 6], 'qwen-max': [1.6, 6.4],
    'qwen-flash': [0.05, 0.4],
  },
  mistral: {
    'mistral-large-4-0': [0.7, 2.1], 'mistral-large-2512': [0.5, 1.5], 'mistral-medium-3-5': [1.5, 7.5],
    'mistral-small-2603': [0.15, 0.6], 'codestral-2508': [0.3, 0.9], 'devstral-2512': [0.4, 2],
    'magistral-medium-latest': [2, 5], 'ministral-3b-2512': [0.1, 0.1], 'ministral-8b-2512': [0.15, 0.15],
    'ministral-14b-2512': [0.2, 0.2],
  },
  deepseek: { 'deepseek-flash': [0.15, 0.6], 'deepseek-v4-flash': [0.15, 0.6], 'deepseek-v4-pro': [0.66, 1.98] },
}; // prettier-ignore

describe('the price that a provider lists', () => {
  const sunday = Date.parse('2026-11-29T02:00:00Z');

  it.each(
    Object.entries(listed).flatMap(([provider, models]) =>
      Object.entries(models).map(([id, [input, output]]) => [provider, id, input, output] as const),
    ),
  )('%s %s: $%d and $%d', (provider, id, input, output) => {
    const match = prices.find(provider, id, sunday);
    expect(match).toMatchObject({ provider, estimated: false });
    const perMillion = 10 ** ((match?.card.decimals ?? 12) - 6);
    expect(match?.card.base).toMatchObject({ input: input * perMillion, output: output * perMillion });
  });

  it('has every line in it', () => {
    const typed = new Set(Object.entries(listed).flatMap(([provider, models]) => Object.keys(models).map((id) => `${provider} ${id}`))); // prettier-ignore
    const missing = lines.filter(({ provider, line }) => !line.models.some((id) => typed.has(`${provider} ${id}`)));
    expect(missing.map(({ line }) => line.models[0])).toEqual([]);
  });
});

describe('bounds of long prompts', () => {
  const usdOf = (provider: string, id: string, input: number): number => {
    const match = prices.find(provider, id, Date.parse('2026-11-29T12:00:00Z'));
    const tokens = { input, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0 };
    return (costOf({ tokens, webSearches: 0, modifiers: [] }, match ?? expect.unreachable())?.nanos ?? 0) / 1e9;
  };

  it.each([
    ['anthropic', 'claude-haiku-5-5', 100_000, 0.1, 0.5],
    ['anthropic', 'claude-sonnet-4-5', 200_000, 3, 6],
    ['openai', 'gpt-6.2-astra', 272_000, 8, 16],
    ['openai', 'gpt-6.1-terra', 272_000, 1, 2],
    ['openai', 'gpt-6-luna', 272_000, 0.1, 0.2],
    ['openai', 'gpt-5.6-sol', 272_000, 4, 8],
    ['openai', 'gpt-5.4', 272_000, 2.5, 5],
    ['google', 'gemini-3.1-pro-preview', 200_000, 2, 4],
    ['alibaba', 'qwen3-max', 32_000, 1.2, 2.4],
    ['alibaba', 'qwen3-max', 128_000, 2.4, 3],
  ])('%s %s: %d is the last short one', (provider, id, last, below, above) => {
    expect(usdOf(provider, id, last)).toBeCloseTo((last * below) / 1e6, 9);
    expect(usdOf(provider, id, last + 1)).toBeCloseTo(((last + 1) * above) / 1e6, 9);
  });

  it.each([
    ['grok-4.7', 2, 4],
    ['grok-4.3', 1.25, 2.5],
    ['grok-4.5', 2, 4],
  ])('x-ai %s: 200,000 is the first long one', (id, below, above) => {
    expect(usdOf('x-ai', id, 199_999)).toBeCloseTo((199_999 * below) / 1e6, 9);
    expect(usdOf('x-ai', id, 200_000)).toBeCloseTo((200_000 * above) / 1e6, 9);
  });
});
