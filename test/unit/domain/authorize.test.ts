import { describe, expect, it } from 'vitest';
import {
  freeAgainMs,
  heldBy,
  judge,
  refuses,
  strongest,
  type Estimate,
  type Question,
  type JudgedQuota,
} from '../../../src/domain/budgets/authorize';
import { durationText, instantText, localOnlyNotice, reasonText } from '../../../src/domain/budgets/reasonText';
import {
  isUsedUp,
  levelOf,
  percentUsed,
  remaining,
  budgetStateOf,
  thresholdAt,
  thresholdsOf,
  type BudgetState,
} from '../../../src/domain/budgets/budgetState';
import type { Override } from '../../../src/domain/budgets/budgetOverride';
import { limitActions, type Budget } from '../../../src/protocol/configuration';

const nowMs = Date.UTC(2026, 10, 21, 12);
const interval = { startMs: Date.UTC(2026, 10, 21), endMs: Date.UTC(2026, 10, 22) };
const usd = 1_000_000_000;

const budget = (parts: Partial<Budget> = {}): Budget => ({
  id: 'global.day.cost',
  scope: 'global',
  scopeId: null,
  except: [],
  period: 'day',
  measure: 'cost',
  limit: 10 * usd,
  softRatio: 0.8,
  hard: true,
  action: 'block',
  origin: { layer: 'user', path: [] },
  ...parts,
});

const state = (used: number, parts: Partial<Budget> = {}, more: Partial<BudgetState> = {}): BudgetState => ({
  ...budgetStateOf(budget(parts), { value: '', instance: '', used, reserved: 0, interval }, []),
  ...more,
});

const estimate = (parts: Partial<Estimate> = {}): Estimate => ({
  costNanos: usd,
  tokens: 100,
  requests: 1,
  free: false,
  ...parts,
});

const ask = (parts: Partial<Question>): ReturnType<typeof judge> =>
  judge({
    estimate: estimate(),
    budgets: [],
    quotas: [],
    unestimated: 'allow',
    whenQuotaExhausted: 'block',
    nowMs,
    ...parts,
  });

describe('a hard limit', () => {
  it.each([
    ['nothing used', 0, 0, null, undefined],
    ['below the soft limit with the estimate', 6.9 * usd, 0, null, undefined],
    ['reaching the soft limit with the estimate', 7 * usd, 0, 'warn', 'approach'],
    ['filling it exactly', 9 * usd, 0, 'warn', 'approach'],
    ['filling it exactly with what is reserved', 5 * usd, 4 * usd, 'warn', 'approach'],
    ['crossing it by a nano-dollar', 9 * usd + 1, 0, 'block', 'would_cross'],
    ['crossing it by what is reserved', 5 * usd, 4 * usd + 1, 'block', 'would_cross'],
    ['used up', 10 * usd, 0, 'block', 'used_up'],
    ['overdrawn', 11 * usd, 0, 'block', 'used_up'],
  ])('answers %s', (_, used, reserved, effect, kind) => {
    const verdict = ask({ budgets: [state(used, {}, { reserved })] });
    expect(verdict.effect).toBe(effect);
    expect(verdict.reasons[0]?.kind).toBe(kind);
  });

  it('of nothing allows nothing, also per request', () => {
    expect(ask({ budgets: [state(0, { limit: 0 })] }).effect).toBe('block');
    const perRequest = state(0, { limit: 0, period: 'request' }, { interval: null });
    expect(ask({ budgets: [perRequest] }).reasons[0]?.kind).toBe('used_up');
    expect(percentUsed({ used: 0, limit: 0 })).toBe(100);
  });

  it('does as it is told, and a soft one only warns', () => {
    for (const action of limitActions) {
      expect(ask({ budgets: [state(10 * usd, { action })] }).effect).toBe(action);
      expect(ask({ budgets: [state(10 * usd, { action, hard: false })] }).effect).toBe('warn');
    }
    for (const action of limitActions) {
      const crossing = ask({ budgets: [state(9.5 * usd, { action })] }).effect;
      expect(crossing).toBe(action === 'terminate' ? 'block' : action);
    }
    // A call that is too dear for the rest of its run does not end the run.
    expect(ask({ budgets: [state(9.5 * usd, { action: 'terminate' })] }).effect).toBe('block');
  });

  it('per request knows only the request', () => {
    const perRequest = (limit: number): BudgetState => state(0, { period: 'request', limit }, { interval: null });
    expect(ask({ budgets: [perRequest(usd)] }).effect).toBeNull();
    const verdict = ask({ budgets: [perRequest(usd - 1)] });
    expect(verdict).toMatchObject({
      effect: 'block',
      reasons: [{ kind: 'would_cross', resetsMs: null, retryAfterMs: null }],
    });
  });

  it('of tokens and requests counts those', () => {
    expect(ask({ budgets: [state(950, { measure: 'tokens', limit: 1_000 })] }).effect).toBe('block');
    expect(ask({ budgets: [state(900, { measure: 'tokens', limit: 1_000 })] }).effect).toBe('warn');
    expect(ask({ budgets: [state(9, { measure: 'requests', limit: 10 })] }).effect).toBe('warn');
    expect(ask({ budgets: [state(10, { measure: 'requests', limit: 10 })] }).effect).toBe('block');
    expect(ask({ budgets: [state(8, { measure: 'requests', limit: 10 }, { reserved: 2 })] })).toMatchObject({
      effect: 'block',
      reasons: [{ kind: 'would_cross', estimate: 1, reserved: 2 }],
    });
    expect(
      ask({ budgets: [state(10, { measure: 'requests', limit: 10 })], estimate: estimate({ requests: 0 }) }).effect,
    ).toBe('block');
    expect(
      ask({ budgets: [state(1, { measure: 'concurrent_agents', limit: 1 })] }).effect,
      'an agent at work',
    ).toBeNull();
  });

  it('of money never stops what costs nothing, and every other one does', () => {
    const free = estimate({ costNanos: 0, free: true });
    const budgets = [state(20 * usd), state(0, { limit: 0 })];
    expect(ask({ budgets, estimate: free })).toEqual({ effect: null, reasons: [] });
    expect(ask({ budgets: [state(10, { measure: 'tokens', limit: 10 })], estimate: free }).effect).toBe('block');
  });

  it('that an override lifts lets pass', () => {
    const override: Override = {
      id: 'o',
      budget: 'global.day.cost',
      value: null,
      amount: 5 * usd,
      reason: 'x',
      atMs: 0,
      untilMs: 1,
    };
    const at = { value: '', instance: '', used: 10 * usd, reserved: 0, interval };
    expect(ask({ budgets: [budgetStateOf(budget(), at, [override])] }).effect).toBeNull();
    const lifted = budgetStateOf(budget(), { ...at, used: 1e15 }, [{ ...override, amount: null }]);
    expect(ask({ budgets: [lifted] }).effect).toBeNull();
    expect(percentUsed(lifted)).toBe(0);
    expect(isUsedUp(lifted)).toBe(false);
  });

  it('is not alone: all reasons are told, and the strongest decides', () => {
    const verdict = ask({
      budgets: [
        state(8 * usd),
        state(10 * usd, { id: 'q', action: 'queue' }),
        state(10 * usd, { id: 'b' }),
        state(0, { id: 'none' }),
      ],
    });
    expect(verdict.effect).toBe('block');
    expect(verdict.reasons.map(({ limitId, effect }) => [limitId, effect])).toEqual([
      ['global.day.cost', 'warn'],
      ['q', 'queue'],
      ['b', 'block'],
    ]);
    expect(strongest([])).toBeNull();
    expect([null, 'warn', 'fallback', 'queue', 'block', 'terminate'].map((one) => refuses(one as never))).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
  });
});

describe('what can not be estimated', () => {
  const unknown = estimate({ costNanos: null, tokens: null });

  it('follows the policy where money is limited', () => {
    expect(ask({ budgets: [state(0)], estimate: unknown })).toMatchObject({
      effect: 'warn',
      reasons: [{ kind: 'unestimated' }],
    });
    expect(ask({ budgets: [state(0)], estimate: unknown })).toMatchObject({
      reasons: [{ of: 'request', measure: 'cost', hard: false, limitId: null, limit: null }],
    });
    expect(ask({ budgets: [state(0)], estimate: unknown, unestimated: 'block' })).toMatchObject({
      effect: 'block',
      reasons: [{ kind: 'unestimated', hard: true }],
    });
    expect(ask({ budgets: [state(0)], estimate: { ...unknown, free: true }, unestimated: 'block' }).effect).toBeNull();
  });

  it('is no matter where it is not', () => {
    expect(ask({ estimate: unknown, unestimated: 'block' }).effect).toBeNull();
    expect(
      ask({ budgets: [state(0, { measure: 'tokens' })], estimate: unknown, unestimated: 'block' }).effect,
    ).toBeNull();
    const lifted = state(0, {}, { limit: Number.POSITIVE_INFINITY });
    expect(ask({ budgets: [lifted], estimate: unknown, unestimated: 'block' }).effect).toBeNull();
  });

  it('is refused by a limit that is used up all the same', () => {
    expect(ask({ budgets: [state(10 * usd)], estimate: unknown }).effect).toBe('block');
  });

  it('holds what is known of it', () => {
    expect(heldBy(unknown)).toEqual({ costNanos: 0, tokens: 0, requests: 1 });
    expect(heldBy(estimate())).toEqual({ costNanos: usd, tokens: 100, requests: 1 });
    expect(heldBy(estimate({ free: true }))).toEqual({ costNanos: 0, tokens: 100, requests: 1 });
  });
});

describe('a quota', () => {
  const quota = (parts: Partial<JudgedQuota>): JudgedQuota => ({
    id: 'anthropic.requests.minute',
    provider: 'anthropic',
    meter: 'requests',
    window: 'minute',
    configured: true,
    limit: 50,
    used: 0,
    reserved: 0,
    resetsMs: nowMs + 20_000,
    ...parts,
  });

  it('refuses what would cross it, and says when to come again', () => {
    expect(ask({ quotas: [quota({ used: 40, reserved: 9 })] }).effect).toBeNull();
    expect(ask({ quotas: [quota({ used: 40, reserved: 10 })] })).toMatchObject({
      effect: 'block',
      reasons: [{ kind: 'would_cross', of: 'quota', limitId: 'anthropic.requests.minute', retryAfterMs: 20_000 }],
    });
    expect(ask({ quotas: [quota({ used: 50, resetsMs: null })] })).toMatchObject({
      reasons: [{ kind: 'used_up', retryAfterMs: null }],
    });
  });

  it.each(['warn', 'block', 'queue', 'fallback'] as const)('that is used up: %s', (whenQuotaExhausted) => {
    const verdict = ask({ quotas: [quota({ used: 50 })], whenQuotaExhausted });
    expect(verdict.effect).toBe(whenQuotaExhausted);
    expect(verdict.reasons[0]?.hard).toBe(whenQuotaExhausted !== 'warn');
    expect(verdict.reasons[0]?.retryAfterMs).toBe(whenQuotaExhausted === 'warn' ? null : 20_000);
    const observed = ask({ quotas: [quota({ used: 50, configured: false })], whenQuotaExhausted });
    expect(observed, 'the user decides about either').toEqual(verdict);
  });

  it('refuses where the user wrote it and said no more, and warns where only its provider told of it', () => {
    const unsaid = (configured: boolean) =>
      ask({ quotas: [quota({ used: 50, configured })], whenQuotaExhausted: null });
    expect(unsaid(true)).toMatchObject({ effect: 'block', reasons: [{ hard: true, retryAfterMs: 20_000 }] });
    expect(unsaid(false)).toMatchObject({ effect: 'warn', reasons: [{ hard: false, retryAfterMs: null }] });
  });

  it('measures what its meter says', () => {
    expect(ask({ quotas: [quota({ meter: 'tokens', limit: 1_000, used: 901 })] }).effect).toBe('block');
    expect(ask({ quotas: [quota({ meter: 'tokens', limit: 1_000, used: 900 })] }).effect).toBeNull();
    expect(ask({ quotas: [quota({ meter: 'cost', limit: usd, used: 1 })] }).effect).toBe('block');
    expect(ask({ quotas: [quota({ meter: 'concurrent', limit: 1, reserved: 1 })] }).effect).toBe('block');
    expect(ask({ quotas: [quota({ meter: 'percent', limit: 100, used: 99.9 })] }).effect).toBeNull();
    expect(ask({ quotas: [quota({ meter: 'percent', limit: 100, used: 100 })] }).effect).toBe('block');
    for (const meter of ['tokens_per_second', 'vram_gb']) {
      expect(ask({ quotas: [quota({ meter, limit: 10, used: 9.9 })] }).effect).toBeNull();
      expect(ask({ quotas: [quota({ meter, limit: 10, used: 10 })] }).effect).toBe('block');
    }
    expect(
      ask({ quotas: [quota({ meter: 'storage', limit: 1, used: 2 })] }).effect,
      'a call stores nothing',
    ).toBeNull();
    const unknown = estimate({ costNanos: null, tokens: null });
    expect(
      ask({
        quotas: [quota({ meter: 'tokens', limit: 1, used: 0 }), quota({ meter: 'cost', limit: 1 })],
        estimate: unknown,
      }).effect,
    ).toBeNull();
  });
});

describe('when it is free again', () => {
  it('is when the last of all that refuse resets', () => {
    const late = { ...interval, endMs: nowMs + 90_000 };
    const { reasons } = ask({
      budgets: [state(8 * usd), state(10 * usd), state(10 * usd, {}, { interval: late })],
    });
    expect(freeAgainMs(reasons)).toBe(interval.endMs);
    expect(reasons.map(({ retryAfterMs }) => retryAfterMs)).toEqual([null, 12 * 3_600_000, 90_000]);
    expect(freeAgainMs(ask({ budgets: [state(10 * usd, { period: 'run' }, { interval: null })] }).reasons)).toBeNull();
    const soft = state(10 * usd, { period: 'run', hard: false }, { interval: null });
    expect(freeAgainMs(ask({ budgets: [soft, state(10 * usd)] }).reasons), 'what only warns').toBe(interval.endMs);
    expect(freeAgainMs(ask({ budgets: [soft] }).reasons)).toBeNull();
    expect(freeAgainMs([])).toBeNull();
  });
});

describe('the words', () => {
  const zone = 'Europe/Berlin';
  const text = (parts: Partial<Question>): string[] => ask(parts).reasons.map((reason) => reasonText(reason, zone));

  it('name the limit, what is used of it, and when it resets', () => {
    expect(text({ budgets: [state(10.5 * usd)] })).toEqual([
      'The daily cost budget is used up: $10.50 of $10.00; it resets 2026-11-22 01:00 (global.day.cost).',
    ]);
    expect(
      text({
        budgets: [
          state(9.5 * usd, { hard: false, scope: 'project', period: 'month' }, { value: 'my-arpg', reserved: usd / 4 }),
        ],
      }),
    ).toEqual([
      'The estimated $1.00 would cross the monthly cost budget of project my-arpg: $9.50 of $10.00 used, $0.25 reserved; it resets 2026-11-22 01:00; the limit is soft, work goes on (global.day.cost).',
    ]);
    expect(text({ budgets: [state(8 * usd)] })).toEqual([
      'Daily cost budget: $8.00 of $10.00 used; it resets 2026-11-22 01:00 (global.day.cost).',
    ]);
    expect(
      text({
        budgets: [state(8 * usd, { period: 'run', scope: 'agent_type' }, { value: 'coding', interval: null })],
      }),
    ).toEqual(['Per-run cost budget of agent type coding: $8.00 of $10.00 used (global.day.cost).']);
    const perRequest = state(0, { period: 'request', limit: usd / 2 }, { interval: null });
    expect(text({ budgets: [perRequest] })).toEqual([
      'The estimated $1.00 is more than the per-request cost budget of $0.50 (global.day.cost).',
    ]);
    expect(text({ budgets: [{ ...perRequest, limit: 0 }] })).toEqual([
      'The per-request cost budget allows nothing (global.day.cost).',
    ]);
  });

  it('say why without a limit to name, too', () => {
    const unknown = estimate({ costNanos: null });
    expect(text({ budgets: [state(0)], estimate: unknown })[0]).toContain('can not be estimated, so no budget holds');
    expect(text({ budgets: [state(0)], estimate: unknown, unestimated: 'block' })[0]).toContain(
      'blocks what can not be',
    );
    const [reason] = ask({ budgets: [state(1, { measure: 'concurrent_agents', limit: 1 })] }).reasons;
    expect(reason).toBeUndefined();
    const waiting = {
      ...(ask({ budgets: [state(10 * usd)] }).reasons[0] as never as object),
      kind: 'waiting',
      measure: 'concurrent_agents',
    };
    expect(reasonText(waiting as never, zone)).toBe(
      'Others wait for the limit of concurrent agents before this one (global.day.cost).',
    );
    const crossing = { ...waiting, kind: 'would_cross', measure: 'tokens', estimate: null, used: 1, limit: 2 };
    expect(reasonText(crossing as never, zone)).toContain(
      'The request would cross the daily token budget: 1 token of 2 tokens used',
    );
  });

  it('write a quota as one', () => {
    const quota = {
      id: 'q',
      provider: 'anthropic',
      meter: 'requests',
      window: 'minute',
      configured: true,
      limit: 1,
      used: 1,
      reserved: 0,
      resetsMs: nowMs,
    };
    expect(text({ quotas: [quota] })).toEqual([
      'The per-minute request quota of provider anthropic is used up: 1 request of 1 request; it resets 2026-11-21 13:00 (q).',
    ]);
    expect(text({ quotas: [{ ...quota, window: '5h', meter: 'percent', resetsMs: null }] })[0]).toContain(
      'The 5h percent quota',
    );
  });

  it('write instants and durations', () => {
    expect(instantText(Date.UTC(2026, 10, 30, 23), zone)).toBe('2026-12-01');
    expect([900, 61_000, 7_200_000, 3 * 86_400_000 - 1].map(durationText)).toEqual(['1 s', '2 min', '2 h', '3 d']);
    expect(localOnlyNotice(Date.UTC(2026, 10, 30, 23), zone)).toBe(
      'Cloud budget exhausted, operating local-only until 2026-12-01',
    );
    expect(localOnlyNotice(null, zone)).toContain('until the budget is raised');
  });
});

describe('how a budget stands', () => {
  const thresholds = [
    { percent: 95, level: 'critical', message: null },
    { percent: 50, level: 'info', message: null },
  ] as const;

  it('is told by the highest threshold reached, its own soft limit, and its end', () => {
    expect([0, 5, 8, 9.5, 10].map((used) => levelOf(state(used * usd), thresholds))).toEqual([
      'ok',
      'info',
      'warning',
      'critical',
      'exceeded',
    ]);
    expect(levelOf(state(8 * usd), [])).toBe('warning');
    expect(levelOf(state(1e15, {}, { limit: Number.POSITIVE_INFINITY }), thresholds)).toBe('ok');
    expect(thresholdAt(49, thresholds)).toBeNull();
    expect(thresholdAt(96, thresholds)?.percent).toBe(95);
  });

  it('leaves what is neither used nor reserved', () => {
    expect(remaining(state(4 * usd, {}, { reserved: 2 * usd }))).toBe(4 * usd);
    expect(remaining(state(14 * usd))).toBe(0);
  });
});

describe('the usual warning at 80 %', () => {
  const own = { percent: 80, level: 'warning', message: 'Mine' } as const;
  const usual = { ...own, message: null };
  const list = [{ ...usual, percent: 50 }, usual, own, { ...usual, level: 'critical' as const }];

  it.each([
    [0.5, true],
    [0.8, true],
    [0.81, false],
    [1, false],
  ])('stands where a budget warns from %s of its limit on: %s', (softRatio, stands) => {
    // Only this one: not another percentage, another level, or words of the user's own.
    expect(thresholdsOf({ softRatio }, list)).toEqual(stands ? list : list.filter((one) => one !== usual));
  });

  it('does not make a later one of the budget’s own come early', () => {
    const at = (used: number): string => levelOf(state(used * usd, { softRatio: 0.9 }), [usual]);
    expect([at(7.9), at(8), at(8.9), at(9), at(10)]).toEqual(['ok', 'ok', 'ok', 'warning', 'exceeded']);
  });

  it('is the highest of those that are reached, in whatever order they stand', () => {
    const levels = [95, 50, 80].map((percent) => ({ percent, level: 'info', message: null }) as const);
    expect([49, 50, 94, 95, 200].map((percent) => thresholdAt(percent, levels)?.percent)).toEqual([
      undefined,
      50,
      80,
      95,
      95,
    ]);
  });

  it('of a lifted limit is never reached', () => {
    const lifted = state(1e18, {}, { limit: Number.POSITIVE_INFINITY, used: Number.POSITIVE_INFINITY });
    expect(levelOf(lifted, [usual])).toBe('ok');
    expect(percentUsed(lifted)).toBe(0);
  });
});
