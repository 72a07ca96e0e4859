/**
 * Starts the log reader's thread before anything else of the engine is evaluated, which takes about as long as the thread
 * needs to come up: so this is the first import of main.ts.
 */
import { workerData } from 'node:worker_threads';
import type { EngineWorkerData } from '../protocol/workerData';
import { ReaderThreads } from './readerThreads';
import { enabledSources } from './enabledSources';

// main.ts looks at it more closely; what is wrong with it ends the engine there.
const { readerPath, environment, settings } = workerData as EngineWorkerData;

export const readers = new ReaderThreads(readerPath, {
  environment,
  platform: process.platform,
  enabled: enabledSources(settings),
});
readers.prepare();
