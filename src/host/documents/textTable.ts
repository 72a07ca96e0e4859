/** A Markdown table whose columns stand in line, so that it reads as well unrendered. Cells are escaped already. */

export interface Column {
  head: string;
  align: 'left' | 'right';
}

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

export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ head }, index) =>
    Math.max(3, ...[head, ...rows.map((row) => row[index] ?? '')].map(width)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${columns.map(({ align }, index) => pad(cells[index] ?? '', widths[index] ?? 0, align)).join(' | ')} |`;
  const rule = columns.map(({ align }, index) => {
    const dashes = '-'.repeat((widths[index] ?? 0) - 1);
    return align === 'left' ? `:${dashes}` : `${dashes}:`;
  });
  return [line(columns.map(({ head }) => head)), line(rule), ...rows.map(line)].join('\n');
}
