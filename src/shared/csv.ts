/**
 * Comma-separated values as RFC 4180 writes them. Names come from logs and from other extensions: a text that a spreadsheet
 * would run as a formula gets an apostrophe in front, which spreadsheets take as "this is text".
 */

/** `null` is an empty cell. */
export type Cell = string | number | null;

const formula = /^[\s\u0000-\u001f]*[=+\-@\uff0b\uff0d\uff1d\uff20]/u;

function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = formula.test(value) || /^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A number that is exact only as text, as an amount of money. */
export interface ExactNumber {
  exact: string;
}

export function csv(head: readonly string[], rows: readonly (readonly (Cell | ExactNumber)[])[]): string {
  const line = (cells: readonly (Cell | ExactNumber)[]): string =>
    cells.map((one) => (typeof one === 'object' && one !== null ? one.exact : cell(one))).join(',');
  return [line(head), ...rows.map(line)].map((text) => `${text}\r\n`).join('');
}
