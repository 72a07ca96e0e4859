/** A table as Markdown, for an issue or a message. Names in it are hostile text: they stay text. */

/** Invisible characters and line breaks become a space; what would end a cell or become a link, code or HTML is escaped. */
export function markdownCell(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu, ' ')
    .trim()
    .replace(/[|<>[\]`*_\\~!]/g, '\\$&');
}

export function markdownTable(
  heads: readonly { title: string; align: 'start' | 'end' }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownCell).join(' | ')} |`;
  const rule = `|${heads.map(({ align }) => (align === 'end' ? '--:' : ':--')).join('|')}|`;
  return `${[line(heads.map(({ title }) => title)), rule, ...rows.map(line)].join('\n')}\n`;
}
