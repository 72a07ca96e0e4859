import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ObservedQuota } from '../../../src/protocol/quota';
import { cursor, events, FaultyIo, openLedger, startMs, temporaryDirectory, totalsOf } from './support';

const observed: ObservedQuota = {
  provider: 'anthropic',
  subscription: 'claude-max',
  window: '5h',
  meter: null,
  usedPercent: 63.5,
  used: null,
  limit: null,
  resetsAtMs: startMs + 3_600_000,
  asOfMs: startMs,
  source: 'claude-statusline',
  confidence: 'high',
};

describe('C3 an observed quota', () => {
  it('outlives the process, with and without a checkpoint', async () => {
    const directory = temporaryDirectory();
    let ledger = await openLedger(directory, 1);
    await ledger.observeQuota(observed);
    await ledger.close();
    ledger = await openLedger(directory, 2);
    expect(ledger.observedQuotas()).toEqual([observed]);
    await ledger.checkpoint();
    await ledger.close();
    ledger = await openLedger(directory, 3);
    expect(ledger.observedQuotas()).toEqual([observed]);
    await ledger.close();
  });

  it('gives way to a later one only, each window for itself', async () => {
    const ledger = await openLedger(temporaryDirectory(), 1);
    await ledger.observeQuota(observed);
    await ledger.observeQuota({ ...observed, asOfMs: startMs - 1, usedPercent: 10 });
    expect(ledger.observedQuotas()).toEqual([observed]);
    const later = { ...observed, asOfMs: startMs + 1, usedPercent: 70, source: 'other' };
    const week = { ...observed, window: '7d', subscription: null, meter: 'tokens', used: 5, limit: 10 } as const;
    await ledger.observeQuota(later);
    await ledger.observeQuota(week);
    expect(ledger.observedQuotas()).toEqual(expect.arrayContaining([later, week]));
    expect(ledger.observedQuotas()).toHaveLength(2);
    await ledger.close();
  });

  it('comes with the position behind it, both or neither', async () => {
    const directory = temporaryDirectory();
    const disk = new FaultyIo();
    let ledger = await openLedger(directory, 1, { io: disk.io });
    const batch = { events: events(0, 1), quotas: [observed], cursors: [cursor('f', 1)] };
    disk.codes.set('datasync', 'ENOSPC');
    await expect(ledger.append(batch)).rejects.toMatchObject({ reason: 'unavailable' });
    disk.codes.clear();
    expect([ledger.observedQuotas(), ledger.cursors(), ledger.eventCount()]).toEqual([[], [], 0]);
    await ledger.append(batch);
    // Not closed: as if killed.
    ledger = await openLedger(directory, 2);
    expect([ledger.observedQuotas(), ledger.cursors(), ledger.eventCount()]).toEqual([[observed], [cursor('f', 1)], 1]);
    await ledger.close();
  });

  it('is left out where it makes no sense, and nothing of what it came with', async () => {
    const ledger = await openLedger(temporaryDirectory(), 1);
    const senseless = [{ asOfMs: Number.NaN }, { resetsAtMs: 1.5 }, { usedPercent: Number.NaN }, { provider: '' }];
    const quotas = [...senseless.map((part) => ({ ...observed, ...part })), observed];
    await ledger.append({ events: events(0, 1), quotas, cursors: [cursor('f', 1)] });
    expect([ledger.observedQuotas(), ledger.cursors(), ledger.eventCount()]).toEqual([[observed], [cursor('f', 1)], 1]);
    await ledger.close();
  });

  it('reaches a ledger of another epoch', async () => {
    const directory = temporaryDirectory();
    const [one, two] = [await openLedger(directory, 1), await openLedger(directory, 2)];
    await one.observeQuota(observed);
    await two.absorb();
    expect(two.observedQuotas()).toEqual([observed]);
    await one.close();
    await two.close();
  });

  it('is refused where the disk refuses it', async () => {
    const disk = new FaultyIo();
    const ledger = await openLedger(temporaryDirectory(), 1, { io: disk.io });
    disk.codes.set('write', 'ENOSPC');
    await expect(ledger.observeQuota(observed)).rejects.toThrow('ENOSPC');
    expect(ledger.observedQuotas()).toEqual([]);
    disk.codes.clear();
    await ledger.close();
  });

  it('is rescued from a damaged checkpoint', async () => {
    const directory = temporaryDirectory();
    let ledger = await openLedger(directory, 1);
    await ledger.append({ events: events(0, 3000), cursors: [] });
    await ledger.observeQuota(observed);
    await ledger.checkpoint();
    await ledger.close();
    const path = join(directory, 'ledger.sqlite');
    const bytes = readFileSync(path);
    bytes.fill(0xab, bytes.length - 4096);
    writeFileSync(path, bytes);
    ledger = await openLedger(directory, 2);
    expect(ledger.notices).toHaveLength(1);
    expect(totalsOf(ledger).events).toBeGreaterThan(1000);
    expect(ledger.observedQuotas()).toEqual([observed]);
    await ledger.close();
  });
});
