/** What every export is made of: one row for each day and group, which together are the period's exact total. */
import { nanosPerUsd } from '../../shared/money';
import type { Nanos } from '../money';

export interface ExportRow {
  /** Calendar date in the ledger's zone, and the instants at which it begins and ends, cut to the period. */
  date: string;
  startMs: number;
  endMs: number;
  provider: string | null;
  model: string | null;
  tier: string | null;
  project: string | null;
  agent: string | null;
  user: string | null;
  team: string | null;
  requests: number;
  unpricedRequests: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  costNanos: Nanos;
}

export interface ExportInput {
  rows: readonly ExportRow[];
  startMs: number;
  endMs: number;
  timezone: string;
  filter: Readonly<Record<string, string>>;
  nowMs: number;
}

export interface ExportFormatter {
  /** Of the file's name. */
  suffix: string;
  write(input: ExportInput): string;
}

/** `1.234567891`: every nano-dollar, and no digit that says nothing. */
export function usdText(nanos: Nanos): string {
  const whole = Math.floor(nanos / nanosPerUsd);
  const fraction = String(nanos - whole * nanosPerUsd)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(whole) : `${whole}.${fraction}`;
}

/** `2026-11-21T08:00:00Z` */
export function instantText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}
