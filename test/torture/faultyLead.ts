/**
 * A lead without a window, in the driver's own process: claims the next epoch like any other, opens the ledger with a disk
 * that may fail, writes, checkpoints, and is gone. The windows find themselves without the lead and take it back.
 */
import { Claims } from '../../src/engine/leadership/claims';
import { Ledger } from '../../src/ledger/ledger';
import { nodeLedgerIo, type LedgerFile, type LedgerIo } from '../../src/ledger/ledgerIo';
import { noAttribution, type RatedEvent } from '../../src/protocol/event';
import type { Call } from './truth';

/** `null`: somebody else was quicker. */
export async function leadFor<T>(
  place: { dataDirectory: string; wasmPath: string; nowMs: number },
  work: (ledger: Ledger) => Promise<T>,
  io: LedgerIo = nodeLedgerIo,
): Promise<T | null> {
  const claims = new Claims(place.dataDirectory);
  await claims.prepare();
  const observed = await claims.highest();
  const claim = await claims.claim('/nowhere/agent-meter.sock', observed?.epoch ?? 0);
  if (claim === null) return null;
  const ledger = await Ledger.open({
    directory: place.dataDirectory,
    epoch: claim.epoch,
    wasmPath: place.wasmPath,
    now: () => place.nowMs,
    log: () => undefined,
    io,
    mayReplaceCheckpoint: () => claims.holds(claim.epoch),
  });
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

export function ratedEvent(call: Call): RatedEvent {
  const listed = call.model.startsWith('claude');
  return {
    key: { namespace: call.scope, call: call.id, request: call.request },
    copy: { sidechain: false, forked: false, nested: false },
    atMs: call.atMs,
    source: call.scope,
    provider: listed ? 'anthropic' : 'acme',
    model: call.model,
    tokens: {
      input: call.input,
      output: call.output,
      cacheRead: call.cacheRead,
      cacheWrite5m: call.cacheWrite,
      cacheWrite1h: 0,
      reasoning: 0,
    },
    parts: null,
    webSearches: 0,
    reportedCostNanos: call.costNanos,
    modifiers: [],
    durationMs: null,
    status: 'ok',
    attribution: { ...noAttribution, project: call.project },
    rating: { costNanos: call.costNanos, pricing: 'reported', matchedModel: null, priceVersion: null },
  };
}

/** Fails each operation with this probability; a failed write may have taken a part. */
export function faultyIo(fails: () => boolean): LedgerIo {
  const maybe = (): void => {
    if (fails()) throw Object.assign(new Error('EIO: as told by the torture'), { code: 'EIO' });
  };
  const wrap = (file: LedgerFile): LedgerFile => ({
    async write(data, position) {
      if (fails()) {
        await file.write(data.subarray(0, data.byteLength / 2), position);
        throw Object.assign(new Error('ENOSPC: as told by the torture'), { code: 'ENOSPC' });
      }
      return file.write(data, position);
    },
    async datasync() {
      await file.datasync();
      maybe();
    },
    async truncate(length) {
      maybe();
      await file.truncate(length);
    },
    close: () => file.close(),
  });
  return {
    ...nodeLedgerIo,
    async create(path) {
      maybe();
      return wrap(await nodeLedgerIo.create(path));
    },
    async rename(from, to) {
      maybe();
      await nodeLedgerIo.rename(from, to);
    },
  };
}

/** Stops whoever uses it immediately before a checkpoint is renamed into place. */
export function stoppingIo(): { io: LedgerIo; reached: Promise<void>; wake: () => void } {
  let arrive: () => void = () => undefined;
  let wake: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  const woken = new Promise<void>((resolve) => (wake = resolve));
  const io: LedgerIo = {
    ...nodeLedgerIo,
    async rename(from, to) {
      if (to.endsWith('ledger.sqlite')) {
        arrive();
        await woken;
      }
      await nodeLedgerIo.rename(from, to);
    },
  };
  return { io, reached, wake: () => wake() };
}
