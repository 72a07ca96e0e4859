import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Claims } from '../../../src/engine/leadership/claims';
import type { Ledger } from '../../../src/ledger/ledger';
import { nodeLedgerIo, type LedgerIo } from '../../../src/ledger/ledgerIo';
import { stoppingIo } from '../../torture/faultyLead';
import { events, openLedger, temporaryDirectory, totalsOf, wasmPath } from './support';

/** A lead of this epoch with ten events of its own that has just been stopped there. */
async function stoppedLead(directory: string, epoch: number): Promise<{ wake: () => Promise<void> }> {
  const stop = stoppingIo();
  const ledger = await openLedger(directory, epoch, { io: stop.io });
  await ledger.append({ events: events(epoch * 10, epoch * 10 + 10), cursors: [] });
  const checkpoint = ledger.checkpoint();
  await stop.reached;
  return {
    wake: async () => {
      stop.wake();
      await checkpoint;
      await ledger.close();
    },
  };
}

async function appendAndCheckpoint(ledger: Ledger, from: number): Promise<void> {
  await ledger.append({ events: events(from, from + 10), cursors: [] });
  await ledger.checkpoint();
}

async function expectAll(directory: string, epoch: number, count: number): Promise<void> {
  const judge = await openLedger(directory, epoch);
  expect(totalsOf(judge)).toMatchObject({ events: count, costNanos: count * 1000 });
  expect(judge.notices).toEqual([]);
  await judge.checkpoint();
  expect(readdirSync(join(directory, 'journal'))).toEqual([]);
  await judge.close();
}

describe('a lead that is stopped as it replaces the checkpoint', () => {
  it('puts no older one over those that were written while it slept', async () => {
    const directory = temporaryDirectory();
    const sleeper = await stoppedLead(directory, 1);
    const lead = await openLedger(directory, 2);
    for (const from of [100, 110, 120]) await appendAndCheckpoint(lead, from);
    await sleeper.wake();
    // Nobody closes in order: what is on disk now is all there is.
    await expectAll(directory, 3, 40);
    await lead.close();
  });

  it('is one of several, and they wake in any order', async () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      const directory = temporaryDirectory();
      const sleepers = [];
      for (const epoch of [1, 2, 3]) sleepers.push(await stoppedLead(directory, epoch));
      const lead = await openLedger(directory, 4);
      await appendAndCheckpoint(lead, 100);
      await sleepers[order[0] ?? 0]?.wake();
      await appendAndCheckpoint(lead, 110);
      await sleepers[order[1] ?? 0]?.wake();
      const next = await openLedger(directory, 5);
      await appendAndCheckpoint(next, 120);
      await sleepers[order[2] ?? 0]?.wake();
      await expectAll(directory, 6, 60);
      for (const ledger of [lead, next]) await ledger.close();
    }
  });

  it('keeps others from replacing it while its file can not be taken away', async () => {
    const directory = temporaryDirectory();
    const sleeper = await stoppedLead(directory, 1);
    // As a virus scanner on Windows may hold it open.
    const scanned: LedgerIo = {
      ...nodeLedgerIo,
      remove: (path) =>
        path.includes('ledger.sqlite.1-')
          ? Promise.reject(Object.assign(new Error('EBUSY: as told by the test'), { code: 'EBUSY' }))
          : nodeLedgerIo.remove(path),
    };
    const lead = await openLedger(directory, 2, { io: scanned });
    await expect(appendAndCheckpoint(lead, 100)).rejects.toThrow('EBUSY');
    await sleeper.wake();
    await appendAndCheckpoint(lead, 110);
    await expectAll(directory, 3, 30);
    await lead.close();
  });
});

/** A process that claimed the lead and stopped itself there. `wake` resolves when it has ended. */
async function stoppedProcess(script: string, directory: string): Promise<{ wake: () => Promise<void> }> {
  const child = spawn(process.execPath, [script, directory, wasmPath], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (data: Buffer) => (said += data.toString('latin1')));
  const ended = once(child, 'close');
  while (!said.includes('stops')) await once(child.stdout, 'data');
  return {
    wake: async () => {
      child.kill('SIGCONT');
      await ended;
      expect(said).toBe('stops\nwoke\n');
    },
  };
}

it.skipIf(process.platform === 'win32')('puts no older one over theirs when it is a stopped process', async () => {
  const script = join(temporaryDirectory(), 'writer.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'stoppedWriter.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  const directory = temporaryDirectory();
  const claims = new Claims(directory);
  const sleepers = [await stoppedProcess(script, directory), await stoppedProcess(script, directory)];
  const observed = (await claims.highest())?.epoch ?? 0;
  const claim = await claims.claim('/nowhere/agent-meter.sock', observed);
  const lead = await openLedger(directory, claim?.epoch ?? 0, {
    mayReplaceCheckpoint: () => claims.holds(claim?.epoch ?? 0),
  });
  for (const from of [100, 110, 120]) await appendAndCheckpoint(lead, from);
  expect(readdirSync(join(directory, 'journal')), 'what the sleepers wrote is covered, and gone').toEqual([]);
  for (const sleeper of sleepers) await sleeper.wake();
  await expectAll(directory, observed + 2, 30 + 2 * 11);
  await lead.close();
});
