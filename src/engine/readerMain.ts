/** Entry of the log reader's thread. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { FieldScanner } from '../sources/reading/fieldScanner';
import type { ReaderBirth, ToReader } from './reader/messages';
import { ReaderThread } from './reader/readerThread';

if (parentPort === null) throw new Error('The log reader runs in a thread of its own.');
const port = parentPort;
const scanner = FieldScanner.create(readModule());
const thread = new ReaderThread(workerData as ReaderBirth, scanner, (message, memory) =>
  port.postMessage(message, memory),
);
port.on('message', (message: ToReader) => thread.receive(message));
// A rejection is a bug; it ends the thread, and the engine starts another.
void thread.run();

function readModule(): Uint8Array | null {
  try {
    return readFileSync(path.join(__dirname, 'scanner.wasm'));
  } catch {
    return null;
  }
}
