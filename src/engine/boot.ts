/**
 * Where the engine's thread begins, with as little as can be: the log reader's thread comes up while the rest is loaded, a
 * glance tells whether the last picture is still right, and what V8 made of the engine's script is kept beside the ledger,
 * so that only the first start of a version compiles it. Whatever is wrong with what is kept, Node leaves it and compiles.
 */
import { mkdirSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { snapshotMethod } from '../protocol/methods';
import type { EngineWorkerData } from '../protocol/workerData';
import { compiledFolder } from './compiledFolder';
import { enabledSources } from './enabledSources';
import { glance } from './glance/glance';
import { settingsKey } from './glance/settingsKey';
import type * as Engine from './main';
import { priceVersion } from './prices/version';
import { holdsNothing } from './holdsNothing';
import { ReaderThreads } from './readerThreads';

// As the host checked it.
const { dataDirectory, environment, hello, readerPath, settings } = workerData as EngineWorkerData;
const folder = join(dataDirectory, compiledFolder);
const reader = { environment, platform: process.platform, enabled: enabledSources(settings) };

// Since Node 22.
if ('enableCompileCache' in nodeModule && isThere()) nodeModule.enableCompileCache(folder);
const readers = new ReaderThreads(readerPath, reader);
readers.prepare(holdsNothing(dataDirectory));
const picture = glance(
  {
    dataDirectory,
    configFile: settings.configFile,
    settings: settingsKey(settings, environment),
    timezone: settings.timezone,
    sessionStartMs: hello.sessionStartMs,
    prices: priceVersion,
    reader,
  },
  Date.now(),
);
// As the engine's connection writes it.
if (picture !== null) parentPort?.postMessage({ jsonrpc: '2.0', method: snapshotMethod, params: picture });
const engine = nodeModule.createRequire(__filename)('./engineMain.js') as typeof Engine;
engine.runEngine(readers);

/** Makes no more than the last two folders, only for this user: it is too early to wait for more. */
function isThere(): boolean {
  let last: unknown;
  for (const wanted of [dataDirectory, folder]) {
    try {
      mkdirSync(wanted, { mode: 0o700 });
      last = undefined;
    } catch (error) {
      last = error;
    }
  }
  return last === undefined || (last as NodeJS.ErrnoException).code === 'EEXIST';
}
