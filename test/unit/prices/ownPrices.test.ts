import { describe, expect, it } from 'vitest';
import { defaultTiers } from '../../../src/domain/prices/tier';
import { priceVersion } from '../../../src/engine/prices/version';
import { Rates } from '../../../src/engine/prices/rates';
import type { ConfiguredPrice } from '../../../src/protocol/configuration';
import { noAttribution, type UsageEvent } from '../../../src/protocol/event';
import type { Modifier } from '../../../src/protocol/vocabulary';

const november = Date.parse('2026-11-21T12:00:00Z');
const million = 1_000_000;

function price(model: string, input: number, output: number, more: Partial<ConfiguredPrice> = {}): ConfiguredPrice {
  const origin = { layer: 'user', path: ['pricing', 'models', model] } as const;
  return { provider: null, model, fromMs: null, input, output, origin, ...more };
}

function call(provider: string | null, model: string, more: Partial<UsageEvent> = {}): UsageEvent {
  return {
    key: { namespace: 'api', call: 'c', request: null },
    copy: { sidechain: false, forked: false, nested: false },
    atMs: november,
    source: 'api',
    provider,
    model,
    tokens: { input: million, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0 },
    parts: null,
    webSearches: 0,
    reportedCostNanos: null,
    modifiers: [],
    durationMs: null,
    status: 'ok',
    attribution: noAttribution,
    ...more,
  };
}

async function rates(...own: ConfiguredPrice[]): Promise<Rates> {
  const made = new Rates();
  made.setOwn({ prices: own, models: [] });
  await made.load();
  return made;
}

async function usd(own: ConfiguredPrice[], ...asked: Parameters<typeof call>): Promise<number | null> {
  const [rated] = await (await rates(...own)).rateAll([call(...asked)]);
  const nanos = rated?.rating.costNanos ?? null;
  return nanos === null ? null : nanos / 1e9;
}

describe('A3 the user’s own prices', () => {
  it('go before the package’s, by id, by family, and in whatever spelling', async () => {
    expect(await usd([], 'anthropic', 'claude-opus-4-6')).toBe(5);
    expect(await usd([price('opus', 15, 75)], 'anthropic', 'claude-opus-4-6')).toBe(15);
    expect(await usd([price('opus', 15, 75)], 'bedrock', 'us.anthropic.claude-opus-4-6-v1:0')).toBe(15);
    expect(await usd([price('opus', 15, 75), price('claude-opus-4.6', 7, 8)], 'anthropic', 'claude-opus-4-6')).toBe(7);
    expect(await usd([price('opus', 15, 75)], 'anthropic', 'claude-haiku-4-5')).toBe(1);
    expect(await usd([price('gpt-5', 9, 9)], 'openai', 'gpt-5-mini')).toBe(0.25);
    expect(await usd([price('wombat-9', 2, 2)], 'acme', 'wombat-9')).toBe(2);
  });

  it('of a provider go before those of any', async () => {
    const own = [price('claude-opus-4-6', 7, 8), price('opus', 11, 12, { provider: 'anthropic' })];
    expect(await usd(own, 'anthropic', 'claude-opus-4-6')).toBe(11);
    expect(await usd(own, 'vertex', 'claude-opus-4-6@20260101')).toBe(7);
  });

  it('of any provider do not charge for what runs on one’s own machine', async () => {
    expect(await usd([price('mistral', 2, 2)], 'ollama', 'mistral')).toBe(0);
    expect(await usd([price('mistral', 2, 2, { provider: 'ollama' })], 'ollama', 'mistral')).toBe(2);
  });

  it('are dated: the latest that has begun, and before the first what comes next', async () => {
    const own = [price('opus', 20, 20, { fromMs: november }), price('opus', 10, 10, { fromMs: november - 1000 })];
    expect(await usd(own, 'anthropic', 'claude-opus-4-6', { atMs: november })).toBe(20);
    expect(await usd(own, 'anthropic', 'claude-opus-4-6', { atMs: november - 1 })).toBe(10);
    expect(await usd(own, 'anthropic', 'claude-opus-4-6', { atMs: november - 1001 })).toBe(5);
  });

  it('have cache, long-context, batch and per-request prices; what is missing follows from the others', async () => {
    const tokens = { input: 0, output: 0, cacheRead: million, cacheWrite5m: million, cacheWrite1h: 0, reasoning: 0 };
    expect(await usd([price('opus', 10, 50)], 'anthropic', 'claude-opus-4-6', { tokens })).toBe(1 + 12.5);
    expect(await usd([price('opus', 10, 50, { cacheRead: 3 })], 'anthropic', 'claude-opus-4-6', { tokens })).toBe(15.5);
    const long = price('opus', 10, 50, { longContext: [{ aboveTokens: 200_000, input: 20 }] });
    expect(await usd([long], 'anthropic', 'claude-opus-4-6')).toBe(20);
    const batch: Modifier[] = ['batch'];
    expect(await usd([price('opus', 10, 50)], 'anthropic', 'claude-opus-4-6', { modifiers: batch })).toBe(5);
    const cheap = price('opus', 10, 50, { multipliers: { batch: 0.45 }, requestsPerThousand: 1000 });
    expect(await usd([cheap], 'anthropic', 'claude-opus-4-6', { modifiers: batch })).toBe(5.5);
  });

  it('keep the fast lane’s factor, unless the fast model has a price', async () => {
    expect(await usd([price('opus', 10, 50)], 'anthropic', 'claude-opus-4-6-fast')).toBe(60);
    const both = [price('opus', 10, 50), price('claude-opus-4-6-fast', 17, 50)];
    expect(await usd(both, 'anthropic', 'claude-opus-4-6-fast')).toBe(17);
  });

  it('change the version only of what they price', async () => {
    const made = await rates(price('opus', 15, 75));
    const versions = async (): Promise<(string | null)[]> =>
      (await made.rateAll([call('anthropic', 'claude-opus-4-6'), call('anthropic', 'claude-haiku-4-5')])).map(
        ({ rating }) => rating.priceVersion,
      );
    const [before, other] = await versions();
    expect(other).toBe(priceVersion);
    const whole = made.version;
    expect(whole).not.toBe(priceVersion);
    expect(
      made.setOwn({ prices: [price('opus', 15, 75, { origin: { layer: 'user', path: ['elsewhere'] } })], models: [] }),
    ).toBe(false);
    expect(made.setOwn({ prices: [price('opus', 16, 75)], models: [] })).toBe(true);
    expect(made.version).not.toBe(whole);
    const [after, still] = await versions();
    expect(after).not.toBe(before);
    expect(still).toBe(priceVersion);
    expect(made.setOwn({ prices: [], models: [] })).toBe(true);
    expect(made.version).toBe(priceVersion);
  });
});

describe('B1 the tier of a model', () => {
  it('is the assigned one where there is such a tier, else that of its price', async () => {
    const made = await rates(price('opus', 15, 75, { tier: 'low' }), price('haiku', 50, 50, { tier: 'gone' }));
    expect(made.tierOf('anthropic', 'claude-opus-4-6', november, defaultTiers)).toBe('low');
    expect(made.tierOf('anthropic', 'claude-haiku-4-5', november, defaultTiers)).toBe('premium');
    expect(made.tierOf('acme', 'wombat-9', november, defaultTiers)).toBeNull();
  });

  it('can be assigned to a model without a price, and to a family', async () => {
    const made = await rates();
    const origin = { layer: 'user', path: [] } as const;
    const facts = { provider: null, capabilities: null, origin };
    made.setOwn({
      prices: [],
      models: [
        { ...facts, model: 'wombat-9', tier: 'high' },
        { ...facts, model: 'haiku', tier: 'premium' },
      ],
    });
    expect(made.tierOf('acme', 'wombat-9', november, defaultTiers)).toBe('high');
    expect(made.tierOf('anthropic', 'claude-haiku-4-5', november, defaultTiers)).toBe('premium');
  });

  it('follows the user’s tiers', async () => {
    const made = await rates();
    const tiers = [{ ...defaultTiers[0], id: 'all', price_range_min: 0, price_range_max: null }] as typeof defaultTiers;
    expect(made.tierOf('anthropic', 'claude-opus-4-6', november, tiers)).toBe('all');
  });
});
