/** Entry of the log reader's thread. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ReaderBirth, ToReader } from './reader/messages';
import { ReaderThread } from './reader/readerThread';

if (parentPort === null) throw new Error('The log reader runs in a thread of its own.');
const port = parentPort;
const thread = new ReaderThread(workerData as ReaderBirth, (message) => port.postMessage(message));
port.on('message', (message: ToReader) => thread.receive(message));
// A rejection is a bug; it ends the thread, and the engine starts another.
void thread.run();
