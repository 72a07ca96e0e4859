/** A ledger with calls of many kinds, and what the dashboard and the API need of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { defaultConfiguration } from '../../../src/config/normalise/defaults';
import { defaultTiers } from '../../../src/domain/prices/tier';
import type { DashboardSource } from '../../../src/engine/figures/source';
import type { Ledger } from '../../../src/ledger/ledger';
import type { RatedEvent } from '../../../src/protocol/event';
import { event, openLedger } from '../ledger/support';

export const zone = 'Europe/Berlin';
export const nowMs = Date.parse('2026-11-21T12:20:00Z');
export const view = { window: 'w', timezone: zone, sessionStartMs: nowMs - 3_600_000 };

const dayMs = 86_400_000;
const models = [
  { provider: 'anthropic', model: 'claude-opus-4-6', tier: 'premium' },
  { provider: 'anthropic', model: 'claude-haiku-4-5', tier: 'medium' },
  { provider: 'openai', model: 'gpt-5-mini', tier: 'low' },
  { provider: 'mock', model: 'nobody-knows', tier: null },
] as const;

/** Numbers that look random and repeat (mulberry32). */
export function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

export function calls(count: number, seed = 1): RatedEvent[] {
  const below = random(seed);
  return Array.from({ length: count }, (_, index) => {
    const { provider, model, tier } = models[below(models.length)] ?? models[0];
    const priced = tier !== null;
    return event(`call-${index}`, {
      atMs: nowMs - below(80 * dayMs),
      provider,
      model,
      status: below(20) === 0 ? 'error' : below(20) === 0 ? 'retry' : 'ok',
      durationMs: below(3) === 0 ? null : below(20_000),
      tokens: { input: below(5_000), output: below(2_000), cacheRead: below(90_000), cacheWrite5m: below(3_000) },
      attribution: {
        project: below(10) === 0 ? null : `project-${below(3)}`,
        agent: below(2) === 0 ? 'claude-code' : 'planner',
        session: `s${below(12)}`,
        run: below(4) === 0 ? `r${below(5)}` : null,
      },
      rating: { costNanos: priced ? 1 + below(3_000_000_000) : null, pricing: priced ? 'rated' : 'unpriced' },
    });
  });
}

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** Good for all tests of a file. */
export async function ledgerOf(events: readonly RatedEvent[]): Promise<Ledger> {
  const directory = mkdtempSync(join(tmpdir(), 'agent-meter-dashboard-'));
  directories.push(directory);
  const ledger = await openLedger(directory, 1);
  for (let from = 0; from < events.length; from += 1_000) {
    await ledger.append({ events: events.slice(from, from + 1_000), cursors: [] });
  }
  return ledger;
}

export async function sourceOf(ledger: Ledger): Promise<DashboardSource> {
  return {
    query: (query) => ledger.query(query),
    activity: await ledger.activity(),
    tiers: defaultTiers,
    payment: { providers: {}, subscriptions: [] },
    configuration: defaultConfiguration,
    priceOf: () => null,
    quotas: () => [],
    tierOf: (_provider, model) => models.find((one) => one.model === model)?.tier ?? null,
  };
}
