/**
 * Where the engine's thread begins, with as little as can be: the log reader's thread comes up while the rest is loaded, and what
 * V8 made of the engine's script is kept in the extension's own storage, so that only the first start of a version compiles it.
 * It is code, so it is never in the ledger's folder, which may be one that others write to. Whatever is wrong with what is kept,
 * Node leaves it and compiles.
 */
import { mkdirSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { workerData } from 'node:worker_threads';
import type { EngineWorkerData } from '../protocol/workerData';
import type * as Engine from './main';
import { isNewLedger } from '../ledger/isNewLedger';
import { ReaderThreads } from './ingest/readerThreads';

// As the host checked it.
const { compiledFolder, dataDirectory, environment, readerPath, settings, wasmPath } = workerData as EngineWorkerData;
const reader = { environment, platform: process.platform, switches: settings.sources, wasmPath };

// Since Node 22.
if ('enableCompileCache' in nodeModule && compiledFolder !== null && isThere(compiledFolder)) {
  nodeModule.enableCompileCache(compiledFolder);
}
const readers = new ReaderThreads(readerPath, reader);
readers.prepare(isNewLedger(dataDirectory));
const engine = nodeModule.createRequire(__filename)('./engineMain.js') as typeof Engine;
engine.runEngine(readers);

/** Makes it for this user only. */
function isThere(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return true;
  } catch {
    return false;
  }
}
