/** Turns the appends that wait together into journal records, has them written as one, and answers each of them. */
import type { AttributionInterner } from '../tables/attributionSet';
import type { EventOutcome } from '../tables/counting';
import { isSoundCursor } from '../tables/cursorTable';
import { copyOf } from '../tables/storedEvent';
import { isSoundQuota } from '../tables/observedQuotaTable';
import { LedgerError, messageOf } from '../ledgerError';
import type { LedgerBatch } from '../ledgerOptions';
import type { LedgerRecord } from './record';

export interface PendingAppend {
  batch: LedgerBatch;
  resolve: (outcomes: EventOutcome[]) => void;
  reject: (error: unknown) => void;
}

/**
 * Never rejects. A batch that can not be recorded is refused alone; when `write` fails, all the others are. A cursor or a quota that
 * makes no sense is left out: the cursor's file is read once more, which counts nothing twice.
 */
export async function commitGroup(
  group: readonly PendingAppend[],
  { attributions, reusedFromMs }: { attributions: AttributionInterner; reusedFromMs: number },
  write: (records: readonly LedgerRecord[]) => Promise<EventOutcome[][]>,
): Promise<void> {
  const sound: PendingAppend[] = [];
  const records: LedgerRecord[] = [];
  for (const pending of group) {
    try {
      const copies = pending.batch.events.map((event) => copyOf(event, attributions, reusedFromMs));
      const { quotas = [], cursors } = pending.batch;
      records.push({
        kind: 'events',
        copies,
        quotas: quotas.filter(isSoundQuota),
        cursors: cursors.filter(isSoundCursor),
      });
      sound.push(pending);
    } catch (error) {
      const message = `The usage ledger can not take an event: ${messageOf(error)}`;
      pending.reject(new LedgerError('refused', message, { cause: error }));
    }
  }
  if (sound.length === 0) return;
  try {
    const outcomes = await write(records);
    outcomes.forEach((one, place) => {
      sound[place]?.resolve(one);
    });
  } catch (error) {
    for (const pending of sound) pending.reject(error);
  }
}
