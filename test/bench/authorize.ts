/**
 * What `authorize` costs: in the engine, with 1, 10 and 100 budgets over ledgers of different sizes; and for a caller in
 * another window. Each call is settled, so that what stands open stays small. The write of a reservation to its file is in it.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { defaultConfiguration } from '../../src/config/normalise/defaults';
import { OpenControls } from '../../src/engine/openControls';
import { Rates } from '../../src/engine/prices/rates';
import { LedgerSums } from '../../src/engine/support/ledgerSums';
import { noUsage } from '../../src/domain/usage/usageSums';
import { authorizeSchema } from '../../src/protocol/api/budgetApi';
import { budgetPeriods, scopes, type Budget } from '../../src/protocol/configuration';
import { TestEngine } from '../support/engine';
import { batchesOf, endMs, open } from './scale';
import { median, percentile, timed, type Row } from './stats';

const calls = 5_000;
const goalMs = 0.5;
const micros = (ms: number): string => `${(ms * 1_000).toFixed(0)} µs`;

/** Of every scope and period, none of them in the way. */
function budgets(count: number): Budget[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `bench-${index}`,
    scope: scopes[index % scopes.length] ?? 'global',
    scopeId: index % 3 === 0 || index === 0 ? null : `project-${index % 20}`,
    except: [],
    period: budgetPeriods[Math.floor(index / scopes.length) % budgetPeriods.length] ?? 'day',
    measure: 'cost',
    limit: 1e15,
    softRatio: 0.8,
    hard: true,
    action: 'block',
    origin: { layer: 'user', path: [] },
  }));
}

export async function measureAuthorize(
  sizes: readonly number[],
  folder: string,
  distDirectory: string,
): Promise<string[]> {
  const rates = new Rates();
  await rates.load();
  const lines = ['', 'authorize, in the engine (p50, p99; the first call after a change of budgets)'];
  for (const size of sizes) {
    const directory = path.join(folder, `authorize-${size}`);
    mkdirSync(directory);
    const { ledger } = await open(directory, distDirectory, 1);
    for (const events of batchesOf(0, size, size)) await ledger.append({ events, cursors: [] });
    for (const count of [1, 10, 100]) {
      const configuration = { ...defaultConfiguration, budgets: budgets(count) };
      const view = { window: 'w', sessionStartMs: endMs, timezone: 'UTC' };
      const sums = new LedgerSums(ledger);
      const controls = new OpenControls({
        ledger,
        sums: sums.running,
        usage: noUsage,
        dataDirectory: path.join(directory, String(count)),
        epoch: 1,
        rates: {
          rate: (event) => rates.rate(event),
          find: (provider, model, atMs) => rates.find(provider, model, atMs),
          tierOf: (provider, model, atMs) => rates.tierOf(provider, model, atMs, configuration.tiers),
        },
        quotas: () => [],
        reading: { sources: () => [], isRereading: () => false, counted: () => [], lastEventMs: () => null },
        own: () => configuration,
        zone: () => 'Europe/Berlin',
        now: () => endMs,
        log: () => undefined,
        onChange: () => undefined,
      });
      const { gate } = controls;
      const took: number[] = [];
      for (let index = 0; index <= calls; index += 1) {
        const request = authorizeSchema.parse({
          provider: 'anthropic',
          model: 'claude-sonnet-4-5',
          estimate: { tokens: { input: 10_000, output: 1_000 } },
          project: `project-${index % 20}`,
          agent: 'claude-code',
          run: `run-${index % 50}`,
        });
        const started = performance.now();
        const { reservation } = gate.authorize(`call-${index}`, request, view);
        took.push(performance.now() - started);
        gate.release(reservation ?? '');
      }
      const [first = 0, ...rest] = took;
      const p99 = percentile(rest, 0.99);
      lines.push(
        `${size} events, ${count} budgets: ${micros(median(rest))}, ${micros(p99)}; ${first.toFixed(1)} ms` +
          `; p99 ≤ ${micros(goalMs)}: ${p99 <= goalMs ? 'met' : 'MISSED'}`,
      );
      controls.dispose();
      sums.stop();
    }
    await ledger.close();
    rmSync(directory, { recursive: true, force: true });
  }
  return lines;
}

/** With both windows' threads, sockets and messages. */
export async function acrossWindows(
  folder: string,
  distDirectory: string,
  environment: Record<string, string>,
): Promise<Row[]> {
  const dataDirectory = path.join(folder, 'data-authorize');
  const configFile = path.join(folder, 'authorize.yaml');
  writeFileSync(configFile, 'budgets: { daily_limit_usd: 1000 }\n');
  const options = { dataDirectory, distDirectory, environment, claudeCode: false, configFile, clock: null };
  const lead = new TestEngine(options);
  await lead.until(({ ledgerOpen }) => ledgerOpen);
  const follower = new TestEngine(options);
  await follower.until(({ ledgerOpen }) => ledgerOpen);
  const rows: Row[] = [];
  for (const [name, window] of [
    ['leads', lead],
    ['follows', follower],
  ] as const) {
    const took: number[] = [];
    for (let index = 0; index < 2_000; index += 1) {
      const argument = { provider: 'acme', model: 'acme-1', estimate: { costUsd: 0.01 } };
      const { ms, value } = await timed(() => window.api('authorize', argument));
      took.push(ms);
      if (value.ok) await window.api('release', { reservation: value.value.reservation });
    }
    const measured = `${median(took).toFixed(2)} ms, ${percentile(took, 0.99).toFixed(2)} ms`;
    rows.push({ what: `authorize asked by a window that ${name} (p50, p99)`, measured, goal: '', met: null });
  }
  await follower.shutdown();
  await lead.shutdown();
  return rows;
}
