/** Entry of the log reader's thread. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type * as Resolving from '../../config/resolve/resolve';
import { FieldScanner } from '../../sources/reading/fieldScanner';
import { ForeignDatabases } from './foreignDatabases';
import type { ReaderBirth, ToReader } from './messages';
import { ReaderThread } from './readerThread';
import { WorkspaceProjects } from './workspaceProjects';

if (parentPort === null) throw new Error('The log reader runs in a thread of its own.');
const port = parentPort;
const scanner = FieldScanner.create(readModule());
const projects = new WorkspaceProjects(projectIn);
const birth = workerData as ReaderBirth;
const databases = new ForeignDatabases(birth.wasmPath);
const thread = new ReaderThread(birth, scanner, projects, databases, (message, memory) =>
  port.postMessage(message, memory),
);
port.on('message', (message: ToReader) => thread.receive(message));
// A rejection is a bug; it ends the thread, and the engine starts another.
void thread.run();

/** The YAML parser comes with the first workspace that says something. */
function projectIn(text: string): string | undefined {
  const { parsed } = createRequire(__filename)('./configuration.js') as typeof Resolving;
  return parsed(text).entries.project;
}

function readModule(): Uint8Array | null {
  try {
    return readFileSync(path.join(__dirname, 'scanner.wasm'));
  } catch {
    return null;
  }
}
