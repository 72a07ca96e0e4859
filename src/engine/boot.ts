/**
 * Where the engine's thread begins, with as little as can be: the log reader's thread comes up while the rest is loaded, a
 * glance tells whether the last picture is still right, and what V8 made of the engine's script is kept in the extension's own
 * storage, so that only the first start of a version compiles it. It is code, so it is never in the ledger's folder, which may be
 * one that others write to. Whatever is wrong with what is kept, Node leaves it and compiles.
 */
import { mkdirSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { snapshotMethod } from '../protocol/methods';
import type { EngineWorkerData } from '../protocol/workerData';
import { enabledSources } from './enabledSources';
import { glance } from './glance/glance';
import { settingsKey } from './glance/settingsKey';
import type * as Engine from './main';
import { glanceAtFeed } from './prices/feed/keptPrices';
import { builtInVersion } from './prices/version';
import { holdsNothing } from './holdsNothing';
import { ReaderThreads } from './readerThreads';

// As the host checked it.
const { compiledFolder, dataDirectory, environment, hello, readerPath, settings } = workerData as EngineWorkerData;
const reader = { environment, platform: process.platform, enabled: enabledSources(settings) };

// Since Node 22.
if ('enableCompileCache' in nodeModule && compiledFolder !== null && isThere(compiledFolder)) {
  nodeModule.enableCompileCache(compiledFolder);
}
const readers = new ReaderThreads(readerPath, reader);
readers.prepare(holdsNothing(dataDirectory));
const picture = glance(
  {
    dataDirectory,
    configFile: settings.configFile,
    settings: settingsKey(settings, environment),
    timezone: settings.timezone,
    sessionStartMs: hello.sessionStartMs,
    prices: builtInVersion(glanceAtFeed(dataDirectory)),
    reader,
  },
  Date.now(),
);
// As the engine's connection writes it.
if (picture !== null) parentPort?.postMessage({ jsonrpc: '2.0', method: snapshotMethod, params: picture });
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
