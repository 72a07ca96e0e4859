import fc from '../../support/properties';
import { describe, expect, it } from 'vitest';
import { quotaInterval } from '../../../src/domain/time/quotaWindow';
import { limitsOf, quotaStatus } from '../../../src/engine/quotas/toApi';
import { Quotas } from '../../../src/engine/quotas/quotas';
import { LedgerSums } from '../../../src/engine/support/ledgerSums';
import type { Ledger } from '../../../src/ledger/ledger';
import type { RatedEvent } from '../../../src/protocol/event';
import type { ObservedQuota, QuotaState } from '../../../src/protocol/quota';
import { event, openLedger, startMs, temporaryDirectory } from '../ledger/support';
import { configured } from './support';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const zone = 'Europe/Berlin';
const tokensOfEvent = 30;

async function opened(): Promise<{ ledger: Ledger; quotas: Quotas }> {
  const ledger = await openLedger(temporaryDirectory(), 1);
  return { ledger, quotas: new Quotas(ledger, new LedgerSums(ledger).running) };
}

function byId(states: readonly QuotaState[]): Record<string, number | null | undefined> {
  return Object.fromEntries(states.map(({ id, reading }) => [id, reading?.used]));
}

const everyForm = configured(`
subscriptions:
  - { id: max, display_name: Max, provider: anthropic, monthly_fee: 100, cycle_day: 31, quotas: [
      { meter: tokens, period: day, limit: 300 }, { meter: requests, window: 5h, limit: 10 }, { meter: cost, period: cycle, limit: 0.01 },
      { meter: requests, period: minute, limit: 2 }, { meter: projects, period: month, limit: 3 } ] }
`);

describe('C2 counted quotas', () => {
  it('count each meter over its own window', async () => {
    const { ledger, quotas } = await opened();
    const at = (atMs: number, project: string, provider = 'anthropic'): RatedEvent =>
      event(`${provider}-${atMs}-${project}`, { atMs, provider, attribution: { project } });
    const before = quotas.states(everyForm, zone, startMs);
    expect(before.map(({ id }) => id)).toEqual(everyForm.quotas.map(({ id }) => id));
    expect(Object.values(byId(before))).toEqual([0, 0, 0, 0, 0]);
    await ledger.append({
      events: [
        at(startMs, 'a'),
        at(startMs - 10, 'b'),
        at(startMs - 6 * hourMs, 'b'),
        at(startMs - 40 * 24 * hourMs, 'c'),
        at(startMs, 'd', 'openai'),
      ],
      cursors: [],
    });
    expect(byId(quotas.states(everyForm, zone, startMs))).toEqual({
      'max.tokens.day': 3 * tokensOfEvent,
      'max.requests.5h': 2,
      'max.cost.cycle': 3000,
      'max.requests.minute': 1,
      'max.projects.month': 2,
    });
    await ledger.close();
  });

  it('are the same whether counted along or from the beginning, whatever comes and whenever one looks', async () => {
    const offsets = fc.integer({ min: -8 * 24 * 60, max: 20 * 60 });
    const step = fc.record({
      call: fc.nat(12),
      minutes: offsets,
      output: fc.nat(50),
      project: fc.constantFrom('a', 'b', null),
      lookLater: fc.nat(400),
    });
    const many = configured(`
providers:
  anthropic: { quotas: [ { meter: tokens, window: 5h, limit: 5 }, { meter: projects, window: 7d, limit: 2 },
    { meter: requests, period: hour, limit: 5 }, { meter: cost, period: day, limit: 1 }, { meter: tokens, period: week, limit: 9 } ] }
`);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
        const { ledger, quotas } = await opened();
        let nowMs = startMs;
        for (const { call, minutes, output, project, lookLater } of steps) {
          const one = event(`c${call}`, {
            atMs: startMs + minutes * minuteMs,
            tokens: { output },
            attribution: { project },
          });
          await ledger.append({ events: [one], cursors: [] });
          nowMs += lookLater * minuteMs;
          const along = quotas.states(many, zone, nowMs);
          const sums = new LedgerSums(ledger);
          const anew = new Quotas(ledger, sums.running);
          expect(along).toEqual(anew.states(many, zone, nowMs));
          for (const { id, reading, window } of along.filter(({ meter }) => meter === 'tokens')) {
            const quota = many.quotas.find((known) => known.id === id);
            if (quota === undefined) throw new Error(window);
            const interval = quotaInterval(quota.window, nowMs, zone) ?? { startMs: 0, endMs: 0 };
            const [row] = ledger.query({ buckets: [{ ...interval, label: '' }], dimensions: [], filter: {} });
            expect(reading?.used).toBe((row?.input ?? 0) + (row?.output ?? 0));
          }
          sums.stop();
        }
        await ledger.close();
      }),
      { numRuns: 40 },
    );
  });

  it('say when a rolling window lets go: of something, and, where it is used up, of enough', async () => {
    const { ledger, quotas } = await opened();
    const configuration = configured(
      'providers: { anthropic: { quotas: [ { meter: requests, window: 5h, limit: 2 } ] } }',
    );
    const resetsAt = (): number | null | undefined =>
      quotas.states(configuration, zone, startMs)[0]?.reading?.resetsAtMs;
    expect(resetsAt()).toBeNull();
    const ago = [200, 100, 50].map((minutes) => startMs - minutes * minuteMs);
    const append = (atMs: number | undefined): Promise<unknown> =>
      ledger.append({ events: [event(`at-${atMs}`, { atMs: atMs ?? 0 })], cursors: [] });
    await append(ago[0]);
    expect(resetsAt()).toBe((ago[0] ?? 0) + 5 * hourMs);
    await append(ago[1]);
    expect(resetsAt()).toBe((ago[0] ?? 0) + 5 * hourMs);
    await append(ago[2]);
    expect(resetsAt()).toBe((ago[1] ?? 0) + 5 * hourMs);
    await ledger.close();
  });

  it('measure a rate over the last minute, and never count a level', async () => {
    const { ledger, quotas } = await opened();
    const configuration = configured(
      'providers: { ollama: { billing: local, resource_limits: { max_tokens_per_second: 50, max_concurrent: 1, max_vram_gb: 24 } } }',
    );
    await ledger.append({
      events: [event('a', { provider: 'ollama', tokens: { output: 1800 } })],
      cursors: [],
    });
    const states = quotas.states(configuration, zone, startMs);
    expect(byId(states)).toMatchObject({ 'ollama.tokens_per_second': 30 });
    expect(states.filter(({ meter }) => meter !== 'tokens_per_second').map(({ reading }) => reading)).toEqual([
      null,
      null,
    ]);
    expect(limitsOf(states)).toHaveLength(1);
    await ledger.close();
  });
});

describe('C3 observed quotas', () => {
  const observed: ObservedQuota = {
    provider: 'anthropic',
    subscription: null,
    window: '5h',
    meter: null,
    usedPercent: 63,
    used: null,
    limit: null,
    resetsAtMs: startMs + hourMs,
    asOfMs: startMs - minuteMs,
    source: 'claude-statusline',
    confidence: 'high',
  };

  it('win while fresh, and both are told', async () => {
    const { ledger, quotas } = await opened();
    await ledger.append({ events: [event('a')], cursors: [] });
    expect(await quotas.observe(observed)).toBe(true);
    const [state] = quotas.states(everyForm, zone, startMs).filter(({ window }) => window === '5h');
    if (state === undefined) throw new Error('no state');
    expect(quotaStatus(state, startMs)).toMatchObject({
      id: 'max.requests.5h',
      subscription: 'max',
      percent: 63,
      limit: 10,
      source: 'claude-statusline',
      confidence: 'high',
      utilisation: 0.63,
      counted: { used: 1, percent: 10, source: 'counted' },
      observed: { percent: 63 },
    });
    const later = startMs + 20 * minuteMs;
    const [stale] = quotas.states(everyForm, zone, later).filter(({ window }) => window === '5h');
    expect(stale?.reading).toMatchObject({ source: 'counted', used: 1 });
    await ledger.close();
  });

  it('are shown also where nobody configured one, and not after their reset', async () => {
    const { ledger, quotas } = await opened();
    await quotas.observe({ ...observed, window: '7d', subscription: 'team' });
    const none = configured('');
    const limits = limitsOf(quotas.states(none, zone, startMs));
    expect(limits).toMatchObject([{ id: 'team.7d', label: 'team', percent: 63, level: 'ok', used: null, limit: null }]);
    expect(quotas.states(none, zone, startMs + hourMs)).toEqual([]);
    await ledger.close();
  });

  it('that are older than what is known are not accepted', async () => {
    const { ledger, quotas } = await opened();
    expect(await quotas.observe(observed)).toBe(true);
    expect(await quotas.observe({ ...observed, asOfMs: observed.asOfMs - 1, usedPercent: 1 })).toBe(false);
    await ledger.close();
  });
});
