/** What the palette's commands about budgets show, write and take. */
import { describe, expect, it, vi } from 'vitest';
import { budgetsDocument } from '../../../src/host/documents/budgetsDocument';
import { budgetName } from '../../../src/host/documents/budgetWords';
import { auditText } from '../../../src/host/commands/auditTrail';
import { targetOf, validateReason, validateUntil } from '../../../src/host/commands/configure/overrideBudget';
import { datesOf, groupingsOf } from '../../../src/host/commands/queryHistory';
import { validateLimit, validateName } from '../../../src/host/commands/configure/setBudget';
import { queueItem } from '../../../src/host/commands/showQueue';
import { createFormat } from '../../../src/shared/format';
import { historyCsv, historyDocument, type History } from '../../../src/host/documents/historyDocument';
import { limitName } from '../../../src/host/documents/limitWords';
import { planDocument } from '../../../src/host/documents/planDocument';
import { meterText } from '../../../src/host/meter/meterText';
import { tooltipMarkdown } from '../../../src/host/meter/tooltip';
import type { BudgetStatus } from '../../../src/protocol/api/budgetAnswers';
import type { OverrideState } from '../../../src/protocol/snapshot';
import { nowMs, totals, view } from './samples';

vi.mock('vscode', () => import('./vscodeMock'));

const format = createFormat('en', 'UTC');
const daily: BudgetStatus = {
  id: 'daily_limit_usd',
  scope: 'global',
  scopeId: null,
  period: 'day',
  measure: 'cost',
  limit: 10,
  used: 8.5,
  reserved: 0.5,
  percent: 85,
  level: 'warning',
  resetsAt: '2026-11-22T00:00:00Z',
  hard: true,
  action: 'block',
  forecast: { burnRatePerHour: 0.6, projected: 14.4, exhaustsAt: '2026-11-21T16:35:00Z' },
};
const override: OverrideState = {
  id: 'o1',
  budget: 'daily_limit_usd',
  scopeId: null,
  measure: 'cost',
  amount: 5,
  untilMs: nowMs + 3 * 3_600_000,
  reason: 'the | release',
};

describe('Show Budget', () => {
  const text = budgetsDocument({ budgets: [daily], overrides: [override], nowMs }, format);

  it('has limit, used, reserved, remaining, reset, level and what happens at the limit', () => {
    const row = text.split('\n').find((line) => line.includes('daily_limit_usd')) ?? '';
    const cells = row.split('|').map((cell) => cell.trim());
    expect(cells.slice(1, -1)).toEqual([
      'Everything · cost a day', '$10.00', '$8.50', '$0.50', '$1.00', '85%', 'warning', '2026-11-22 00:00 (in 10 hr.)', 'blocks', 'daily_limit_usd',
    ]); // prettier-ignore
  });

  it('names what is lifted and why, and what will not last', () => {
    expect(text).toContain('Everything · cost a day is lifted: $5.00 more, ends in 3 hr. (the \\| release)');
    expect(text).toContain('$0.60 an hour, $14.40 by its end; used up 2026-11-21 16:35');
  });

  it('does not look ahead to what has come already', () => {
    const usedUp = { ...daily, used: 10, percent: 100 };
    expect(budgetsDocument({ budgets: [usedUp], overrides: [], nowMs }, format)).not.toContain('At this rate');
  });

  it('tells the notice, and of a lifted budget no part', () => {
    const notice = 'Cloud budget exhausted, operating local-only until 2026-11-22';
    const lifted = budgetsDocument({ budgets: [{ ...daily, limit: null }], notice, overrides: [], nowMs }, format);
    expect(lifted).toContain(notice);
    expect(lifted).toMatch(/\| +lifted \| +\$8\.50 \| +\$0\.50 \| +none \| +– \|/);
    expect(lifted).not.toContain('## Overrides');
  });
});

describe('the meter', () => {
  it('shows an override and the notice in tooltip and label, until they end', () => {
    const notice = 'Cloud budget exhausted, operating local-only until 2026-11-22';
    const shown = view({ overrides: [override], notice });
    const settings = { show: ['today' as const], limit: '' };
    expect(tooltipMarkdown(shown, format, nowMs)).toContain('$(unlock) daily\\_limit\\_usd is lifted\\: ');
    expect(tooltipMarkdown(shown, format, nowMs)).toContain('Cloud budget exhausted');
    expect(meterText(shown, settings, format, nowMs).label).toContain('daily_limit_usd is lifted: $5.00 more');
    const later = override.untilMs;
    expect(tooltipMarkdown(shown, format, later)).not.toContain('unlock');
    expect(meterText(shown, settings, format, later).label).not.toContain('is lifted');
  });
});

describe('Query Cost History', () => {
  const row = { ...totals(1.25), project: '=HYPERLINK("x")', day: '2026-11-20' };
  const history: History = {
    usage: {
      from: '2026-11-20T00:00:00Z',
      to: '2026-11-21T00:00:00Z',
      timezone: 'UTC',
      total: totals(1.25),
      billed: null,
      rows: [row],
    },
    groupBy: ['day', 'project'],
    question: 'Yesterday by day, project',
  };

  it('is a table with its question and its total', () => {
    const text = historyDocument(history, format);
    expect(text).toContain('Yesterday by day, project');
    expect(text).toMatch(/\| Day +\| Project +\| +Cost \|/);
    expect(text).toMatch(/\| Total +\| +\| \$1\.25 \|/);
  });

  it('says that nothing was found instead of a table of nothing', () => {
    const empty = { ...history, usage: { ...history.usage, total: { ...totals(0), events: 0 }, rows: [] } };
    expect(historyDocument(empty, format)).toContain('No call is found.');
    expect(historyDocument(empty, format)).not.toContain('| Total');
  });

  it('is CSV that no spreadsheet runs', () => {
    expect(historyCsv(history).split('\r\n')[1]).toBe(
      `2026-11-20,"'=HYPERLINK(""x"")",1.25,1200,340,2000000,50000,1,0`,
    );
    expect(historyCsv({ ...history, groupBy: [] }).split('\r\n')).toHaveLength(3);
  });

  it.each([
    ['2026-11-01 2026-11-15', { from: '2026-11-01', to: '2026-11-15' }],
    ['2026-11-01..2026-11-15', { from: '2026-11-01', to: '2026-11-15' }],
    ['2026-11-01', { from: '2026-11-01' }],
    ['2026-11-15 2026-11-01', null],
    ['2026-02-30', null],
    ['soon', null],
  ])('takes dates: %s', (text, dates) => expect(datesOf(text)).toEqual(dates));

  it('takes names of groupings, each once', () => {
    expect(groupingsOf('day, agenttype')).toEqual(['day', 'agentType']);
    expect(groupingsOf('day, day')).toBeNull();
    expect(groupingsOf('colour')).toBeNull();
  });
});

it('Show Plan Status has cost by provider, what is left and what was used up', () => {
  const text = planDocument(
    {
      plan: 'release-2',
      totalTokens: 14_000,
      totalCostUsd: 2.5,
      requests: 3,
      costByProvider: { anthropic: 2.5 },
      budgetRemainingUsd: 0,
      budgets: [{ ...daily, id: 'budget_per_plan', scope: 'plan', scopeId: 'release-2', period: 'plan', resetsAt: null }],
      exhaustionEvents: [
        { budget: 'budget_per_plan', scopeId: null, at: '2026-11-21T13:00:00Z', used: 2.5, limit: 2, agent: 'coder', run: null, project: null },
      ],
      display: {},
    },
    format,
    nowMs,
  ); // prettier-ignore
  expect(text).toMatch(/\| Budget remaining +\| +\$0\.00 \|/);
  expect(text).toMatch(/\| anthropic \| \$2\.50 \|/);
  expect(text).toMatch(/\| 2026-11-21 13:00 \| budget_per_plan \| coder \| \$2\.50 \| \$2\.00 \|/);
});

it('Show Queue says who waits, since when, for what', () => {
  const waiting = {
    ticket: 'run-7', kind: 'run' as const, position: 2, queuedAt: '2026-11-21T14:00:00Z', expiresAt: '2026-11-21T15:00:00Z',
    for: ['["global.run.concurrent_agents",""]', '["x","shop"]'],
  }; // prettier-ignore
  const agents = { ...daily, id: 'global.run.concurrent_agents', measure: 'concurrent_agents', period: 'run' };
  expect(queueItem(waiting, [agents], format, nowMs)).toMatchObject({
    label: '2. Run run-7',
    description: 'queued 5 min. ago, gives up in 55 min.',
    detail: 'Waits for Everything · agents at work (global.run.concurrent_agents), x (shop)',
  });
});

it('a limit on agents at work is not said to be of a period', () => {
  const agents = { ...daily, measure: 'concurrent_agents', period: 'run' };
  expect(budgetName(agents)).toBe('Everything · agents at work');
  expect(limitName({ label: 'shop', measure: 'concurrent_agents', period: 'run' })).toBe('shop · agents at work');
});

it('Override Budget… takes the budget that it is called with, and nothing else', () => {
  expect(targetOf({ budget: 'b', scopeId: 'shop' })).toEqual({ budget: 'b', scopeId: 'shop' });
  expect(targetOf({ budget: 'b', scopeId: null })).toEqual({ budget: 'b', scopeId: null });
  for (const other of [undefined, null, 'b', 7, { budget: 7 }, []]) expect(targetOf(other)).toBeNull();
});

it('an exported trail is an entry a line', () => {
  const entry = { seq: 1, at: '2026-11-21T13:00:00Z', kind: 'override_set', detail: { reason: 'a\nb' }, hash: 'aa' };
  expect(auditText([entry, { ...entry, seq: 2 }]).trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual([
    entry,
    { ...entry, seq: 2 },
  ]); // prettier-ignore
});

describe('each answer is checked', () => {
  it.each([
    [validateLimit('12.50', 'cost'), true],
    [validateLimit('0', 'cost'), true],
    [validateLimit('-1', 'cost'), false],
    [validateLimit('1e9', 'cost'), false],
    [validateLimit('9000000', 'cost'), true],
    [validateLimit('9000000.01', 'cost'), false],
    [validateLimit('1000', 'tokens'), true],
    [validateLimit('1.5', 'tokens'), false],
    [validateName(''), false],
    [validateName('shop'), true],
    [validateUntil('0.5', nowMs, 'UTC'), true],
    [validateUntil('0', nowMs, 'UTC'), false],
    [validateUntil('2026-11-20', nowMs, 'UTC'), false],
    [validateUntil('soon', nowMs, 'UTC'), false],
    [validateReason(''), false],
    [validateReason('x'.repeat(1001)), false],
    [validateReason('release night'), true],
  ])('%s', (wrong, isFine) => expect(wrong === null).toBe(isFine));
});
