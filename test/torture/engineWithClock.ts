/** Loaded in place of the engine's bundle: the same engine, with a clock that the driver can set. */
import { createRequire } from 'node:module';
import { BroadcastChannel } from 'node:worker_threads';
import { clockChannel } from './messages';

const now = Date.now;
let offsetMs = Number(process.env['TORTURE_CLOCK_OFFSET_MS'] ?? 0);
Date.now = () => now() + offsetMs;
const channel = new BroadcastChannel(clockChannel);
channel.onmessage = (event) => {
  offsetMs = (event as { data: number }).data;
};
channel.unref();

createRequire(__filename)('./product/engine.js');
