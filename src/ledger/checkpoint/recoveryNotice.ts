/** What the user is told after a recovery: what happened, what was done, where the old file is. */
import { join } from 'node:path';
import type { SetAside } from './checkpointFile';
import type { LedgerNotice } from '../ledgerOptions';

export function checkpointNotice(directory: string, { name, reason, events, sumsLost }: SetAside): LedgerNotice {
  return {
    id: `ledger.corrupt.${name}`,
    severity: 'warning',
    message:
      `The usage ledger was damaged (${reason}). It was rebuilt from what could still be read ` +
      `(${events} events) and from the journal, and the agents' logs are read again. ` +
      (sumsLost ? 'Totals of months that have no single events any more may be too low. ' : '') +
      `The damaged file was kept as ${join(directory, name)}.`,
  };
}

export function segmentNotice(journalDirectory: string, name: string): LedgerNotice {
  return {
    id: `ledger.damaged.${name}`,
    severity: 'warning',
    message:
      `A part of the usage ledger's journal was damaged. Everything readable in it is counted, and the agents' logs ` +
      `are read again. The damaged file is kept in ${journalDirectory} as ${name}.ndjson.corrupt-….`,
  };
}
