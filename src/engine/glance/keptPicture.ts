/**
 * `<data>/last-picture.json`: the picture with which the last lead closed, and everything that it rests on. It is worth
 * something only as long as none of that has changed (glance.ts), so nothing is lost with it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileCursor } from '../../protocol/event';
import type { MeterSnapshot } from '../../protocol/snapshot';
import { fileStamp } from '../fileStamp';

export const keptPictureName = 'last-picture.json';

/** Of this shape; `version` of the picture itself and `prices` change with us. */
export const keptPictureVersion = 1;

export interface KeptPicture {
  format: typeof keptPictureVersion;
  picture: MeterSnapshot;
  /** The version of the built-in prices. */
  prices: string;
  /** Which ledger it was. */
  ledger: string;
  /** What the window that led had set, and the zone that came of it. */
  settings: string;
  zone: string;
  /** The user's configuration, as `fileStamp` has it. */
  configuration: string;
  /** Where the log readers stood. */
  cursors: ReadCursor[];
}

/** What tells whether a log is as it was when it was read. */
export type ReadCursor = Pick<FileCursor, 'file' | 'identity' | 'size' | 'mtimeMs'>;

/** `null`: there is none that this version wrote. */
export function readKeptPicture(dataDirectory: string): KeptPicture | null {
  const kept = JSON.parse(readFileSync(join(dataDirectory, keptPictureName), 'utf8')) as Partial<KeptPicture> | null;
  return kept?.format === keptPictureVersion ? (kept as KeptPicture) : null;
}

/** Equal as long as the ledger on disk is the same: its checkpoint, and each segment of its journal. */
export function ledgerStamp(dataDirectory: string): string {
  const segments = readdirSync(join(dataDirectory, 'journal')).sort();
  const names = ['ledger.sqlite', ...segments.map((name) => `journal/${name}`)];
  return names.map((name) => `${name} ${fileStamp(join(dataDirectory, name))}`).join('\n');
}
