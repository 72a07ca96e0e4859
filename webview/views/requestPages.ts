/** The pages of requests that have been asked for, and those around what is on screen. Nothing is asked twice at once. */
import { useEffect, useMemo, useReducer, useRef } from 'preact/hooks';
import type { DashboardRequests, RequestRow, RequestsPage } from '../../src/protocol/dashboard/dashboard';
import { usePage } from '../context';

const pageRows = 100;

export type RequestQuery = Pick<RequestsPage, 'sort' | 'descending' | 'search'>;

export interface RequestPages {
  /** `null`: not known yet. */
  total: number | null;
  sortedOf: number | null;
  row(place: number): RequestRow | undefined;
  /** Makes sure that these are there, or on their way. */
  want(from: number, to: number): void;
}

/** `version` changes with the figures: everything is asked anew, and what is shown stays until it has come. */
export function useRequestPages(query: RequestQuery, version: string): RequestPages {
  const { page } = usePage();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const key = JSON.stringify([query, version]);
  const store = useRef({ key: '', pages: new Map<number, DashboardRequests>(), asked: new Set<number>() });
  const last = useRef<{ total: number; sortedOf: number | null; pages: Map<number, DashboardRequests> } | null>(null);
  if (store.current.key !== key) store.current = { key, pages: new Map(), asked: new Set() };
  const ask = (number: number): void => {
    const mine = store.current;
    if (mine.asked.has(number)) return;
    mine.asked.add(number);
    void page.requests({ ...query, offset: number * pageRows, limit: pageRows }).then((answer) => {
      if (store.current !== mine || answer === null) return;
      mine.pages.set(number, answer);
      last.current = { total: answer.total, sortedOf: answer.sortedOf, pages: mine.pages };
      redraw(null);
    });
  };
  useEffect(() => ask(0), [key]);
  const shown = last.current;
  return useMemo(
    () => ({
      total: shown?.total ?? null,
      sortedOf: shown?.sortedOf ?? null,
      row: (place) => shown?.pages.get(Math.floor(place / pageRows))?.rows[place % pageRows],
      want(from, to) {
        for (let number = Math.floor(from / pageRows); number <= Math.floor(to / pageRows); number++) ask(number);
      },
    }),
    [shown, shown?.pages.size, key],
  );
}
