/** Markdown tables: one whose columns stand in line, to be read as text, and a compact one, to be pasted where it is rendered. */
import { markdownCell } from './escape';

export interface Column {
  head: string;
  align: 'left' | 'right';
}

export function left(head: string): Column {
  return { head, align: 'left' };
}

export function right(head: string): Column {
  return { head, align: 'right' };
}

type Rows = readonly (readonly string[])[];

/** East Asian wide letters and most emoji take two columns in a fixed-width font. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/gu;
const combining = /\p{Mn}/gu;

function width(text: string): number {
  return Array.from(text.replace(combining, '')).length + (text.match(wide)?.length ?? 0);
}

function pad(text: string, to: number, align: Column['align']): string {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return align === 'left' ? text + space : space + text;
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Reads as well unrendered. Cells are escaped already. */
export function textTable(columns: readonly Column[], rows: Rows): string {
  const widths = columns.map(({ head }, index) =>
    Math.max(3, ...[head, ...rows.map((row) => row[index] ?? '')].map(width)),
  );
  const line = (cells: readonly string[]): string =>
    lineOf(columns.map(({ align }, index) => pad(cells[index] ?? '', widths[index] ?? 0, align)));
  const rule = columns.map(({ align }, index) => {
    const dashes = '-'.repeat((widths[index] ?? 0) - 1);
    return align === 'left' ? `:${dashes}` : `${dashes}:`;
  });
  return [line(columns.map(({ head }) => head)), line(rule), ...rows.map(line)].join('\n');
}

/** For an issue or a message. Names in it are hostile text: they are escaped here. */
export function markdownTable(columns: readonly Column[], rows: Rows): string {
  const line = (cells: readonly string[]): string => lineOf(cells.map(markdownCell));
  const rule = `|${columns.map(({ align }) => (align === 'right' ? '--:' : ':--')).join('|')}|`;
  return `${[line(columns.map(({ head }) => head)), rule, ...rows.map(line)].join('\n')}\n`;
}
