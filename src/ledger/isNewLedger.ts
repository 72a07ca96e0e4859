import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Whether nobody ever kept usage here. */
export function isNewLedger(dataDirectory: string): boolean {
  return !existsSync(join(dataDirectory, 'ledger.sqlite')) && !existsSync(join(dataDirectory, 'journal'));
}
