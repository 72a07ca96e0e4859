/**
 * Where the engine's thread begins: what V8 made of its script is kept beside the ledger, so that only the first start of a
 * version compiles it. Whatever is wrong with what is kept, Node leaves it and compiles.
 */
import { mkdirSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import type { EngineWorkerData } from '../protocol/workerData';
import { compiledFolder } from './compiledFolder';

// main.ts looks at it more closely; what is wrong with it ends the engine there.
const { dataDirectory } = workerData as EngineWorkerData;
const folder = join(dataDirectory, compiledFolder);

// Since Node 22.
if ('enableCompileCache' in nodeModule && isThere()) nodeModule.enableCompileCache(folder);
nodeModule.createRequire(__filename)('./engineMain.js');

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
