import { REMOTE_DATA_JSON_URL, type Provider } from '@pydantic/genai-prices';
import { expect, it } from 'vitest';
import { judge, type Judged } from '../../../../src/engine/prices/feed/judge';
import { createPrices, priceData } from '../../../../src/engine/prices/priceData';
import { ownLists } from '../../../../src/engine/prices/overrides/ownLists';
import { publicPriceList } from '../../../../src/protocol/vocabulary';
import { addModel, bundled, modelOf, read, trial } from './lists';

const nowMs = Date.UTC(2027, 0, 20);
const facts = { address: 'https://example.org/list', fetchedMs: nowMs, checksum: 'ab'.repeat(32) };

async function judged(change: (list: Provider[]) => void, accepted: string[] = []): Promise<Judged> {
  const { against } = await priceData();
  const { calcPrice } = trial;
  const fetched = await read(change);
  return judge({ bundled, inForce: bundled, fetched, accepted: new Set(accepted), calcPrice, against: against(nowMs) });
}

/** USD per million tokens of input, and whose price it is. */
async function priceOf({ lines }: Judged, model: string, atMs = nowMs, provider = 'anthropic') {
  const match = (await createPrices({ facts, lines })).find(provider, model, atMs);
  return match === null ? null : { input: match.card.base.input / 10 ** (match.card.decimals - 6), ...match.origin };
}

const ours = 'claude-opus-4-8';

it('is the list that the package’s keepers publish', () => {
  expect(publicPriceList).toBe(REMOTE_DATA_JSON_URL);
});

it('prices a model that only the list knows, and says whose price that is', async () => {
  const list = await judged((all) =>
    addModel(all, 'anthropic', { id: 'claude-saga-7', prices: { input_mtok: 7, output_mtok: 8 } }),
  );
  expect(await priceOf(list, 'claude-saga-7')).toEqual({
    input: 7,
    layer: 'feed',
    source: facts.address,
    seen: '2027-01-20',
  });
  const catalogue = await createPrices({ facts, lines: list.lines });
  expect(catalogue.version).toContain('list of 2027-01-20 abababab');
  expect(catalogue.models?.()).toContainEqual({ provider: 'anthropic', model: 'claude-saga-7' });
});

it('has our own line before the list’s, which it corrects', async () => {
  expect(ownLists().lookUp('anthropic', ours)).not.toBeNull();
  const list = await judged(() => undefined);
  expect(await priceOf(list, ours)).toMatchObject({ input: 5, layer: 'built_in' });
});

it('has a price before our own line that the list dates after it', async () => {
  const cut = (all: Provider[]): void => {
    const model = modelOf(all, 'anthropic', ours);
    if (Array.isArray(model.prices)) throw new Error('the test takes an undated price for granted');
    model.prices = [
      { prices: model.prices },
      { constraint: { type: 'start_date', start_date: '2027-01-10' }, prices: { ...model.prices, input_mtok: 4 } },
    ];
  };
  const list = await judged(cut);
  expect(list.heldBack).toEqual([]);
  expect(await priceOf(list, ours)).toEqual({ input: 4, layer: 'feed', source: facts.address, seen: '2027-01-20' });
  expect(await priceOf(list, ours, Date.UTC(2027, 0, 9))).toMatchObject({ input: 5, layer: 'built_in' });
});

it('holds back an undated price against our own line, and has it before that once the user took it', async () => {
  const change = (all: Provider[]): void =>
    void Object.assign(modelOf(all, 'anthropic', ours).prices, { input_mtok: 4 });
  const list = await judged(change);
  const own = ownLists().lookUp('anthropic', ours);
  expect(list.heldBack).toMatchObject([{ model: ours, reason: 'ours' }]);
  expect(list.heldBack[0]?.detail).toBe(`${own?.origin.source}, ${own?.origin.seen}`);
  expect(await priceOf(list, ours)).toMatchObject({ input: 5, layer: 'built_in' });
  const taken = await judged(change, [list.heldBack[0]?.key ?? '']);
  expect(await priceOf(taken, ours)).toMatchObject({ input: 4, layer: 'feed' });
});

it('still serves a provider by the lists of others, and ids that no list spells', async () => {
  const list = await judged((all) =>
    addModel(all, 'openai', { id: 'gpt-77', prices: { input_mtok: 7, output_mtok: 8 } }),
  );
  expect(await priceOf(list, 'gpt-77', nowMs, 'azure')).toMatchObject({ input: 7, layer: 'feed' });
  expect(await priceOf(list, 'openai/gpt-77', nowMs, 'openrouter')).toMatchObject({ input: 7, layer: 'feed' });
});
