import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isDue, nextAsk } from '../../../../src/engine/prices/feed/due';
import { feedVersion, KeptPrices, type FeedHead } from '../../../../src/engine/prices/feed/keptPrices';

const at = Date.UTC(2026, 11, 1, 9);
let data: string;
let kept: KeptPrices;

beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), 'kept-prices-'));
  kept = new KeptPrices(data);
});
afterEach(() => rmSync(data, { recursive: true }));

const lines = (name: string) => ({ providers: [{ id: name, name, models: [] }], kept: [], first: [] });

async function take(name: string, fetchedMs = at): Promise<FeedHead> {
  const head = await kept.head();
  const checksum = await kept.keep(Buffer.from(JSON.stringify(lines(name))));
  const inForce = { address: 'http://localhost/', fetchedMs, checksum };
  await kept.put({ ...head, inForce, previous: head.inForce });
  return kept.head();
}

const nameInForce = async (): Promise<string | undefined> =>
  (await kept.inForce(await kept.head())).prices?.lines.providers[0]?.id;

describe('prices kept beside the ledger', () => {
  it('are none in the beginning', async () => {
    expect(await kept.inForce(await kept.head())).toEqual({ prices: null, damaged: null });
  });

  it('are known by date and checksum', async () => {
    const { inForce } = await take('one');
    expect(await nameInForce()).toBe('one');
    expect(feedVersion(inForce)).toBe(`list of 2026-12-01 ${inForce?.checksum.slice(0, 8)}`);
  });

  it('are the ones before where the last are damaged, which is told', async () => {
    await take('one');
    const { inForce } = await take('two');
    const file = path.join(data, 'prices', `${inForce?.checksum}.json`);
    writeFileSync(file, readFileSync(file, 'utf8').replace('two', 'six'));
    const read = await kept.inForce(await kept.head());
    expect(read.prices?.lines.providers[0]?.id).toBe('one');
    expect(read.damaged).toEqual(inForce);
    rmSync(file);
    expect(await nameInForce()).toBe('one');
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"format":2}',
    '{"format":1,"inForce":{"checksum":"../../x"},"fetched":null,"previous":null,"accepted":[]}',
  ])('are none where their list of them is damaged or not ours: %s', async (text) => {
    await take('one');
    writeFileSync(path.join(data, 'prices', 'feed.json'), text);
    expect(await nameInForce()).toBeUndefined();
  });

  it('stay those in force when somebody is killed between download and rename', async () => {
    await take('one');
    // What a killed window leaves: a body that nothing names, and two files that were not renamed.
    await kept.keep(Buffer.from('a list that was never taken'));
    writeFileSync(path.join(data, 'prices', 'feed.json.1234.tmp'), '{"format":1');
    writeFileSync(path.join(data, 'prices', `${'0'.repeat(64)}.json.1234.tmp`), 'half a li');
    expect(await nameInForce()).toBe('one');
    await take('two');
    expect(await nameInForce()).toBe('two');
    expect(readdirSync(path.join(data, 'prices'))).toHaveLength(3);
  });

  it('are the package’s again when that is newer', async () => {
    await take('old', Date.UTC(2026, 0, 1));
    expect(await nameInForce()).toBeUndefined();
  });
});

describe('a list is asked for', () => {
  const head = { askedMs: at, nextMs: nextAsk(0, at, 0.5), failures: 0 } as FeedHead;
  const hour = 3_600_000;

  it('at once the first time, then once a day and not all at one time', () => {
    expect(isDue({ ...head, askedMs: null, nextMs: null }, at)).toBe(true);
    expect(isDue(head, at + 24 * hour)).toBe(false);
    expect(isDue(head, at + 24.5 * hour)).toBe(true);
    expect(nextAsk(0, at, 1) - nextAsk(0, at, 0)).toBe(hour);
  });

  it('after a sleep of days, and after the clock was set back', () => {
    expect(isDue(head, at + 99 * hour)).toBe(true);
    expect(isDue(head, at - hour)).toBe(true);
  });

  it('less often the longer it fails', () => {
    const waits = [1, 2, 3, 4, 20].map((failures) => (nextAsk(failures, at, 0) - at) / hour);
    expect(waits).toEqual([0.25, 0.5, 1, 2, 24]);
  });
});
