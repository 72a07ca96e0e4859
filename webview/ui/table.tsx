/** A native table: sortable where a column says so, its columns aligned, and every cell also as plain text. */
import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { markdownTable } from '../../src/shared/markdownTable';
import { Icon } from './icon';

export interface Column<T> {
  key: string;
  title: string;
  align: 'start' | 'end';
  text: (row: T) => string;
  /** Default: the text. */
  cell?: (row: T) => ComponentChildren;
  /** By what the column sorts; without it, it does not. */
  sort?: (row: T) => number | string;
  /** Left out where there is little room. */
  wide?: boolean;
}

export interface TableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  /** A last line, as of a sum. */
  footer?: T;
}

interface Sorting {
  key: string;
  descending: boolean;
}

function sorted<T>(rows: readonly T[], columns: readonly Column<T>[], sorting: Sorting | null): readonly T[] {
  const by = columns.find(({ key }) => key === sorting?.key)?.sort;
  if (sorting === null || by === undefined) return rows;
  const sign = sorting.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [by(a), by(b)];
    if (typeof left === 'string' || typeof right === 'string') return sign * String(left).localeCompare(String(right));
    return sign * (left - right);
  });
}

export function Table<T>({ label, columns, rows, keyOf, footer }: TableProps<T>): VNode {
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const press = ({ key, align }: Column<T>): void => {
    const first = align === 'end';
    setSorting(sorting?.key === key ? { key, descending: !sorting.descending } : { key, descending: first });
  };
  return (
    <div class="table-frame">
      <table aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} sorting={sorting} onPress={() => press(column)} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted(rows, columns, sorting).map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td key={column.key} class={classOf(column)}>
                  {column.cell?.(row) ?? column.text(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {footer !== undefined && (
          <tfoot>
            <tr>
              {columns.map((column) => (
                <td key={column.key} class={classOf(column)}>
                  {column.text(footer)}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

function classOf({ align, wide }: Pick<Column<unknown>, 'align' | 'wide'>): string {
  return `${align}${wide === true ? ' wide' : ''}`;
}

interface HeadProps<T> {
  column: Column<T>;
  sorting: Sorting | null;
  onPress: () => void;
}

function Head<T>({ column, sorting, onPress }: HeadProps<T>): VNode {
  const { key, title, align, wide = false, sort } = column;
  const mine = sorting?.key === key ? sorting : null;
  const direction = mine === null ? 'none' : mine.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" class={classOf({ align, wide })} {...(sort !== undefined && { 'aria-sort': direction })}>
      {sort === undefined ? (
        title
      ) : (
        <button type="button" class="head" onClick={onPress}>
          {title}
          {mine !== null && <Icon name={mine.descending ? 'chevron-down' : 'chevron-up'} />}
        </button>
      )}
    </th>
  );
}

/** Every row, whatever is on screen. */
export function tableMarkdown<T>(columns: readonly Column<T>[], rows: readonly T[], footer?: T): string {
  const all = footer === undefined ? rows : [...rows, footer];
  return cellsMarkdown(
    columns,
    all.map((row) => columns.map(({ text }) => text(row))),
  );
}

/** Of rows that are text already. */
export function cellsMarkdown(
  columns: readonly Pick<Column<never>, 'title' | 'align'>[],
  rows: readonly (readonly string[])[],
): string {
  return markdownTable(
    columns.map(({ title, align }) => ({ head: title, align: align === 'end' ? 'right' : 'left' })),
    rows,
  );
}
