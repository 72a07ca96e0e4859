/**
 * Spawns the engine's worker and speaks JSON-RPC with it. What comes from the worker is validated, and what the worker takes
 * as it comes is validated here; the worker's own output goes to the log and never to the extension host's console.
 */
import { Worker } from 'node:worker_threads';
import type { CancellationToken } from 'vscode';
import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc/node';
import * as z from 'zod';
import { apiErrorCodes, type ApiResult } from '../../protocol/api/api';
import { budgetEventSchema } from '../../protocol/api/budgetApi';
import {
  apiRequest,
  budgetEventNotification,
  helloRequest,
  logNotification,
  lookNotification,
  pauseImportRequest,
  refreshRequest,
  settingsNotification,
  shutdownRequest,
  snapshotNotification,
} from '../../protocol/requests';
import {
  logEntrySchema,
  engineSettingsSchema,
  type ApiCall,
  type EngineSettings,
  type LogEntry,
} from '../../protocol/rpc';
import { pricedModelsSchema, type PricedModel } from '../../protocol/language';
import { modelPriceSchema, type ModelPrice } from '../../protocol/prices/price';
import { priceQuestionSchema, type PriceQuestion } from '../../protocol/prices/priceQuestion';
import {
  takenPricesSchema,
  takePricesSchema,
  updatePricesRequest,
  type PriceUpdate,
  type TakePrices,
  type TakenPrices,
} from '../../protocol/prices/priceFeed';
import { modelsRequest, priceRequest, takePricesRequest } from '../../protocol/prices/priceRequests';
import { meterSnapshotSchema, type MeterSnapshot } from '../../protocol/snapshot';
import { portTransport } from '../../protocol/transport';
import {
  askForWork,
  rebuildRequest,
  repriceRequest,
  type RebuildResult,
  type RepriceResult,
  type Work,
} from '../../protocol/work';
import { threadLimits } from '../../protocol/threadLimits';
import { engineWorkerDataSchema } from '../../protocol/workerData';
import { EngineGone, type ConnectEngine, type EngineLink, type EngineListener } from './engineLink';

const shutdownMs = 2000;

const apiResultSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error: z.object({
      code: z.enum(apiErrorCodes),
      message: z.string(),
      issues: z.array(z.object({ path: z.string(), message: z.string() })).exactOptional(),
    }),
  }),
]);

class WorkerLink implements EngineLink {
  readonly ended: Promise<string>;
  readonly #worker: Worker;
  readonly #connection: MessageConnection;
  #endedWhy: string | null = null;

  constructor(worker: Worker, listener: EngineListener) {
    this.#worker = worker;
    const transport = portTransport(worker);
    this.#connection = createMessageConnection(transport.reader, transport.writer);
    this.ended = new Promise((resolve) => {
      let uncaught = '';
      worker.on(
        'error',
        (error: unknown) => (uncaught = error instanceof Error ? (error.stack ?? error.message) : String(error)),
      );
      worker.on('exit', (code) => {
        this.#endedWhy = uncaught || `exit code ${code}`;
        transport.close();
        this.#connection.dispose();
        resolve(this.#endedWhy);
      });
    });
    this.#listen(listener);
  }

  hello(): Promise<MeterSnapshot | null> {
    return this.#ask(async () =>
      meterSnapshotSchema.nullable().parse(await this.#connection.sendRequest(helloRequest)),
    );
  }

  call(call: ApiCall): Promise<ApiResult<unknown>> {
    return this.#ask(async () => apiResultSchema.parse(await this.#connection.sendRequest(apiRequest, call)));
  }

  refresh(token?: CancellationToken): Promise<MeterSnapshot> {
    return this.#ask(async () => meterSnapshotSchema.parse(await this.#connection.sendRequest(refreshRequest, token)));
  }

  look(): Promise<void> {
    return this.#ask(() => this.#connection.sendNotification(lookNotification));
  }

  pauseImport(): Promise<void> {
    return this.#ask(async () => {
      await this.#connection.sendRequest(pauseImportRequest);
    });
  }

  reprice(apply: boolean, work: Work): Promise<RepriceResult> {
    return this.#ask(() => askForWork(this.#connection, repriceRequest, { apply }, work));
  }

  rebuild(work: Work): Promise<RebuildResult> {
    return this.#ask(() => askForWork(this.#connection, rebuildRequest, {}, work));
  }

  price(question: PriceQuestion): Promise<ModelPrice | null> {
    return this.#ask(async () =>
      modelPriceSchema
        .nullable()
        .parse(await this.#connection.sendRequest(priceRequest, priceQuestionSchema.parse(question))),
    );
  }

  models(): Promise<PricedModel[]> {
    return this.#ask(async () => pricedModelsSchema.parse(await this.#connection.sendRequest(modelsRequest)));
  }

  updatePrices(address: string, work: Work): Promise<PriceUpdate> {
    return this.#ask(() => askForWork(this.#connection, updatePricesRequest, { address }, work));
  }

  takePrices(asked: TakePrices): Promise<TakenPrices> {
    return this.#ask(async () =>
      takenPricesSchema.parse(await this.#connection.sendRequest(takePricesRequest, takePricesSchema.parse(asked))),
    );
  }

  updateSettings(settings: EngineSettings): Promise<void> {
    return this.#ask(() =>
      this.#connection.sendNotification(settingsNotification, engineSettingsSchema.parse(settings)),
    );
  }

  async shutdown(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, shutdownMs);
    });
    try {
      await Promise.race([this.#connection.sendRequest(shutdownRequest), this.ended, timeout]);
    } catch {
      // It has gone, or it can't: either way it ends now.
    } finally {
      clearTimeout(timer);
      await this.#worker.terminate();
    }
  }

  async #ask<T>(send: () => Promise<T>): Promise<T> {
    const gone = this.#goneWhy();
    if (gone !== null) throw gone;
    try {
      return await send();
    } catch (error) {
      // The connection rejects what is pending when the port closes; our `exit` listener has run by then.
      throw this.#goneWhy() ?? error;
    }
  }

  #goneWhy(): EngineGone | null {
    return this.#endedWhy === null ? null : new EngineGone(this.#endedWhy);
  }

  #listen(listener: EngineListener): void {
    const onLog = (entry: LogEntry): void => listener.onLog(entry);
    const refuse = (what: string, error: z.ZodError): void =>
      onLog({ level: 'error', message: `The engine sent a malformed ${what}: ${z.prettifyError(error)}` });
    this.#connection.onNotification(snapshotNotification, (snapshot) => {
      const checked = meterSnapshotSchema.safeParse(snapshot);
      if (checked.success) listener.onSnapshot(checked.data);
      else refuse('snapshot', checked.error);
    });
    this.#connection.onNotification(budgetEventNotification, (event) => {
      const checked = budgetEventSchema.safeParse(event);
      if (checked.success) listener.onBudgetEvent(checked.data);
      else refuse('budget event', checked.error);
    });
    this.#connection.onNotification(logNotification, (entry) => {
      const checked = logEntrySchema.safeParse(entry);
      if (checked.success) onLog(checked.data);
      else refuse('log entry', checked.error);
    });
    this.#worker.on('messageerror', (error) =>
      onLog({ level: 'error', message: `Unreadable message: ${error.message}` }),
    );
    const output = (level: 'debug' | 'warn') => (chunk: Buffer) =>
      onLog({ level, message: chunk.toString().trimEnd() });
    this.#worker.stdout.on('data', output('debug'));
    this.#worker.stderr.on('data', output('warn'));
    this.#connection.listen();
  }
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
    const link = new WorkerLink(worker, listener);
    const abort = (): void => void link.shutdown();
    signal.addEventListener('abort', abort);
    try {
      if (signal.aborted) abort();
      const snapshot = await link.hello();
      if (snapshot !== null) listener.onSnapshot(snapshot);
      return link;
    } catch (error) {
      await worker.terminate();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };
}
