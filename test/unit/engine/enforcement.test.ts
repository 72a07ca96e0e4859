/** What cost controls promise where two things meet: time, a takeover, a queue, an override, a quota. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import type { QuotaState } from '../../../src/protocol/quota';
import { Machine, startMs, usd, view } from './memoryMachine';

const home = mkdtempSync(join(tmpdir(), 'agent-meter-enforcement-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let made = 0;

function machine(yaml: string): Machine {
  const { configuration, user } = resolveConfiguration({ user: yaml });
  expect(user?.issues).toEqual([]);
  return new Machine(join(home, String((made += 1))), configuration);
}

const hourMs = 3_600_000;

function quota(more: Partial<QuotaState> & { used: number; limit: number; resetsAtMs?: number | null }): QuotaState {
  const { used, limit, resetsAtMs = Date.UTC(2026, 10, 22), ...rest } = more;
  const percent = (100 * used) / limit;
  const reading = { used, limit, percent, resetsAtMs, source: 'counted', asOfMs: startMs, confidence: 'high' } as const;
  const about = { id: 'acme.requests.day', subscription: null, provider: 'acme', label: 'acme', pace: null } as const;
  return { ...about, meter: 'requests', window: 'day', reading, counted: reading, observed: null, ...rest };
}

const alertKinds = ({ alerts }: Machine): string[] => alerts.active().map(({ kind }) => kind);

describe('one alert for one budget', () => {
  it('is what is left of a forecast when the budget is nearly or wholly used up', () => {
    const one = machine('budgets: { daily_limit_usd: 10 }');
    one.report(7 * usd);
    expect(alertKinds(one)).toEqual(['forecast', 'threshold']);
    expect(one.alerts.active().map(({ level }) => level)).toEqual(['warning', 'info']);
    one.report(2.5 * usd);
    expect(one.alerts.active()).toMatchObject([{ kind: 'threshold', level: 'critical', percent: 95 }]);
    one.report(usd);
    expect(one.alerts.active()).toMatchObject([{ kind: 'threshold', level: 'exceeded', percent: 100 }]);
    one.takeOver();
    one.pass(1_000);
    expect(alertKinds(one)).toEqual(['threshold']);
  });

  it('is all that a jump makes, also where nobody wants to hear of its threshold', async () => {
    const one = machine('budgets: { daily_limit_usd: 10 }');
    one.report(9.6 * usd);
    expect(alertKinds(one)).toEqual(['threshold']);
    const [alert] = one.alerts.active();
    await one.alerts.act(alert?.id ?? '', 'never', 0);
    one.pass(1_000);
    expect(alertKinds(one)).toEqual([]);
    one.report(usd);
    expect(alertKinds(one)).toEqual(['threshold']);
  });

  it('comes from 90 % on of a plan and a day in short, not from 80 %', () => {
    const one = machine('budget_per_day: 10');
    one.report(8.9 * usd);
    expect(one.alerts.active().filter(({ kind }) => kind === 'threshold')).toMatchObject([
      { level: 'info', percent: 50 },
    ]);
    one.report(0.1 * usd);
    expect(one.alerts.active().filter(({ kind }) => kind === 'threshold')).toMatchObject([
      { level: 'warning', percent: 90 },
    ]);
  });

  it('stands in the log', () => {
    const one = machine('budgets: { daily_limit_usd: 10, hard_stop: false }');
    one.report(8 * usd);
    expect(one.log.filter((line) => line.startsWith('alert (threshold, warning): 80% of the daily cost'))).toHaveLength(
      1,
    );
    one.pass(1_000);
    expect(one.log.filter((line) => line.startsWith('alert (threshold'))).toHaveLength(1);
  });
});

describe('a budget that was lifted', () => {
  it('is on record as exhausted once more when that is used up, too', async () => {
    const one = machine('budgets: { daily_limit_usd: 10 }');
    const exhaustions = (): unknown[] =>
      one.ledger.notes.filter(({ kind }) => kind === 'budget_exhausted').map(({ detail }) => detail['limit']);
    one.report(10 * usd);
    one.report(usd);
    const lifted = { budget: 'daily_limit_usd', value: null, amount: 5 * usd, reason: 'x', untilMs: startMs + hourMs };
    await one.lift({ ...lifted, period: 'day', measure: 'cost' });
    one.report(3 * usd);
    expect(exhaustions()).toEqual([10]);
    one.report(2 * usd);
    one.report(usd);
    expect(exhaustions()).toEqual([10, 15]);
    const measures = one.ledger.notes
      .filter(({ kind }) => kind === 'budget_exhausted')
      .map(({ detail }) => detail['measure']);
    expect(measures).toEqual(['cost', 'cost']);
    one.pass(2 * hourMs);
    expect(exhaustions(), 'it is the old limit again').toEqual([10, 15]);
    expect(one.ledger.notes.find(({ kind }) => kind === 'override_set')?.detail).toMatchObject({
      measure: 'cost',
      amount: 5,
    });
  });

  it('is lifted once by one call, also when the next lead is asked again', async () => {
    const one = machine('budgets: { daily_limit_usd: 10 }');
    const lifted = { budget: 'daily_limit_usd', value: null, amount: usd, reason: 'x', untilMs: startMs + hourMs };
    const call = { id: 'call', ...lifted, period: 'day', measure: 'cost' } as const;
    const first = await one.overrides.set(call);
    one.nowMs += 1_000;
    expect(await one.overrides.set(call)).toEqual(first);
    one.takeOver();
    expect(await one.overrides.set(call)).toEqual(first);
    expect(one.overrides.inForce()).toEqual([first]);
    expect(one.ledger.notes.filter(({ kind }) => kind === 'override_set')).toHaveLength(1);
  });

  it('stays lifted when its early end could not be written', async () => {
    const one = machine('budgets: { daily_limit_usd: 10 }');
    const lifted = { budget: 'daily_limit_usd', value: null, amount: null, reason: 'x', untilMs: startMs + hourMs };
    const { id } = await one.lift({ ...lifted, period: 'day', measure: 'cost' });
    const keep = one.ledger.keeping.keep.bind(one.ledger.keeping);
    one.ledger.keeping.keep = () => Promise.reject(new Error('full'));
    await expect(one.overrides.end(id)).rejects.toThrow('full');
    expect(one.overrides.inForce().map((override) => override.id)).toEqual([id]);
    one.ledger.keeping.keep = keep;
    expect(await one.overrides.end(id)).toMatchObject({ id, untilMs: one.nowMs });
    expect(one.overrides.inForce()).toEqual([]);
  });
});

describe('a quota', () => {
  const limited = 'providers: { acme: { quotas: [{ meter: requests, period: day, limit: 5 }] } }';

  it('is refused where the user wrote it, with when to ask again, and only warns where it was observed', () => {
    const one = machine(limited);
    one.quotas = [quota({ used: 5, limit: 5 })];
    expect(one.authorize(1)).toMatchObject({ decision: 'block', retryAfterMs: 12 * hourMs });
    one.quotas = [quota({ id: 'acme.day', used: 5, limit: 5 })];
    const warned = one.authorize(1);
    expect(warned).toMatchObject({ decision: 'warn', reasons: [{ kind: 'used_up', budget: 'acme.day' }] });
    expect(warned.retryAfterMs).toBeUndefined();
  });

  it('counts a call that takes long for as long as its window, and a minute’s only for a minute', () => {
    const one = machine(`${limited}\nbudgets: { daily_limit_usd: 100 }`);
    one.quotas = [quota({ used: 3, limit: 5 })];
    for (let call = 0; call < 2; call += 1) expect(one.authorize(1).decision).toBe('allow');
    one.pass(5 * 60_000);
    expect(one.authorize(1)).toMatchObject({ decision: 'block', reasons: [{ kind: 'would_cross', reserved: 2 }] });
    const minute = { id: 'acme.requests.minute', window: 'minute', used: 3, limit: 5 };
    one.quotas = [quota(minute)];
    expect(one.authorize(1).decision, 'they were made minutes ago').toBe('allow');
    one.quotas = [quota({ ...minute, id: 'acme.requests', window: 'gauge', limit: 6, resetsAtMs: null })];
    expect(one.authorize(1).reasons, 'no window forgets them').toMatchObject([{ kind: 'would_cross', reserved: 3 }]);
  });

  it('serves those who wait for it before whoever comes later', () => {
    const one = machine(`${limited}\nwhen_quota_exhausted: queue`);
    one.quotas = [quota({ used: 5, limit: 5 })];
    const first = one.authorize(1);
    expect(first).toMatchObject({ decision: 'queue', queue: { position: 1 } });
    one.quotas = [quota({ used: 0, limit: 5 })];
    const late = one.authorize(1);
    expect(late).toMatchObject({ decision: 'queue', queue: { position: 2 }, reasons: [{ kind: 'waiting' }] });
    expect(late.reasons[0]?.message).toBe(
      'Others wait for the daily request quota of provider acme before this one (acme.requests.day).',
    );
    expect(one.authorize(1, { provider: 'other' }).decision).toBe('allow');
    one.pass(1_000);
    expect(one.authorize(1, { ticket: first.queue?.ticket }).reservation).toBeDefined();
    expect(one.events.filter(({ kind }) => kind === 'turn')).toHaveLength(2);
  });

  it('that is used up is told once in its period', () => {
    const one = machine(limited);
    one.quotas = [
      quota({ used: 5, limit: 5 }),
      quota({ id: 'm', window: 'minute', used: 9, limit: 9 }),
      quota({ id: 'c', meter: 'concurrent', window: 'gauge', used: 9, limit: 9 }),
      quota({ id: 'o', meter: null, window: '5h', used: 99, limit: 100 }),
    ];
    one.pass(1_000);
    one.pass(1_000);
    expect(one.alerts.active()).toMatchObject([
      {
        kind: 'quota',
        level: 'exceeded',
        budget: null,
        scopeId: 'acme',
        message:
          'The daily request quota of provider acme is used up: 5 requests of 5 requests; it resets 2026-11-22 (acme.requests.day).',
      },
    ]);
    expect(one.log.filter((line) => line.startsWith('alert (quota'))).toHaveLength(1);
    one.quotas = [quota({ used: 5, limit: 5, resetsAtMs: Date.UTC(2026, 10, 23) })];
    one.pass(13 * hourMs);
    expect(one.log.filter((line) => line.startsWith('alert (quota'))).toHaveLength(2);
  });

  it('that is raised is used up no more, and no window may tell it', async () => {
    const one = machine(limited);
    one.quotas = [quota({ used: 5, limit: 5 })];
    one.pass(1_000);
    const [alert] = one.alerts.active();
    one.quotas = [quota({ used: 5, limit: 500 })];
    one.pass(1_000);
    expect(alertKinds(one)).toEqual([]);
    expect(await one.alerts.act(alert?.id ?? '', 'tell', 0)).toBe(false);
    one.quotas = [quota({ used: 500, limit: 500 })];
    one.pass(1_000);
    expect(alertKinds(one)).toEqual(['quota']);
  });

  it('that nothing resets is told once a day', () => {
    const one = machine(limited);
    one.quotas = [quota({ id: 's', meter: 'storage', window: 'gauge', used: 5, limit: 5, resetsAtMs: null })];
    for (let hour = 0; hour < 25; hour += 1) one.pass(hourMs);
    expect(one.log.filter((line) => line.startsWith('alert (quota'))).toHaveLength(2);
  });
});

describe('local models only', () => {
  it('it is when each cloud provider has used up its own money, and until the first is back', () => {
    const one = machine(
      'budgets: { per_backend: { claude: 1.00/month, gpt: 1.00/week } }\nfallback_providers: [openai, ollama]',
    );
    expect(one.gate.notice(null)).toBeNull();
    one.report(usd, { provider: 'anthropic' });
    expect(one.gate.notice(null)).toBeNull();
    one.report(usd, { provider: 'openai' });
    const notice = 'Cloud budget exhausted, operating local-only until 2026-11-23';
    expect(one.gate.notice(null)).toBe(notice);
    expect(one.authorize(0.1, { provider: 'ollama', model: 'x' })).toMatchObject({ decision: 'allow', notice });
    expect(one.authorize(0.1, { provider: 'openai', allowFallback: false })).toMatchObject({
      decision: 'block',
      notice,
    });
    const elsewhere = one.authorize(0.1, { provider: 'anthropic', allowFallback: true });
    expect(elsewhere).toMatchObject({ decision: 'fallback', provider: 'ollama', notice });
    one.report(usd / 100, { provider: 'groq' });
    expect(one.gate.notice(null), 'groq has no limit').toBeNull();
    expect(one.authorize(0.1, { provider: 'ollama', model: 'x' }).notice).toBeUndefined();
  });

  it('is not said where only one project is out of money, or a soft limit is', () => {
    const one = machine(
      'limits: { per_project: { shop: { max_cost_per_day: 1 } } }\nbudgets: { rules: [{ scope: global, period: day, limit: 1, hard_stop: false }] }',
    );
    one.report(2 * usd, { project: 'shop' });
    expect(one.authorize(0.1, { project: 'shop' })).toMatchObject({ decision: 'block' });
    expect(one.gate.notice(null)).toBeNull();
  });
});

describe('who waits', () => {
  const yaml = 'limits: { global: { max_concurrent_agents: 1 } }';

  it('learns at once that it was cancelled, in the call and when it asks again soon', async () => {
    const one = machine(yaml);
    one.startRun('a');
    const queued = one.startRun('b');
    expect(queued.decision).toBe('queue');
    expect(one.startRun('c').queue?.position).toBe(2);
    const answer = one.gate.waited(queued, 60_000);
    expect(one.gate.cancel('b')).toBe(true);
    expect(await answer).toMatchObject({ decision: 'block', reasons: [{ kind: 'cancelled', effect: 'block' }] });
    expect(one.gate.cancel('b')).toBe(false);
    one.gate.cancel('c');
    expect(one.startRun('c')).toMatchObject({ decision: 'block', reasons: [{ kind: 'cancelled' }] });
    expect(one.startRun('c').decision, 'asked anew').toBe('queue');
    one.gate.cancel('c');
    one.pass(60_000);
    expect(one.startRun('c').decision, 'much later').toBe('queue');
  });

  it('is answered when its run is ended instead, which may begin again', async () => {
    const one = machine(yaml);
    one.startRun('a');
    const answer = one.gate.waited(one.startRun('b'), 60_000);
    one.gate.endRun('b');
    expect((await answer).decision).toBe('block');
    expect(one.startRun('b').decision).toBe('queue');
  });

  it('is judged again when nobody came for its turn in time', () => {
    const one = machine('budgets: { rules: [{ id: q, scope: global, period: hour, limit: 1, action: queue }] }');
    one.pass(hourMs / 2);
    one.report(usd);
    const waiting = one.authorize(1, { expiresInMs: 5_000 });
    expect(waiting.decision).toBe('queue');
    one.pass(hourMs / 2);
    expect(one.events.at(-1)).toMatchObject({ kind: 'turn', decision: 'warn' });
    one.pass(10_000);
    const again = one.authorize(1, { ticket: waiting.queue?.ticket });
    expect(Date.parse(again.expiresAt ?? '')).toBeGreaterThan(one.nowMs);
    expect(one.states.statuses(view).find(({ id }) => id === 'q')?.reserved).toBe(1);
  });

  it('may begin its run again that began at its turn and has ended', () => {
    const one = machine(yaml);
    one.startRun('a');
    one.startRun('b');
    one.gate.endRun('a');
    one.gate.endRun('b');
    one.startRun('c');
    expect(one.startRun('b').decision).toBe('queue');
  });
});

describe('a run', () => {
  const yaml = 'limits: { per_agent: { default: { max_cost_per_run: 1 } }, global: { max_cost_per_day: 10 } }';
  const of = { agent: 'coder', run: 'r' };

  it('may begin, wait or not begin: what warns stands in the reasons', () => {
    const one = machine(yaml);
    one.report(9 * usd);
    expect(one.startRun('r')).toMatchObject({ decision: 'allow', reasons: [{ kind: 'approach', effect: 'warn' }] });
    one.report(usd);
    expect(one.startRun('s')).toMatchObject({ decision: 'block', reasons: [{ kind: 'used_up' }] });
  });

  it('is told to stop once, over a takeover; and once more when it has begun anew', async () => {
    const one = machine(yaml);
    one.startRun('r');
    expect(one.report(usd, of).terminate).toMatchObject([{ run: 'r', budget: 'agent.run.cost' }]);
    one.takeOver();
    expect(one.report(usd / 10, of).terminate).toHaveLength(1);
    const stops = (): number => one.events.filter(({ kind }) => kind === 'terminated').length;
    expect(stops()).toBe(1);
    expect(one.ledger.notes.filter(({ kind }) => kind === 'run_terminated')).toMatchObject([
      { detail: { run: 'r', measure: 'cost', used: 1, limit: 1 } },
    ]);
    // No other model makes it less used up.
    const again = one.startRun('r', { provider: 'acme', model: 'acme-1', allowFallback: true });
    expect(again).toMatchObject({ decision: 'block', reasons: [{ effect: 'terminate' }] });
    const lifted = { budget: 'agent.run.cost', value: null, amount: usd, reason: 'x', untilMs: startMs + hourMs };
    await one.lift({ ...lifted, period: 'run', measure: 'cost' });
    expect(one.startRun('r').decision).toBe('allow');
    one.report(usd, of);
    expect(stops()).toBe(2);
  });

  it('stops at a daily limit that terminates, and a request’s never ends one', () => {
    const rules = (rule: string): Machine =>
      machine(`budgets: { rules: [{ scope: agent, action: terminate, ${rule} }] }`);
    expect(rules('period: day, limit: 1').report(usd, of).terminate).toHaveLength(1);
    expect(rules('period: request, limit: 0').report(usd, of).terminate).toEqual([]);
    expect(rules('period: day, limit: 1, hard_stop: false').report(usd, of).terminate).toEqual([]);
  });

  it('belongs to the window that asked for it last, also for the next lead', async () => {
    const one = machine(yaml);
    one.startRun('r');
    const other = { ...view, window: 'other' };
    expect(one.gate.startRun({ run: 'r', agent: 'coder' }, other).decision).toBe('allow');
    await one.controls.flushed();
    one.takeOver();
    one.nowMs += 120_000;
    one.controls.tick(new Set([other.window]));
    expect(one.gate.endOf('r')).toBeNull();
    one.controls.tick(new Set());
    one.nowMs += 120_000;
    one.controls.tick(new Set());
    expect(one.gate.endOf('r')).toBe('vanished');
  });
});

describe('what is asked again', () => {
  it('is the grant that was given, and says when it is another model', () => {
    const one = machine('budgets: { per_backend: { acme: 1.00/month } }\nfallback_providers: [openai]');
    one.report(usd);
    const request = { provider: 'acme', model: 'acme-1', estimate: { costUsd: 0.1 } };
    const first = one.gate.authorize('one', request, view);
    expect(first).toMatchObject({ decision: 'fallback', provider: 'openai' });
    one.takeOver();
    const { decision, provider, model, reservation } = one.gate.authorize('one', request, view);
    expect({ decision, provider, model, reservation }).toEqual({
      decision: 'fallback',
      provider: 'openai',
      model: first.model,
      reservation: 'one',
    });
    const own = { provider: 'gpt', model: first.model ?? '', estimate: { costUsd: 0.1 } };
    one.gate.authorize('two', own, view);
    expect(one.gate.authorize('two', own, view), 'by whichever name').toMatchObject({ decision: 'allow' });
  });

  it('has what was refused on record in dollars, once', () => {
    const one = machine('budgets: { daily_limit_usd: 1 }');
    one.report(usd / 2);
    one.authorize(2);
    one.authorize(2);
    expect(one.ledger.notes.filter(({ kind }) => kind === 'request_refused')).toMatchObject([
      { detail: { budget: 'daily_limit_usd', why: 'would_cross', measure: 'cost', used: 0.5, limit: 1, estimate: 2 } },
    ]);
  });
});
