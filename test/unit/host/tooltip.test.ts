import { describe, expect, it, vi } from 'vitest';
import { createFormat } from '../../../src/host/format';
import { tooltipCommands, tooltipMarkdown } from '../../../src/host/tooltip';
import type { LimitState } from '../../../src/protocol/snapshot';
import { nowMs, totals, view } from './samples';

vi.mock('vscode', () => import('./vscodeMock'));

const format = createFormat('en', 'UTC');
const tooltip = (...[changes, rest]: Parameters<typeof view>): string =>
  tooltipMarkdown(view(changes, rest), format, nowMs);

describe('F1 the tooltip', () => {
  it('has a line per provider with today and this month, dearest first, and totals', () => {
    const lines = tooltip().split('\n');
    expect(lines.filter((line) => line.startsWith('|'))).toEqual([
      '|  | &nbsp;&nbsp;&nbsp;Today | &nbsp;&nbsp;&nbsp;This month |',
      '|:--|--:|--:|',
      '| anthropic | \\$4\\.12 | \\$70\\.50 |',
      '| openai | – | \\$10\\.00 |',
      '| **Total** | **\\$4\\.12** | **\\$80\\.50** |',
    ]);
  });

  it('tells this window’s session, tokens, sources with their age, and how old the figures are', () => {
    const unescaped = tooltip().replaceAll('\\', '');
    expect(unescaped).toContain('This window, since 14:02: $0.40, 2.1M tokens');
    expect(unescaped).toContain('Tokens today: 1.2K in, 340 out, 2M cache read, 50K cache written');
    expect(unescaped).toContain('Claude Code · 406 files · last event 2 min. ago');
    expect(unescaped).toContain('As of 2026-11-21 14:05 (UTC)');
  });

  it('names unpriced and estimated models, and never shows an unpriced provider as $0', () => {
    const doubtful = { provider: 'x', tokens: 10 };
    const shown = tooltip({
      today: { total: totals(0, 2, 2), byProvider: [{ provider: 'x', total: totals(0, 2, 2) }] },
      month: { total: totals(0, 2, 2), byProvider: [{ provider: 'x', total: totals(0, 2, 2) }] },
      unpriced: [{ ...doubtful, model: 'foo-1', events: 2 }],
      estimated: [{ ...doubtful, model: 'bar', events: 1 }],
    });
    expect(shown.replaceAll('&nbsp;', '')).toContain('| x | unpriced | unpriced |');
    expect(shown).toContain('No price known, not in the total: foo\\-1 (2 calls)');
    expect(shown).toContain('Estimated by the provider’s default price: bar (1 call)');
  });

  it('lists few models and counts the others', () => {
    const unpriced = Array.from({ length: 8 }, (_, i) => ({ provider: 'x', tokens: 1, model: `m${i}`, events: 1 }));
    expect(tooltip({ unpriced })).toContain('m4 (1 call), 3 more');
  });

  it('takes hostile names literally: no link, no icon, no new line of a table', () => {
    const hostile = 'x](command:evil)|\n|$(flame)<b>';
    const shown = tooltip({
      month: { total: totals(1), byProvider: [{ provider: hostile, total: totals(1) }] },
      unpriced: [{ provider: 'x', model: hostile, events: 1, tokens: 1 }],
      problems: [{ id: 'p', severity: 'warning', message: hostile }],
    });
    const links = [...shown.matchAll(/(?<!\\)\]\(command:([^)]*)\)/g)].map(([, command]) => command);
    expect(links).toEqual([...tooltipCommands]);
    expect(shown).not.toContain('$(flame)');
    expect(shown.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(5);
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

describe('F1 limits in the tooltip', () => {
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
  const rows = (...limits: LimitState[]): string[] =>
    tooltip({ limits })
      .replaceAll('\\', '')
      .replaceAll('&nbsp;', '')
      .replaceAll('\u00a0', ' ')
      .split('\n')
      .filter((line) => /[▰▱]/.test(line));

  it('have a bar, what is used of what, the reset, and who said so how long ago', () => {
    const seen = { ...limit, source: 'claude-statusline', asOfMs: nowMs - 120_000, used: null, limit: null };
    expect(rows(limit, { ...seen, measure: null, period: '5h', label: 'Max' })).toEqual([
      '| Claude|Pro · tokens a day | ▰▰▰▰▰▰▰▱▱▱ 63% | 630K of 1M · resets in 9 hr. |',
      '| Max · in 5h | ▰▰▰▰▰▰▰▱▱▱ 63% | resets in 9 hr. · claude-statusline, 2 min. ago |',
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
