/** Begins the engine's thread in place of its bundle: the same engine, to which the test's clock is the machine's. */
import { createRequire } from 'node:module';
import { workerData } from 'node:worker_threads';
import { TestClock } from './testClock.mjs';

/** @type {import('./testClock.mjs').ClockedData} */
const { clock, engine } = workerData;
Date.now = new TestClock(clock).now;
createRequire(engine)(engine);
