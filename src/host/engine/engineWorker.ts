/**
 * Spawns the engine's worker and speaks JSON-RPC with it. What comes from the worker is validated, and what the worker takes
 * as it comes is validated here; the worker's own output goes to the log and never to the extension host's console.
 */
import { Worker } from 'node:worker_threads';
import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc/node';
import * as z from 'zod';
import { budgetEventSchema } from '../../protocol/api/budgetApi';
import {
  budgetEventNotification,
  helloRequest,
  logNotification,
  lookNotification,
  settingsNotification,
  shutdownRequest,
  snapshotNotification,
} from '../../protocol/engineMessages';
import { proxy } from '../../protocol/proxy';
import { engineSettingsSchema, logEntrySchema, type LogEntry } from '../../protocol/rpc';
import { meterSnapshotSchema } from '../../protocol/snapshot';
import { threadLimits } from '../../shared/node/threadLimits';
import { portTransport } from '../../protocol/transport';
import { engineWorkerDataSchema } from '../../protocol/workerData';
import { EngineGone, type ConnectEngine, type EngineLink, type EngineListener } from './engineLink';

const shutdownMs = 2000;

/**
 * To a worker that speaks as the engine does. `hello` is fulfilled when the engine is there, and has told its last picture, if it has
 * one yet. `patienceMs`: it is ended by force when it has not shut down by then.
 */
export function linkTo(
  worker: Worker,
  listener: EngineListener,
  patienceMs = shutdownMs,
): EngineLink & { hello: () => Promise<void> } {
  const transport = portTransport(worker);
  const connection = createMessageConnection(transport.reader, transport.writer);
  const asked = proxy(connection);
  let endedWhy: string | null = null;
  const ended = new Promise<string>((resolve) => {
    let uncaught = '';
    worker.on(
      'error',
      (error: unknown) => (uncaught = error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    worker.on('exit', (code) => {
      endedWhy = uncaught || `exit code ${code}`;
      transport.close();
      connection.dispose();
      resolve(endedWhy);
    });
  });
  const goneWhy = (): EngineGone | null => (endedWhy === null ? null : new EngineGone(endedWhy));
  const unlessGone = async <T>(send: () => Promise<T>): Promise<T> => {
    const gone = goneWhy();
    if (gone !== null) throw gone;
    try {
      return await send();
    } catch (error) {
      // The connection rejects what is pending when the port closes; our `exit` listener has run by then.
      throw goneWhy() ?? error;
    }
  };
  listenTo(connection, worker, listener);
  return {
    ended,
    ask: (name, question, options) => unlessGone(() => asked(name, question, options)),
    look: () => unlessGone(() => connection.sendNotification(lookNotification)),
    updateSettings: (settings) =>
      unlessGone(() => connection.sendNotification(settingsNotification, engineSettingsSchema.parse(settings))),
    hello: async () => {
      const snapshot = await unlessGone(() => connection.sendRequest(helloRequest));
      if (snapshot !== null) listener.onSnapshot(meterSnapshotSchema.parse(snapshot));
    },
    shutdown: async () => {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs);
      });
      try {
        await Promise.race([connection.sendRequest(shutdownRequest), ended, timeout]);
      } catch {
        // It has gone, or it can't: either way it ends now.
      } finally {
        clearTimeout(timer);
        await worker.terminate();
      }
    },
  };
}

function listenTo(connection: MessageConnection, worker: Worker, listener: EngineListener): void {
  const onLog = (entry: LogEntry): void => listener.onLog(entry);
  /** Hands on what is as it should be, and logs what is not. */
  const checked =
    <T>(what: string, schema: z.ZodType<T>, take: (value: T) => void) =>
    (value: unknown): void => {
      const read = schema.safeParse(value);
      if (read.success) take(read.data);
      else onLog({ level: 'error', message: `The engine sent a malformed ${what}: ${z.prettifyError(read.error)}` });
    };
  connection.onNotification(
    snapshotNotification,
    checked('snapshot', meterSnapshotSchema, (snapshot) => listener.onSnapshot(snapshot)),
  );
  connection.onNotification(
    budgetEventNotification,
    checked('budget event', budgetEventSchema, (event) => listener.onBudgetEvent(event)),
  );
  connection.onNotification(logNotification, checked('log entry', logEntrySchema, onLog));
  worker.on('messageerror', (error) => onLog({ level: 'error', message: `Unreadable message: ${error.message}` }));
  const output = (level: 'debug' | 'warn') => (chunk: Buffer) => onLog({ level, message: chunk.toString().trimEnd() });
  worker.stdout.on('data', output('debug'));
  worker.stderr.on('data', output('warn'));
  connection.listen();
}

/** `script`: the engine's bundle. */
export function workerEngine(script: string): ConnectEngine {
  return async (data, listener, signal) => {
    const worker = new Worker(script, {
      name: 'agent-meter-engine',
      workerData: engineWorkerDataSchema.parse(data),
      resourceLimits: threadLimits,
      // Neither a debugger's port nor a loader of the extension host belongs into the worker.
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    const link = linkTo(worker, listener);
    const abort = (): void => void link.shutdown();
    signal.addEventListener('abort', abort);
    try {
      if (signal.aborted) abort();
      await link.hello();
      return link;
    } catch (error) {
      await worker.terminate();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };
}
