import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { event, openLedger, temporaryDirectory, totalsOf, wasmPath } from './support';

const rounds = 20;

/** Ids that were acknowledged before the process was killed, `aliveMs` after the first. */
async function reportUntilKilled(script: string, directory: string, epoch: number, aliveMs: number): Promise<string[]> {
  const first = String(epoch * 1_000_000);
  const child = spawn(process.execPath, [script, directory, String(epoch), wasmPath, first], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  await new Promise<void>((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    child.stdout.on('data', (data: Buffer) => {
      text += data.toString('latin1');
      timer ??= setTimeout(() => child.kill('SIGKILL'), aliveMs);
    });
    child.on('close', () => {
      resolve();
    });
  });
  // A line without its end was not printed whole.
  return text.split('\n').slice(0, -1);
}

it('has every acknowledged event exactly once after kill -9 at any moment', { timeout: 120_000 }, async () => {
  const directory = temporaryDirectory();
  const script = join(temporaryDirectory(), 'writer.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'killedWriter.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  const seed = Number(process.env['LEDGER_KILL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  console.info(`LEDGER_KILL_SEED=${seed}`);
  let state = seed;
  const acknowledged: string[] = [];
  for (let epoch = 1; epoch <= rounds; epoch += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    acknowledged.push(...(await reportUntilKilled(script, directory, epoch, state % 90)));
  }
  expect(acknowledged.length).toBeGreaterThan(rounds);
  expect(new Set(acknowledged).size).toBe(acknowledged.length);

  const ledger = await openLedger(directory, rounds + 1);
  expect(ledger.notices).toEqual([]);
  const stored = ledger.eventCount();
  expect(stored).toBeGreaterThanOrEqual(acknowledged.length);
  expect(totalsOf(ledger)).toMatchObject({ events: stored, costNanos: stored * 1000 });
  const again = await ledger.append({
    events: acknowledged.map((call) => ({ ...event(call), key: { namespace: 'api', call, request: null } })),
    cursors: [],
  });
  expect(again.filter(({ outcome }) => outcome === 'new')).toEqual([]);
  expect(ledger.eventCount()).toBe(stored);
  await ledger.close();
});
