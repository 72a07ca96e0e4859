/** What one file says, until it is handed over with the position behind it. */
import type { UsageEvent } from '../../protocol/event';
import type { EventColumns } from '../../protocol/eventColumns';
import type { ObservedQuota } from '../../protocol/quota';
import { Merger } from '../merger';
import type { Sink } from '../source';

export class Collected implements Sink {
  /** So far, and why; `handOver` leaves them. */
  skippedCount = 0;
  readonly reasons = new Map<string, number>();
  private readonly merger = new Merger();
  /** The newest of each. */
  private readonly quotas = new Map<string, ObservedQuota>();

  /** Waiting to be handed over. */
  get size(): number {
    return this.merger.size + this.quotas.size;
  }

  event(event: UsageEvent): void {
    this.merger.add(event);
  }

  quota(quota: ObservedQuota): void {
    const { provider, subscription, window, meter, asOfMs } = quota;
    const key = JSON.stringify([provider, subscription, window, meter]);
    if (asOfMs >= (this.quotas.get(key)?.asOfMs ?? Number.NEGATIVE_INFINITY)) this.quotas.set(key, quota);
  }

  skipped(why: string): void {
    this.skippedCount++;
    this.reasons.set(why, (this.reasons.get(why) ?? 0) + 1);
  }

  /** Empties it. */
  handOver(): { events: EventColumns; quotas: ObservedQuota[] } {
    const quotas = [...this.quotas.values()];
    this.quotas.clear();
    return { events: this.merger.drain(), quotas };
  }
}
