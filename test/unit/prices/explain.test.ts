import { beforeAll, describe, expect, it } from 'vitest';
import { askModels, askPrice } from '../../../src/engine/prices/ask';
import { Rates } from '../../../src/engine/prices/rates';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import { modelPriceSchema, type ModelPrice } from '../../../src/protocol/prices/price';

const nowMs = Date.parse('2026-11-21T12:00:00Z');
const { configuration } = resolveConfiguration({
  user: `pricing:
  models:
    opus: { input_per_million: 2, output_per_million: 10, tier: low, multipliers: { batch: 0.5 } }
    sonnet:
      - { input_per_million: 4, output_per_million: 20 }
      - { from: 2026-03-01, input_per_million: 3, output_per_million: 15 }
      - { from: 2026-12-01, input_per_million: 2, output_per_million: 10 }
`,
});
const rates = new Rates();

beforeAll(() => {
  rates.setOwn(configuration);
});

async function price(provider: string | null, model: string): Promise<ModelPrice> {
  const answer = await askPrice({ provider, model }, configuration, rates, nowMs);
  return modelPriceSchema.parse(answer);
}

describe('the price of a model', () => {
  it('is the user’s before any list’s, with its tier and its multipliers', async () => {
    expect(await price(null, 'claude-opus-4-8')).toMatchObject({
      layer: 'user',
      provider: 'anthropic',
      matchedModel: 'opus',
      prices: { input: 2, output: 10, cacheRead: 0.2, cacheWrite5m: 2.5, cacheWrite1h: 4 },
      blended: 4,
      tier: 'low',
      tierAssigned: true,
      multipliers: { batch: { factor: 0.5, certain: true } },
    });
  });

  it('says since when a dated one is in force', async () => {
    const fromMs = Date.parse('2026-03-01T00:00:00Z');
    expect(await price(null, 'claude-sonnet-4-6')).toMatchObject({
      matchedModel: 'sonnet',
      prices: { input: 3 },
      fromMs,
    });
    expect((await price(null, 'claude-opus-4-8')).fromMs).toBeNull();
  });

  it('is the package’s, by the id it has there, with where that is from and how old it is', async () => {
    expect(await price(null, 'claude-3-5-haiku-20241022')).toMatchObject({
      layer: 'package',
      matchedProvider: 'anthropic',
      matchedModel: 'claude-3-5-haiku-latest',
      prices: { input: 0.8, output: 4 },
      blended: 1.6,
      tier: 'medium',
      tierAssigned: false,
      version: rates.builtInVersion,
      source: 'https://www.anthropic.com/pricing#api',
      seen: '2026-09-23',
    });
  });

  it('is of our own list, which goes before the package', async () => {
    expect(await price(null, 'claude-haiku-5-5-20261007')).toMatchObject({
      layer: 'built_in',
      matchedModel: 'claude-haiku-5-5',
      prices: { input: 0.1, output: 0.5 },
      longContext: [{ aboveTokens: 100_000, inclusive: false, prices: { input: 0.5, output: 2.5 } }],
      source: 'https://platform.claude.com/docs/en/models/haiku-5-5/overview',
      seen: '2026-10-24',
    });
  });

  it('says since when a dated one of the package is in force', async () => {
    const at = async (day: string): Promise<ModelPrice | null> =>
      await askPrice({ provider: 'openai', model: 'o3' }, configuration, rates, Date.parse(day));
    const fromMs = Date.parse('2025-06-10T00:00:00Z');
    expect(await at('2025-06-09T23:59:59Z')).toMatchObject({ layer: 'package', prices: { input: 10 }, fromMs: null });
    expect(await at('2025-06-10T00:00:00Z')).toMatchObject({ layer: 'package', prices: { input: 2 }, fromMs });
    expect((await price(null, 'claude-haiku-4-5')).fromMs).toBeNull();
  });

  it('says when it is nothing, an estimate, or for tests', async () => {
    expect(await price('ollama', 'llama3')).toMatchObject({ layer: 'local', prices: { input: 0, output: 0 } });
    expect(await price('mock', 'mock-1')).toMatchObject({ layer: 'built_in', prices: { input: 1, output: 2 } });
    expect(await price('openai', 'gpt-99-unheard-of')).toMatchObject({
      layer: 'estimate',
      estimated: true,
      tier: null,
    });
    expect(await askPrice({ provider: 'nobody', model: 'wombat-9' }, configuration, rates, nowMs)).toBeNull();
  });
});

it('lists the user’s models and those of the lists, once each, with their tiers', async () => {
  const models = await askModels(configuration, rates, nowMs);
  expect(models[0]).toEqual({ provider: 'unknown', model: 'opus', tier: 'low' });
  expect(models.filter(({ provider, model }) => provider === 'anthropic' && model.includes('haiku-4-5'))).not.toEqual(
    [],
  );
  expect(new Set(models.map((one) => JSON.stringify(one))).size).toBe(models.length);
  expect(new Set(models.map(({ provider }) => provider)).size).toBeGreaterThan(5);
});
