/** The ledger's running sums: seeded by its queries, fed by its changes. The one place that knows both. */
import { tokensOf } from '../../domain/totals';
import { RunningSums, type SumSource } from '../../domain/usage/runningSums';
import type { SubjectSums, UsageChange } from '../../domain/usage/sumWindow';
import { subject, type SubjectField, type SubjectValues, type UsageSums } from '../../domain/usage/usageSums';
import type { GrainSums } from '../../ledger/queries/grainQuery';
import type { SumListener } from '../../ledger/queries/sumWatch';
import type { StoredEvent } from '../../ledger/tables/storedEvent';
import type { Service } from './service';
import type { Interval, LedgerQuery, LedgerRow } from '../../protocol/query';

export interface QueriedLedger {
  query(query: LedgerQuery): LedgerRow[];
}

export interface WatchedLedger {
  watchSums(listener: SumListener): { dispose: () => void };
}

export interface SummedLedger extends QueriedLedger, WatchedLedger {
  grains(interval: Interval, grainMs: number, provider: string): GrainSums[];
}

export class LedgerSums implements Service {
  readonly running: RunningSums;
  private readonly watching: { dispose: () => void };

  constructor(ledger: SummedLedger) {
    const running = new RunningSums(new LedgerSource(ledger));
    this.running = running;
    this.watching = ledger.watchSums({
      name: 'running sums',
      fromMs: () => running.fromMs(),
      counted: (event, sign) => running.feed(changeOf(event, sign)),
      replaced: () => running.forget(),
    });
  }

  stop(): void {
    this.watching.dispose();
  }
}

/** An event as running sums take it. */
export function changeOf(event: Readonly<StoredEvent>, sign: 1 | -1): UsageChange {
  const { atMs, attribution, costNanos, output } = event;
  const sums = { costNanos: costNanos ?? 0, tokens: tokensOf(event), requests: 1, output };
  return { atMs, subject: attribution, sums, sign };
}

class LedgerSource implements SumSource {
  constructor(private readonly ledger: SummedLedger) {}

  sums(
    intervals: readonly Interval[],
    by: readonly SubjectField[],
    where: SubjectValues,
  ): (SubjectSums & { interval: Interval })[] {
    const buckets = intervals.map((interval, index) => ({ ...interval, label: String(index) }));
    const filter = Object.fromEntries(Object.entries(where).map(([field, value]) => [field, [value]]));
    return this.ledger.query({ buckets, dimensions: by, filter }).flatMap((row) => {
      const interval = intervals[Number(row.bucket)];
      return interval === undefined ? [] : [{ interval, subject: subject(row.group), sums: usageOf(row) }];
    });
  }

  /** The ledger has steps of one provider, by project: quotas are of nothing else. */
  steps(
    interval: Interval,
    stepMs: number,
    _: readonly SubjectField[],
    { provider = '' }: SubjectValues,
  ): (SubjectSums & { startMs: number })[] {
    return this.ledger
      .grains(interval, stepMs, provider)
      .map(({ startMs, project, events: requests, tokens, output, costNanos }) => ({
        startMs,
        subject: subject({ provider, project }),
        sums: { costNanos, tokens, requests, output },
      }));
  }
}

function usageOf(row: LedgerRow): UsageSums {
  return { costNanos: row.costNanos, tokens: tokensOf(row), requests: row.events, output: row.output };
}
