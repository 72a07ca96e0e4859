/**
 * Reads journal segments into the store: what a checkpoint does not cover yet, of every epoch, in order. Reads only:
 * another lead may still be writing what we read, so a torn last line is left for its owner to finish or take back.
 */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { scanFrames, type FrameScan } from './frame';
import { listSegments, type SegmentFile } from './journal';
import { LedgerError } from '../ledgerError';
import type { LedgerIo } from '../ledgerIo';
import { decodeRecord, replayWeight, type LedgerRecord } from './record';
import type { LedgerStore } from '../tables/store';

export interface Replayed {
  /** Weighed: see `replayWeight`. */
  bytes: number;
  /** Names of segments with unreadable lines that were whole once. */
  damaged: string[];
  /** Bytes of torn last lines, which nobody was told are stored. */
  tornBytes: number;
}

const eventsPerTransaction = 5000;

/** `ends`: where segments end whose last bytes were refused; added to here. */
export async function replaySegments(
  io: LedgerIo,
  directory: string,
  store: LedgerStore,
  ends: Map<string, number>,
): Promise<Replayed> {
  const replayed: Replayed = { bytes: 0, damaged: [], tornBytes: 0 };
  const unread: { segment: SegmentFile; bytes: Buffer; identity: string | null; isStill: boolean }[] = [];
  for (const segment of await listSegments(io, directory)) {
    const path = join(directory, segment.fileName);
    const size = await io.size(path);
    // An empty one too, so that the next checkpoint takes it away.
    if (size === null || size <= (store.covered.get(segment.name) ?? -1)) continue;
    // A torn end stays until the next checkpoint, and the file need not be read again and again for it.
    const identity = await io.identity(path);
    if (identity === store.torn.get(segment.name)) continue;
    const bytes = await io.read(path);
    if (bytes === null) continue;
    unread.push({ segment, bytes, identity, isStill: (await io.identity(path)) === identity });
  }
  for (const { bytes } of unread) readEnds(bytes, store, ends);
  for (const { segment, bytes, identity, isStill } of unread) {
    const from = store.covered.get(segment.name) ?? 0;
    const whole = bytes.subarray(0, Math.max(from, ends.get(segment.name) ?? bytes.length));
    const { soundEnd, damaged, weight } = await applySegment(whole, from, store, isStill);
    store.covered.set(segment.name, soundEnd);
    if (soundEnd < bytes.length && identity !== null) store.torn.set(segment.name, identity);
    if (damaged > 0) replayed.damaged.push(segment.name);
    replayed.bytes += soundEnd - from + weight;
    replayed.tornBytes += whole.length - soundEnd;
  }
  return replayed;
}

/** Whether a segment has sound records behind byte `from`. */
export function hasRecords(bytes: Buffer, from: number): boolean {
  return scanFrames(bytes, from, () => undefined).soundEnd > from;
}

function readEnds(bytes: Buffer, store: LedgerStore, ends: Map<string, number>): void {
  const firstLine = bytes.subarray(0, bytes.indexOf(10) + 1);
  scanFrames(firstLine, 0, (text) => {
    const record = text.startsWith('{"t":"ends"') ? decodeRecord(text, store.attributions) : null;
    if (record?.kind !== 'ends') return;
    for (const [name, end] of Object.entries(record.ends)) ends.set(name, end);
  });
}

/**
 * A lead that opens a long journal still has to answer the windows that ask whether it lives: between two transactions
 * others have their turn.
 */
async function applySegment(
  bytes: Buffer,
  from: number,
  store: LedgerStore,
  isStill: boolean,
): Promise<FrameScan & { weight: number }> {
  const texts: string[] = [];
  const { soundEnd, damaged } = scanFrames(bytes, from, (text) => texts.push(text), isStill);
  let waiting: LedgerRecord[] = [];
  let weight = 0;
  let events = 0;
  let undecodable = 0;
  for (const text of texts) {
    try {
      const record = decodeRecord(text, store.attributions);
      waiting.push(record);
      weight += replayWeight(record);
      if (record.kind === 'events') events += record.copies.length;
      else if (record.kind === 'compact') events += record.most;
    } catch (error) {
      if (LedgerError.is(error)) throw error;
      undecodable += 1;
    }
    if (events < eventsPerTransaction) continue;
    store.apply(waiting);
    waiting = [];
    events = 0;
    await setImmediate();
  }
  if (waiting.length > 0) store.apply(waiting);
  return { soundEnd, damaged: damaged + undecodable, weight };
}
