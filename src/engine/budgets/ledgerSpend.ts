/** The ledger as budgets ask it, and what it tells them of each change. */
import type { SpendSource } from '../../domain/budgets/budgetSpend';
import type { Subject, SubjectField, Sums } from '../../domain/budgets/budgetScope';
import type { EventCopy } from '../../ledger/tables/eventCopy';
import type { SumListener } from '../../ledger/queries/sumWatch';
import type { Interval, LedgerQuery, LedgerRow } from '../../protocol/query';

export interface QueriedLedger {
  query(query: LedgerQuery): LedgerRow[];
  watchSums(listener: SumListener): { dispose: () => void };
}

type TokenSums = Pick<EventCopy, 'input' | 'output' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h'>;

/** All that were sent and received, as every total shows them. */
function tokensOf(sums: TokenSums): number {
  return sums.input + sums.output + sums.cacheRead + sums.cacheWrite5m + sums.cacheWrite1h;
}

export function sumsOfRow(row: LedgerRow): Sums {
  return { costNanos: row.costNanos, tokens: tokensOf(row), requests: row.events };
}

export function sumsOfEvent(event: Readonly<EventCopy>): Sums {
  return { costNanos: event.costNanos ?? 0, tokens: tokensOf(event), requests: 1 };
}

export class LedgerSpend implements SpendSource {
  constructor(private readonly ledger: Pick<QueriedLedger, 'query'>) {}

  sums(
    interval: Interval,
    by: readonly SubjectField[],
    where: Partial<Record<SubjectField, string>>,
  ): { subject: Subject; sums: Sums }[] {
    const filter = Object.fromEntries(Object.entries(where).map(([field, value]) => [field, [value]]));
    const rows = this.ledger.query({ buckets: [{ ...interval, label: '' }], dimensions: by, filter });
    return rows.map((row) => ({ subject: { get: (field) => row.group[field] ?? null }, sums: sumsOfRow(row) }));
  }
}
