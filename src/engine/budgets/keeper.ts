/** What the parts of enforcement need of the whole: what stands, what is remembered, and whom to tell. */
import type { AuditNote } from '../../domain/alerts/audit';
import type { BudgetCalendar } from '../../domain/time/budgetPeriod';
import type { RecentSpend } from '../../domain/budgets/recentSpend';
import type { RunBook } from '../../domain/budgets/runs';
import type { Kept } from '../../ledger/journal/record';
import type { BudgetEvent } from '../../protocol/api/budgetApi';
import type { LedgerQuery, LedgerRow } from '../../protocol/query';
import type { Log } from '../support/log';
import type { View } from '../support/view';
import type { KnownPast } from '../alerts/knownPast';
import type { Policy } from './policy';
import type { Standings } from './standings';

export interface BudgetKeeper {
  readonly standings: Standings;
  readonly runs: RunBook;
  readonly past: KnownPast;
  /** Since the last look at everything. */
  readonly recent: RecentSpend;
  now(): number;
  zone(): string;
  calendar(): BudgetCalendar;
  query(query: LedgerQuery): LedgerRow[];
  /** Of a window; `null`: of none, for what concerns all of them. */
  policyOf(view: View | null): Policy;
  /** Durable when it resolves: all of it or nothing. */
  keep(puts: readonly Kept[], notes: readonly AuditNote[]): Promise<void>;
  /** For what nobody waits for: what could not be written is said in the log, and written later. */
  keepSoon(puts: readonly Kept[], notes: readonly AuditNote[]): void;
  tell(event: BudgetEvent): void;
  readonly log: Log;
  /** Whether this run was told to stop and has not begun anew since, by whichever lead. */
  wasTerminated(run: string): boolean;
  /** Something is to be shown anew. */
  changed(): void;
}

export function kept(family: Kept['family'], id: string, value: unknown): Kept {
  return { family, id, value: JSON.stringify(value) };
}

export function gone(family: Kept['family'], id: string): Kept {
  return { family, id, value: null };
}

/** Written by some version of ours, and checked by its frame. */
export function parsedAll<T>(texts: ReadonlyMap<string, string>): T[] {
  return [...texts.values()].map((text) => JSON.parse(text) as T);
}
