import { homedir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createFormat } from '../../../src/shared/format';
import { mostTooltipLines, tooltipCommands, tooltipMarkdown } from '../../../src/host/meter/tooltip';
import { rowsOf } from '../../../src/host/meter/tooltipRows';
import type { LimitState, MeterSnapshot } from '../../../src/protocol/snapshot';
import { nowMs, totals, view } from './samples';

vi.mock('vscode', () => import('./vscodeMock'));

const format = createFormat('en', 'UTC');
const tooltip = (...[changes, rest]: Parameters<typeof view>): string =>
  tooltipMarkdown(view(changes, rest), format, nowMs);
/** As it is read: without escapes, icons and spaces that renderers would fold. */
const lines = (...of: Parameters<typeof tooltip>): string[] =>
  tooltip(...of)
    .replaceAll('&nbsp;', '')
    .replaceAll('\u00a0', ' ')
    .replaceAll('\\', '')
    .split('  \n');

const lifted = {
  id: 'o',
  budget: 'budget-0',
  scopeId: null,
  measure: 'cost',
  amount: 5,
  untilMs: nowMs + 3_600_000,
  reason: 'release',
};

describe('F8 the tooltip is a glance', () => {
  it('says what was spent, how fast, by whom, in this window, and how old that is', () => {
    expect(lines()).toEqual([
      '**Agent Meter** · **$4.12 today** · **$80.50 this month**',
      'Burn: $1.35 in the last hour · about $7.02 by midnight',
      'Claude Code 75% · reviewer 25%',
      'This window, since 14:02: $0.40, 2.1M tokens',
      'Tokens today: 1.2K in, 340 out, 2M cache read, 50K cache written',
      'Claude Code · 406 files · last event 2 min. ago · As of 2026-11-21 14:05 (UTC)',
      expect.stringContaining('(command:agentMeter.showBudget)'),
    ]);
  });

  it('has ten lines at most, whatever there is to say', () => {
    const shown = lines(everything);
    expect(shown.length).toBeLessThanOrEqual(mostTooltipLines);
    expect(shown.map((line) => line.slice(0, 24))).toEqual([
      '**Agent Meter** · **$4.1',
      'Burn: $1.35 in the last ',
      '$(warning) **Cloud budge',
      '$(warning) cost a week▰▰',
      '$(unlock) cost a week is',
      '$(question) No price kno',
      'Reading logs: 40%',
      '$(error) broken · 1 more',
      'Claude Code · 406 files ',
      expect.stringMatching(/^\[\$\(graph\) Open/),
    ]);
  });

  it('cuts a long message to two rows, and counts both', () => {
    const message = `The ledger can’t be written: ${'no space is left on /data; '.repeat(25)}`;
    const shown = lines({ ...everything, problems: [{ id: 'p', severity: 'error', message }] });
    expect(shown).toHaveLength(mostTooltipLines - 1);
    const problem = shown.find((line) => line.startsWith('$(error) The ledger')) ?? '';
    expect(problem).toMatch(/no space is left.*…$/);
    expect(problem.length).toBeGreaterThan(125);
    expect(rowsOf(problem)).toBe(2);
  });

  it('begins a path in the home directory with ~', () => {
    const config = path.join(homedir(), '.config', 'agent-meter', 'config.yaml');
    const problems = [
      { id: 'configuration', severity: 'error' as const, message: `Not obeyed. ${config}:4:3 is wrong.` },
    ];
    expect(lines({ problems })).toContain('$(error) Not obeyed. ~/.config/agent-meter/config.yaml:4:3 is wrong.');
  });

  it.each([
    ['a problem', { problems: [{ id: 'p', severity: 'error', message: words(700) }] }, {}],
    ['many problems', { problems: ['p', 'q'].map((id) => ({ id, severity: 'error', message: words(700) })) }, {}],
    ['a notice', { notice: words(700) }, {}],
    ['why a budget is lifted', { overrides: [{ ...lifted, reason: words(700) }] }, {}],
    ['why the engine failed', {}, { engine: { kind: 'failed', reason: `${words(700)}\n${words(700)}` } }],
    ['Japanese', { problems: [{ id: 'p', severity: 'error', message: '台帳に書き込めません。'.repeat(60) }] }, {}],
  ] satisfies [string, Partial<MeterSnapshot>, Parameters<typeof view>[1]][])(
    'has ten rows at most beside a long text: %s',
    (_, changes, rest) => {
      const shown = tooltip({ ...everything, ...changes }, rest).split('  \n');
      expect(shown.join('')).toContain('…');
      expect(shown.reduce((sum, line) => sum + rowsOf(line), 0)).toBeLessThanOrEqual(mostTooltipLines);
    },
  );

  it('says nothing of what is not known, and of a day without use nothing but that', () => {
    const nothing = { total: totals(0, 0), byProvider: [] };
    const sources: MeterSnapshot['sources'] = [
      { id: 'claude-code', label: 'Claude Code', state: 'absent', files: 0, skippedLines: 0, lastEventMs: null },
    ];
    const burn = { lastHourUsd: 0, projectedUsd: null };
    const shown = lines({ today: nothing, month: nothing, agents: [], burn, sources }).join('\n');
    expect(shown).toContain('$0.00 today');
    expect(shown).toContain('Claude Code · no logs on this machine');
    expect(shown).not.toMatch(/Burn|%|NaN/);
    expect(lines({ burn: null }).join()).not.toContain('Burn');
  });

  it('names three agents, and counts the others', () => {
    const agents = ['a', 'b', 'c', 'd', 'e'].map((agent) => ({ agent, costUsd: 1 }));
    expect(lines({ agents })).toContain('a 20% · b 20% · c 20% · 2 more');
    expect(lines({ agents: [{ agent: null, costUsd: 1 }] })).toContain('(none) 100%');
  });

  it('names providers where they are several, and never one without a price as $0', () => {
    const byProvider = [
      { provider: 'anthropic', total: totals(4.12) },
      { provider: 'x', total: totals(0, 2, 2) },
    ];
    expect(lines({ today: { total: totals(4.12), byProvider } })).toContain('anthropic $4.12 · x unpriced');
    const unpriced = { total: totals(0, 2, 2), byProvider: [] };
    expect(lines({ today: unpriced })[0]).toContain('unpriced today');
  });

  it('names unpriced and estimated models', () => {
    const doubtful = { provider: 'x', tokens: 10 };
    const shown = tooltip({
      unpriced: [{ ...doubtful, model: 'foo-1', events: 2 }],
      estimated: [{ ...doubtful, model: 'bar', events: 1 }],
    });
    expect(shown).toContain('No price known, not in the total: foo\\-1 (2 calls)');
    expect(shown).toContain('Estimated by the provider’s default price: bar (1 call)');
    const unpriced = Array.from({ length: 8 }, (_, i) => ({ provider: 'x', tokens: 1, model: `m${i}`, events: 1 }));
    expect(tooltip({ unpriced })).toContain('m2 (1 call), 5 more');
  });

  it('says what is out of the ordinary', () => {
    const alert = { level: 'warning', percent: 200, budget: null, scopeId: null, firedAt: '', told: false } as const;
    const anomaly = { ...alert, due: false, id: 'a', kind: 'anomaly', message: 'Today is 375% of its average.' };
    expect(lines({ alerts: [anomaly, { ...anomaly, id: 'b' }] })).toContain(
      '$(bell) Today is 375% of its average. · 1 more',
    );
    expect(lines({ alerts: [{ ...anomaly, kind: 'threshold' }] }).join()).not.toContain('$(bell)');
  });

  it('takes hostile names literally: no link, no icon, no new line', () => {
    const hostile = 'x](command:evil)|\n|$(flame)<b>';
    const shown = tooltip({
      agents: [{ agent: hostile, costUsd: 1 }],
      today: {
        total: totals(1),
        byProvider: [
          { provider: hostile, total: totals(1) },
          { provider: 'y', total: totals(1) },
        ],
      },
      unpriced: [{ provider: 'x', model: hostile, events: 1, tokens: 1 }],
      problems: [{ id: 'p', severity: 'warning', message: hostile }],
    });
    const links = [...shown.matchAll(/(?<!\\)\]\(command:([^)]*)\)/g)].map(([, command]) => command);
    expect(links).toEqual([...tooltipCommands]);
    expect(shown).not.toContain('$(flame)');
    expect(shown.split('\n').length).toBeLessThanOrEqual(mostTooltipLines);
  });

  it('labels remembered figures and leaves out the session of another window', () => {
    const shown = tooltip({}, { live: false, engine: { kind: 'starting' } }).replaceAll('\\', '');
    expect(shown).toContain('Last known figures, as of 2026-11-21 14:05');
    expect(shown).not.toContain('This window');
  });

  it('tells why the engine does not run', () => {
    const reason = 'The setting agentMeter.dataDirectory must be an absolute path: “x”.';
    const shown = tooltip({}, { snapshot: null, engine: { kind: 'failed', reason } });
    expect(shown.replaceAll('\\', '')).toContain(`$(error) The meter does not work. ${reason}`);
    expect(shown).toContain('(command:agentMeter.showLog)');
  });

  it('says that a new day has begun', () => {
    expect(tooltip({ day: { startMs: 0, endMs: nowMs } })).toContain('A new day has begun');
  });

  it.each([
    ['absent', 'no logs on this machine'],
    ['disabled', 'turned off'],
    ['paused', 'paused; Refresh goes on'],
    ['failed', 'can not be read'],
    ['reading', 'no calls yet'],
  ] as const)('tells the state %s of a source', (state, words) => {
    const source = {
      id: 'claude-code',
      label: 'Claude Code',
      state,
      files: 1,
      skippedLines: 1,
      lastEventMs: null,
    } as const;
    const shown = tooltip({ sources: [source] }).replaceAll('\\', '');
    expect(shown).toContain(`Claude Code · 1 file · ${words} · 1 line skipped`);
  });
});

describe('F8 limits in the tooltip', () => {
  const limit: LimitState = {
    id: 'pro.tokens.day',
    kind: 'quota',
    byDefault: false,
    momentary: false,
    label: 'Claude|Pro',
    measure: 'tokens',
    period: 'day',
    used: 630_000,
    limit: 1_000_000,
    percent: 63,
    pace: null,
    level: 'ok',
    resetsAtMs: nowMs + 9 * 3_600_000,
    source: 'counted',
    asOfMs: nowMs,
    confidence: 'medium',
  };
  const rows = (...limits: LimitState[]): string[] => lines({ limits }).filter((line) => /[▰▱]/.test(line));

  it('have a bar, what is used of what, the reset, and who said so how long ago', () => {
    const seen = { ...limit, source: 'claude-statusline', asOfMs: nowMs - 120_000, used: null, limit: null };
    expect(rows(limit, { ...seen, measure: null, period: '5h', label: 'Max' })).toEqual([
      'Claude|Pro · tokens a day▰▰▰▰▰▰▰▱▱▱ 63%630K of 1M · resets in 9 hr.',
      'Max · in 5h▰▰▰▰▰▰▰▱▱▱ 63%resets in 9 hr. · claude-statusline, 2 min. ago',
    ]);
    expect(tooltip({ limits: [limit] })).toContain('Claude\\|Pro');
  });

  it('are marked where they are crossed, but not those of a moment', () => {
    const crossed = { ...limit, percent: 100, level: 'exceeded' } as const;
    expect(rows(crossed).join('\n')).toContain('$(error)');
    expect(rows({ ...crossed, level: 'warning' }).join('\n')).toContain('$(warning)');
    expect(rows({ ...crossed, momentary: true }).join('\n')).not.toContain('$(');
  });

  it('show any use, and a full bar only for what is used up', () => {
    expect(rows({ ...limit, percent: 0.1 })[0]).toContain('▰▱▱▱▱▱▱▱▱▱ 0%');
    expect(rows({ ...limit, percent: 99.9, level: 'warning' })[0]).toMatch(/\$\(warning\) .*▰▰▰▰▰▰▰▰▰▱ 99%/);
    expect(rows({ ...limit, percent: 130, level: 'exceeded' })[0]).toMatch(/\$\(error\) .*▰▰▰▰▰▰▰▰▰▰ 130%/);
  });

  it('are those that the user wrote, the tightest first, and defaults only where they are near', () => {
    const named = (label: string, more: Partial<LimitState> = {}): LimitState => ({ ...limit, label, ...more });
    const ours = { byDefault: true, kind: 'budget' } as const;
    const shown = rows(
      named('far over', { ...ours, level: 'exceeded', percent: 130 }),
      named('near', { ...ours, level: 'warning', percent: 85 }),
      named('also near', { ...ours, level: 'warning', percent: 82 }),
      named('default', { ...ours, percent: 70 }),
      named('moment', { momentary: true, percent: 65 }),
      named('first', { percent: 60 }),
      named('second', { percent: 50 }),
      named('third', { percent: 40 }),
      named('fourth', { percent: 30 }),
    );
    expect(shown.map((row) => row.split(' · ')[0])).toEqual(['first', 'second', 'third', '$(error) far over']);
    expect(rows(named('default', ours), named('other', ours)), 'no word of what nobody wrote').toEqual([]);
    expect(rows(named('a'), named('moment', { momentary: true }))).toHaveLength(2);
  });

  it('have one row, whatever their project is called', () => {
    const label = 'storefront-checkout-and-payments-and-everything-else-of-eu-west';
    const cost = { measure: 'cost', period: 'month', used: 4100, limit: 5000, label, level: 'warning' } as const;
    const budget = { ...limit, ...cost, kind: 'budget', byDefault: true } as const;
    const [row = ''] = rows(budget);
    expect(row).toMatch(/^\$\(warning\) store.*….*west · a month▰.* 63%\$4,100 of \$5,000 · resets in 9 hr\.$/);
    expect(
      rowsOf(
        tooltip({ limits: [budget] })
          .split('  \n')
          .find((line) => line.includes('▰')) ?? '',
      ),
    ).toBe(1);
    const short = rows({ ...budget, label: 'shop', used: 41.5, limit: 50 });
    expect(short[0], 'nothing is left out where there is room').toMatch(/shop · cost a month.*\$41\.50 of \$50\.00/);
  });

  it('are not shown as used after their reset', () => {
    expect(rows({ ...limit, resetsAtMs: nowMs })).toEqual([]);
  });

  it('are told with what is billed, where that is something else than the list prices', () => {
    expect(tooltip()).not.toContain('Billed');
    const modes = [{ provider: 'anthropic', mode: 'subscription' } as const];
    const shown = tooltip({ billed: { todayUsd: 0.66, monthUsd: 14, modes } }).replaceAll('\\', '');
    expect(shown).toContain('Billed: $0.66 today, $14.00 this month');
    expect(shown).toContain('API-equivalent, not billed: anthropic');
  });
});

function words(length: number): string {
  return 'word '.repeat(length / 5);
}

/** More than has room. */
const everything: Partial<MeterSnapshot> = {
  notice: 'Cloud budget exhausted, operating local-only until 2026-12-01',
  limits: Array.from({ length: 25 }, (_, place) => ({
    id: `budget-${place}`,
    kind: 'budget' as const,
    byDefault: place > 8,
    momentary: false,
    label: '',
    measure: 'cost',
    period: place === 0 ? 'week' : 'day',
    used: 9,
    limit: 10,
    percent: 90 - place,
    pace: null,
    level: 'warning' as const,
    resetsAtMs: nowMs + 9 * 3_600_000,
    source: 'counted',
    asOfMs: nowMs,
    confidence: 'high' as const,
  })),
  overrides: [lifted],
  unpriced: [{ provider: 'x', tokens: 1, model: 'm', events: 1 }],
  estimated: [{ provider: 'x', tokens: 1, model: 'n', events: 1 }],
  billed: { todayUsd: 0.66, monthUsd: 14, modes: [{ provider: 'anthropic', mode: 'subscription' }] },
  import: { filesDone: 4, filesTotal: 10, bytesDone: 40, bytesTotal: 100 },
  problems: [
    { id: 'w', severity: 'warning', message: 'odd' },
    { id: 'e', severity: 'error', message: 'broken' },
  ],
};
