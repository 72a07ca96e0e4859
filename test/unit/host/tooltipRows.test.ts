import { describe, expect, it } from 'vitest';
import { cutMiddle, cutToRows, rowsOf } from '../../../src/host/meter/tooltipRows';

describe('F8 the rows of a line of the tooltip', () => {
  const gap = '&nbsp;&nbsp;&nbsp;';
  const bar = '▰'.repeat(10);
  // As Chromium broke these in the font that VS Code has on a plain Linux; the first two fill a row almost.
  it.each([
    [`% fresh · cost a month${gap}${bar}\u00a082%${gap}\\$41.00 of \\$50.00 · resets in 12 hr.`, 1],
    [`% store…west · a month${gap}${bar}\u00a082%${gap}\\$41 of \\$50 · resets in 12 hr.`, 1],
    [`% refresh · cost a month${gap}${bar}\u00a082%${gap}\\$41.00 of \\$50.00 · resets in 12 hr.`, 2],
    ['Claude Code · 1,406 files · last event 2 min. ago · As of 2026-11-30 12:26 (Europe/Berlin)', 2],
    ['Tokens today: 11.4M in, 3.5M out, 120.4M cache read, 15.6M cache written', 1],
    ['Billed: $0.66 today, $14.00 this month · API-equivalent, not billed: anthropic', 1],
    ['[$(graph) Open Dashboard](command:agentMeter.openDashboardWhateverItIsCalledAndHoweverLongThatNameIs)', 1],
    ['i'.repeat(140), 1],
    ['W'.repeat(45), 2],
    ['台'.repeat(41), 1],
    ['台'.repeat(42), 2],
    ['', 1],
  ])('%j: %i', (line, rows) => {
    expect(rowsOf(line)).toBe(rows);
  });

  it('are broken between words, which takes more of them', () => {
    const words = Array.from({ length: 4 }, () => 'a'.repeat(35)).join(' ');
    expect(rowsOf(words)).toBe(4);
    expect(rowsOf(words.replaceAll(' ', '\u00a0')), 'not at a no-break space').toBe(3);
  });

  it('hold the beginning of a message, and an ellipsis where it was cut', () => {
    expect(cutToRows('short', 2, '')).toBe('short');
    const cut = cutToRows('word '.repeat(140), 2, '% · 12 more');
    expect(cut).toMatch(/^(word )+.*…$/);
    expect(rowsOf(`% ${cut} · 12 more`)).toBe(2);
    expect(cut.length).toBeGreaterThan(110);
  });

  it('hold a name without its middle', () => {
    expect(cutMiddle('abcdefghij', 10)).toBe('abcdefghij');
    expect(cutMiddle('abcdefghij', 5)).toBe('ab…ij');
    expect(cutMiddle('abcdefghij', 6)).toBe('abc…ij');
  });
});
