import type { Provider } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { judge, type Judged } from '../../../../src/engine/prices/feed/judge';
import { mergeLists } from '../../../../src/engine/prices/feed/merge';
import { addModel, bundled, modelOf, read, trial } from './lists';

const opus = (list: Provider[]) => modelOf(list, 'anthropic', 'claude-opus-4-8');

async function judged(
  change?: (list: Provider[]) => void,
  more: Partial<Parameters<typeof judge>[0]> = {},
): Promise<Judged> {
  const { calcPrice } = trial;
  return judge({ bundled, inForce: bundled, fetched: await read(change), accepted: new Set(), calcPrice, ...more });
}

const pricesInForce = (lines: Judged['lines'], provider = 'anthropic', id = 'claude-opus-4-8') =>
  modelOf(mergeLists(bundled, lines).providers, provider, id).prices;

describe('a fetched list beside the prices in force', () => {
  it('says nothing of a list that is the same, and takes every line of it', async () => {
    const same = await judged();
    expect([same.added, same.changed, same.removed, same.heldBack]).toEqual([[], [], [], []]);
    expect(same.models).toBe(bundled.reduce((sum, { models }) => sum + models.length, 0));
    expect(mergeLists(bundled, same.lines).isFetched('anthropic', 'claude-opus-4-8')).toBe(true);
  });

  it('takes a new model', async () => {
    const result = await judged((list) => addModel(list, 'anthropic', { id: 'claude-opus-9' }));
    expect(result.heldBack).toEqual([]);
    expect(result.added).toEqual([
      {
        provider: 'anthropic',
        model: 'claude-opus-9',
        differences: [
          { kind: 'input', aboveTokens: null, fromMs: null, old: null, new: 1 },
          { kind: 'output', aboveTokens: null, fromMs: null, old: null, new: 2 },
        ],
      },
    ]);
    expect(pricesInForce(result.lines, 'anthropic', 'claude-opus-9')).toEqual({ input_mtok: 1, output_mtok: 2 });
  });

  it('takes a changed price, dated or not, and says what it was', async () => {
    const result = await judged((list) => {
      opus(list).prices = { input_mtok: 4, output_mtok: 25, cache_write_mtok: 6.25, cache_read_mtok: 0.5, cache_write_1h_mtok: 10, web_searches_kcount: 10 }; // prettier-ignore
      const haiku = modelOf(list, 'anthropic', 'claude-haiku-4-5');
      if (Array.isArray(haiku.prices)) throw new Error('the test takes an undated price for granted');
      haiku.prices = [
        { prices: haiku.prices },
        { constraint: { type: 'start_date', start_date: '2027-01-01' }, prices: { ...haiku.prices, input_mtok: 0.8 } },
      ];
    });
    expect(result.heldBack).toEqual([]);
    expect(result.changed).toEqual([
      {
        provider: 'anthropic',
        model: 'claude-haiku-4-5',
        differences: [{ kind: 'input', aboveTokens: null, fromMs: Date.UTC(2027, 0, 1), old: 1, new: 0.8 }],
      },
      {
        provider: 'anthropic',
        model: 'claude-opus-4-8',
        differences: [{ kind: 'input', aboveTokens: null, fromMs: null, old: 5, new: 4 }],
      },
    ]);
    expect(pricesInForce(result.lines)).toMatchObject({ input_mtok: 4 });
  });

  it.each([
    ['a thousand times as high', { input_mtok: 5_000 }],
    ['ten times as high', { output_mtok: 250 }],
    ['a tenth, though not to a double', { cache_read_mtok: 0.05 }],
    ['suddenly nothing', { input_mtok: 0 }],
    ['in a tier that the list did not have', { input_mtok: { base: 5, tiers: [{ start: 200_000, price: 5_000 }] } }],
  ])('holds a price back that is %s, and keeps the one in force', async (_, wrong) => {
    const before = opus(bundled as Provider[]).prices;
    const result = await judged((list) => Object.assign(opus(list).prices, wrong));
    expect(result.heldBack).toMatchObject([{ provider: 'anthropic', model: 'claude-opus-4-8', reason: 'factor' }]);
    expect(result.changed).toEqual([]);
    expect(pricesInForce(result.lines)).toEqual(before);
    expect(mergeLists(bundled, result.lines).isFetched('anthropic', 'claude-opus-4-8')).toBe(false);
  });

  it('takes what was held back when the user wants exactly that', async () => {
    const wrong = (list: Provider[]) => Object.assign(opus(list).prices, { input_mtok: 5_000 });
    const key = (await judged(wrong)).heldBack[0]?.key ?? '';
    const taken = await judged(wrong, { accepted: new Set([key]) });
    expect(taken.heldBack).toEqual([]);
    expect(taken.changed).toMatchObject([{ model: 'claude-opus-4-8' }]);
    const another = await judged((list) => Object.assign(opus(list).prices, { input_mtok: 6_000 }), {
      accepted: new Set([key]),
    });
    expect(another.heldBack).toHaveLength(1);
  });

  it('does not take a cache price that is said for the first time for a fall of the price', async () => {
    const plain = (list: Provider[]) => (opus(list).prices = { input_mtok: 5, output_mtok: 25 });
    const inForce = mergeLists(bundled, (await judged(plain)).lines).providers;
    const result = await judged(
      (list) => (opus(list).prices = { input_mtok: 5, output_mtok: 25, cache_read_mtok: 0.125 }),
      { inForce },
    );
    expect(result.heldBack).toEqual([]);
    expect(result.changed).toMatchObject([{ differences: [{ kind: 'cacheRead', old: null, new: 0.125 }] }]);
  });

  it('holds back a new model that is ten times as dear as the dearest of its provider', async () => {
    const result = await judged((list) =>
      addModel(list, 'anthropic', { id: 'claude-opus-9', prices: { input_mtok: 5_000, output_mtok: 25 } }),
    );
    expect(result.heldBack).toMatchObject([{ model: 'claude-opus-9', reason: 'outlier' }]);
    expect(() => pricesInForce(result.lines, 'anthropic', 'claude-opus-9')).toThrow('has no');
  });

  it('holds back a model that lost the price of its input', async () => {
    const result = await judged((list) => (opus(list).prices = { output_mtok: 25 }));
    expect(result.heldBack).toMatchObject([{ reason: 'lost' }]);
  });

  it('holds back a new entry that would take the calls of known models', async () => {
    const result = await judged((list) =>
      addModel(list, 'anthropic', { id: 'claude-any', match: { contains: 'claude-opus-4' } }),
    );
    expect(result.heldBack).toMatchObject([{ model: 'claude-any', reason: 'shadow' }]);
    expect(result.heldBack[0]?.detail).toContain('claude-opus-4-8');
    const behind = await judged((list) => {
      const models = list.find(({ id }) => id === 'anthropic')?.models;
      models?.push({ id: 'claude-any', match: { contains: 'claude' }, prices: { input_mtok: 1, output_mtok: 2 } });
    });
    expect(behind.heldBack).toEqual([]);
  });

  it('leaves out what is no price, and says so', async () => {
    const result = await judged((list) => {
      Object.assign(opus(list).prices, { input_mtok: -5 });
      addModel(list, 'openai', { id: 'gpt-slow', match: { regex: '^(a+)+$' } });
      addModel(list, 'openai', { id: 'gpt-odd', prices: { cache_read_mtok: 1 } });
    });
    expect(result.heldBack.map(({ model, reason, key }) => [model, reason, key])).toEqual([
      ['claude-opus-4-8', 'malformed', null],
      ['gpt-odd', 'malformed', null],
      ['gpt-slow', 'pattern', null],
    ]);
    expect(result.removed).toEqual([]);
    expect(pricesInForce(result.lines)).toEqual(opus(bundled as Provider[]).prices);
  });

  it('keeps the price of a model that the list has no more', async () => {
    const result = await judged((list) => {
      const anthropic = list.find(({ id }) => id === 'anthropic');
      if (anthropic !== undefined) anthropic.models = anthropic.models.filter(({ id }) => id !== 'claude-opus-4-8');
      list.splice(
        list.findIndex(({ id }) => id === 'typesafe'),
        1,
      );
    });
    expect(result.removed.map(({ model }) => model)).toContain('claude-opus-4-8');
    expect(result.removed.map(({ provider }) => provider)).toContain('typesafe');
    expect(pricesInForce(result.lines)).toEqual(opus(bundled as Provider[]).prices);
  });

  it('refuses a list that is cut off, and one that has every price in another unit', async () => {
    await expect(judged((list) => list.splice(4))).rejects.toThrow(expect.objectContaining({ reason: 'truncated' }));
    const thousandfold = (list: Provider[]): void => {
      for (const model of list.flatMap(({ models }) => models)) {
        if (Array.isArray(model.prices)) continue;
        for (const [key, price] of Object.entries(model.prices))
          if (typeof price === 'number') model.prices[key] = price * 1_000;
      }
    };
    await expect(judged(thousandfold)).rejects.toThrow(expect.objectContaining({ reason: 'implausible' }));
  });
});

it('takes the bundled list as it is: every pattern is quick, every model a price', async () => {
  expect((await read()).refused).toEqual([]);
});
