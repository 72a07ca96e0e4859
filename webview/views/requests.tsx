/** Every request that has its details, one line each. Only the lines on screen exist; the others are asked for in pages. */
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RequestRow } from '../../src/protocol/dashboard/dashboard';
import { usePage } from '../context';
import { Icon } from '../ui/icon';
import { CopyButton, Section } from '../ui/section';
import { TextField } from '../ui/toolkit';
import { cellsMarkdown } from '../ui/table';
import { requestColumns, type RequestColumn } from './requestColumns';
import { RequestDetails } from './requestDetails';
import { elementPixels, topThatShows, type LongList } from './longList';
import { useLongListScroll } from './longListScroll';
import { useRequestPages, type RequestPages, type RequestQuery } from './requestPages';

const rowPixels = 22;
const shownRows = 16;
const searchAfterMs = 250;
const mostCopied = 500;

export function Requests({ asOfMs }: { asOfMs: number }): VNode {
  const { page, text } = usePage();
  const [query, setQuery] = useState<RequestQuery>({ sort: 'time', descending: true, search: '' });
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<RequestRow | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setQuery((before) => ({ ...before, search: typed })), searchAfterMs);
    return () => clearTimeout(timer);
  }, [typed]);
  const selection = page.shown?.state.selection;
  const pages = useRequestPages(query, `${asOfMs} ${JSON.stringify(selection)}`);
  const columns = requestColumns(text);
  const copied = (): string => {
    const rows = Array.from({ length: Math.min(pages.total ?? 0, mostCopied) }, (_, place) => pages.row(place));
    return cellsMarkdown(
      columns,
      rows.flatMap((row) => (row === undefined ? [] : [columns.map((column) => column.text(row))])),
    );
  };
  const sort = ({ sort: by }: RequestColumn): void => {
    if (by === null) return;
    setQuery((before) => ({ ...before, sort: by, descending: before.sort === by ? !before.descending : true }));
  };
  return (
    <Section
      id="requests"
      title={text.t('singleRequests')}
      actions={
        <>
          <span class="note" role="status">
            {pages.total === null ? '' : text.counted(pages.total, 'oneRequest', 'requestsCount')}
          </span>
          <TextField
            label={text.t('search')}
            placeholder={text.t('searchPlaceholder')}
            value={typed}
            onInput={setTyped}
          />
          <CopyButton markdown={copied} />
        </>
      }
      note={pages.sortedOf === null ? text.t('detailsGone') : text.t('sortedOf', text.count(pages.sortedOf))}
    >
      {pages.total === 0 ? (
        <p class="note">{text.t('noRequests')}</p>
      ) : (
        <Lines pages={pages} columns={columns} query={query} chosen={chosen} onSort={sort} onChoose={setChosen} />
      )}
      {chosen !== null && <RequestDetails row={chosen} onClose={() => setChosen(null)} />}
    </Section>
  );
}

interface LinesProps {
  pages: RequestPages;
  columns: readonly RequestColumn[];
  query: RequestQuery;
  chosen: RequestRow | null;
  onSort: (column: RequestColumn) => void;
  onChoose: (row: RequestRow) => void;
}

function Lines({ pages, columns, query, chosen, onSort, onChoose }: LinesProps): VNode {
  const { text } = usePage();
  const body = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const total = pages.total ?? 0;
  const list: LongList = { total, rowPixels, viewPixels: shownRows * rowPixels };
  const scroll = useLongListScroll(body, list);
  const first = Math.floor(scroll.top / rowPixels);
  const last = Math.min(total, first + shownRows + 2);
  useEffect(() => pages.want(first, Math.max(first, last - 1)), [pages, first, last]);
  useLayoutEffect(() => {
    scroll.show(0);
  }, [query]);
  const walk = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: shownRows, PageUp: -shownRows };
    const step = event.key === 'Home' ? -total : event.key === 'End' ? total : steps[event.key];
    if (event.key === 'Enter') {
      const row = pages.row(focused);
      if (row !== undefined) onChoose(row);
    }
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(total - 1, focused + step));
    setFocused(next);
    const top = topThatShows(list, next, scroll.top);
    if (top !== scroll.top) scroll.show(top);
  };
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
  return (
    <div class="lines" role="table" aria-label={text.t('singleRequests')} aria-rowcount={total + 1}>
      <div class="line-head" role="row" aria-rowindex={1}>
        {columns.map((column) => (
          <Head key={column.key} column={column} query={query} onPress={() => onSort(column)} />
        ))}
      </div>
      <div class="line-body" role="rowgroup" ref={body} tabIndex={0} onKeyDown={walk} onScroll={scroll.onScroll}>
        <div class="line-space" role="presentation" style={{ height: `${elementPixels(list)}px` }}>
          {rows.map((place) => (
            <Line
              key={place}
              place={place}
              top={place * rowPixels + scroll.shift}
              row={pages.row(place)}
              columns={columns}
              focused={place === focused}
              chosen={chosen !== null && pages.row(place)?.id === chosen.id}
              onPress={(row) => {
                setFocused(place);
                onChoose(row);
              }}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function Head({ column, query, onPress }: { column: RequestColumn; query: RequestQuery; onPress: () => void }): VNode {
  const mine = column.sort !== null && query.sort === column.sort;
  const direction = mine ? (query.descending ? 'descending' : 'ascending') : 'none';
  return (
    <span
      class={`${column.key} ${column.align}`}
      role="columnheader"
      {...(column.sort !== null && { 'aria-sort': direction })}
    >
      {column.sort === null ? (
        column.title
      ) : (
        <button type="button" class="head" onClick={onPress}>
          {column.title}
          {mine && <Icon name={query.descending ? 'chevron-down' : 'chevron-up'} />}
        </button>
      )}
    </span>
  );
}

interface LineProps {
  place: number;
  /** In the element. */
  top: number;
  row: RequestRow | undefined;
  columns: readonly RequestColumn[];
  focused: boolean;
  chosen: boolean;
  onPress: (row: RequestRow) => void;
}

function Line({ place, top, row, columns, focused, chosen, onPress }: LineProps): VNode {
  return (
    <div
      class={`line-row${focused ? ' focused' : ''}${chosen ? ' chosen' : ''}`}
      role="row"
      aria-rowindex={place + 2}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => {
        if (row !== undefined) onPress(row);
      }}
    >
      {columns.map((column) => (
        <span key={column.key} class={`${column.key} ${column.align}`} role="cell">
          {row === undefined ? '' : cellOf(column, row)}
        </span>
      ))}
    </div>
  );
}

function cellOf({ text, short }: RequestColumn, row: RequestRow): ComponentChildren {
  if (short === undefined) return text(row);
  return (
    <>
      <span class="full">{text(row)}</span>
      <span class="short">{short(row)}</span>
    </>
  );
}
