/** The price feed of real engines, against a server on loopback: who asks when, what comes into force, and what stays. */
import * as genaiPrices from '@pydantic/genai-prices';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineSettings } from '../../../src/protocol/rpc';
import { TestEngine } from '../../support/engine';
import { isolatedEnvironment } from '../../support/isolation.mjs';
import { inRepository } from '../../support/paths.mjs';
import { PriceServer } from '../../support/priceServer';
import { event, openLedger, totalsOf } from '../ledger/support';
import { addModel, modelOf, published } from '../prices/feed/lists';

let folder: string;
let data: string;
let server: PriceServer;
let windows: TestEngine[];
let environment: Record<string, string>;

const open = (prices: EngineSettings['prices'] = { update: 'off', url: '' }): TestEngine => {
  const window = new TestEngine({ dataDirectory: data, distDirectory: inRepository('dist'), environment, prices });
  windows.push(window);
  return window;
};
const ready = async (prices?: EngineSettings['prices']): Promise<TestEngine> => {
  const window = open(prices);
  await window.until(({ ledgerOpen }) => ledgerOpen);
  return window;
};
const closeAll = async (): Promise<void> => {
  for (const window of windows.splice(0).reverse()) await window.shutdown();
};

beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'price-feed-'));
  data = path.join(folder, 'data');
  environment = isolatedEnvironment(folder);
  windows = [];
  server = await PriceServer.start();
});
afterEach(async () => {
  await Promise.all(windows.map((window) => window.kill()));
  await server.close();
  await fs.rm(folder, { recursive: true, force: true });
});

/** A model that nobody knew, and another price of one that only the package prices. */
const next = (): string =>
  published((list) => {
    addModel(list, 'anthropic', { id: 'claude-saga-7', prices: { input_mtok: 7, output_mtok: 70 } });
    modelOf(list, 'groq', 'llama-3.3-70b-versatile').prices = { input_mtok: 0.5, output_mtok: 0.79 };
  });

/** One call of each, a million tokens in. `rated` by the price of its time. */
async function keepCalls(): Promise<void> {
  const ledger = await openLedger(data, 1);
  const tokens = { input: 1_000_000, output: 0 };
  const version = genaiPrices.findProvider({ providerId: 'groq' })?.id ?? '';
  await ledger.append({
    events: [
      event('unknown', { provider: 'acme', model: 'acme-1', tokens, rating: { pricing: 'unpriced', costNanos: null } }),
      event('saga', {
        provider: 'anthropic',
        model: 'claude-saga-7',
        tokens,
        rating: { pricing: 'estimated', costNanos: 3e9, priceVersion: version },
      }),
      event('llama', {
        provider: 'groq',
        model: 'llama-3.3-70b-versatile',
        tokens,
        rating: { pricing: 'rated', costNanos: 590_000_000, priceVersion: version },
      }),
    ],
    cursors: [],
  });
  await ledger.close();
}

async function update(window: TestEngine) {
  const result = await window.updatePrices(server.address);
  if (result.outcome !== 'fetched') throw new Error(`${result.reason}: ${result.message}`);
  return result;
}

describe('Update Prices', () => {
  it('shows what a list would change, also of the ledger, takes it when told to, and leaves what is rated to Reprice', async () => {
    await keepCalls();
    server.serve(next());
    const lead = await ready();
    const follower = await ready();
    const shown = await update(follower);
    expect(shown.added.map(({ model }) => model)).toEqual(['claude-saga-7']);
    expect(shown.changed).toMatchObject([
      { model: 'llama-3.3-70b-versatile', differences: [{ kind: 'input', old: 0.59, new: 0.5 }] },
    ]);
    expect(shown.inForce).toBeNull();
    const llama = {
      provider: 'groq',
      model: 'llama-3.3-70b-versatile',
      events: 1,
      oldNanos: 590_000_000,
      newNanos: 500_000_000,
    };
    expect(shown.reprice.models).toContainEqual(llama);
    expect((await lead.reprice(false)).models.map(({ model }) => model)).not.toContain(llama.model);

    expect(await follower.takePrices({ checksum: shown.list.checksum, accept: [] })).toMatchObject({ taken: true });
    await lead.until(({ month }) => month.total.costUsd === 7.59);
    expect((await lead.reprice(false)).models).toEqual([llama]);
    await follower.reprice(true);
    await closeAll();
    const ledger = await openLedger(data, 99);
    expect(totalsOf(ledger).costNanos).toBe(7_500_000_000);
    await ledger.close();

    // The next start has them, and says so of what it keeps.
    const again = await ready();
    expect((await again.api('status', {})).ok).toBe(true);
    expect((await update(again)).inForce?.address).toBe(server.address);
  });

  it('is answered 304 for a list that it has, and shows that again', async () => {
    server.serve(next());
    const window = await ready();
    const first = await update(window);
    const second = await update(window);
    expect(second.notModified).toBe(true);
    expect(second.added).toEqual(first.added);
    expect(server.asked[1]?.headers['if-none-match']).toBe('"one"');
    await window.takePrices({ checksum: second.list.checksum, accept: [] });
    const third = await update(window);
    expect([third.added, third.changed, third.reprice.models]).toEqual([[], [], []]);
  });

  it('holds back a price that is a thousand times as high, and takes it when the user wants that', async () => {
    server.serve(
      published(
        (list) => (modelOf(list, 'groq', 'llama-3.3-70b-versatile').prices = { input_mtok: 590, output_mtok: 0.79 }),
      ),
    );
    const window = await ready();
    const { heldBack, changed, list } = await update(window);
    expect(heldBack).toMatchObject([{ model: 'llama-3.3-70b-versatile', reason: 'factor' }]);
    expect(changed).toEqual([]);
    await window.takePrices({ checksum: list.checksum, accept: [] });
    expect((await update(window)).heldBack).toHaveLength(1);
    await window.takePrices({ checksum: list.checksum, accept: [heldBack[0]?.key ?? ''] });
    expect((await update(window)).heldBack).toEqual([]);
  });

  it.each([
    ['HTML', '<!doctype html><title>Sign in</title>', 'malformed'],
    ['half a list', () => published().slice(0, 100_000), 'malformed'],
    ['another list', '{"models":[]}', 'malformed'],
    ['an empty list', '[]', 'malformed'],
    ['a list without most models', () => published((list) => list.splice(3)), 'truncated'],
  ])('takes nothing of %s, and keeps the last good list', async (_, garbage, reason) => {
    server.serve(next());
    const window = await ready();
    const good = await update(window);
    await window.takePrices({ checksum: good.list.checksum, accept: [] });
    server.serve(typeof garbage === 'string' ? garbage : garbage(), '"two"');
    const failed = await window.updatePrices(server.address);
    expect(failed).toMatchObject({ outcome: 'failed', reason });
    expect(failed.inForce?.fetchedMs).toBe(good.list.fetchedMs);
    server.serve(next());
    expect((await update(window)).added).toEqual([]);
  });

  it('takes nothing that was not the last that was shown', async () => {
    server.serve(next());
    const window = await ready();
    await update(window);
    expect(await window.takePrices({ checksum: 'ab'.repeat(32), accept: [] })).toMatchObject({ taken: false });
  });

  it('says which kept prices are damaged, and goes on with those that ship with us', async () => {
    server.serve(next());
    const window = await ready();
    await window.takePrices({ checksum: (await update(window)).list.checksum, accept: [] });
    await closeAll();
    const kept = await fs.readdir(path.join(data, 'prices'));
    for (const name of kept.filter((one) => one !== 'feed.json'))
      await fs.appendFile(path.join(data, 'prices', name), ' ');
    const again = open();
    const { problems } = await again.until((snapshot) => snapshot.ledgerOpen && snapshot.problems.length > 0);
    expect(problems.map(({ message }) => message).join()).toContain('are damaged or not ours');
    expect((await update(again)).inForce).toBeNull();
  });
});

describe('nothing is asked', () => {
  it('where updates are off, however long a window is open', async () => {
    const window = await ready({ update: 'off', url: server.address });
    await window.refresh();
    await window.reprice(false);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(server.asked).toEqual([]);
  });

  it('of an address that is neither https nor of this machine', async () => {
    const window = await ready();
    expect(await window.updatePrices('http://example.org/list')).toMatchObject({
      outcome: 'failed',
      reason: 'bad_address',
    });
  });
});

describe('daily', () => {
  it('asks once, however many windows are open and are opened again, and takes what is new', async () => {
    await keepCalls();
    server.serve(next());
    const daily = { update: 'daily' as const, url: server.address };
    await ready(daily);
    const follower = await ready(daily);
    await follower.until(({ month }) => month.total.costUsd === 7.59);
    await closeAll();
    const again = await ready(daily);
    await ready(daily);
    // The engine looks every second.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(server.asked).toHaveLength(1);
    expect((await update(again)).added).toEqual([]);
  });

  it('says in the tooltip what it held back', async () => {
    server.serve(
      published(
        (list) => (modelOf(list, 'groq', 'llama-3.3-70b-versatile').prices = { input_mtok: 590, output_mtok: 0.79 }),
      ),
    );
    const window = open({ update: 'daily', url: server.address });
    const { problems } = await window.until((snapshot) => snapshot.problems.length > 0);
    expect(problems).toMatchObject([{ id: 'price-feed:held-back', severity: 'info' }]);
    expect(problems[0]?.message).toContain('llama-3.3-70b-versatile (groq)');
  });

  it('does not ask a server that fails again and again', async () => {
    server.answer((_, response) => void response.writeHead(500).end());
    const window = await ready({ update: 'daily', url: server.address });
    await expect.poll(() => server.asked.length, { timeout: 20_000 }).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(server.asked).toHaveLength(1);
    expect(window.latest?.problems).toEqual([]);
  });
});
