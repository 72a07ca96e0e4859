/** An engine thread as a window has it, without a window: for tests and benchmarks in plain Node. */
import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import * as path from 'node:path';
import { linkTo } from '../../src/host/engine/engineWorker';
import type { EngineLink, EngineListener } from '../../src/host/engine/engineLink';
import type { ApiCommand, ApiResult, ApiValues } from '../../src/protocol/api/api';
import type { BudgetEvent } from '../../src/protocol/api/budgetApi';
import type { PriceUpdate, TakePrices, TakenPrices } from '../../src/protocol/prices/priceFeed';
import type { EngineSettings } from '../../src/protocol/rpc';
import type { MeterSnapshot } from '../../src/protocol/snapshot';
import { threadLimits } from '../../src/shared/node/threadLimits';
import type { RebuildResult, RepriceResult, Work } from '../../src/protocol/work';
import type { EngineWorkerData } from '../../src/protocol/workerData';
import { TestClock, type ClockedData } from './testClock.mjs';

export interface TestEngineOptions {
  dataDirectory: string;
  /** Where `dist/` is. */
  distDirectory: string;
  environment: Record<string, string>;
  timezone?: string;
  claudeCode?: boolean;
  /** In place of `claudeCode`. */
  sources?: EngineSettings['sources'];
  /** Default: none that exists. */
  configFile?: string;
  configFileChosen?: boolean;
  workspaces?: EngineSettings['workspaces'];
  sessionStartMs?: number;
  /** Of the extension. */
  version?: string;
  /** Default: one of its own that stands. Null: the machine's, with nothing between the window and the engine as it ships. */
  clock?: TestClock | null;
  /** The script that gives the engine its clock. */
  withClock?: string;
  /** Default: in the ledger's folder, which the test removes. */
  compiledFolder?: string;
  prices?: EngineSettings['prices'];
}

export class TestEngine {
  readonly log: string[] = [];
  readonly budgetEvents: BudgetEvent[] = [];
  readonly window = randomUUID();
  readonly sessionStartMs: number;
  readonly clock: TestClock;
  latest: MeterSnapshot | null = null;
  /** How many came. */
  snapshots = 0;
  private readonly worker: Worker;
  private readonly link: EngineLink;
  private readonly listeners = new Set<() => void>();

  constructor(options: TestEngineOptions) {
    const settings: EngineSettings = {
      timezone: options.timezone ?? 'UTC',
      sources: options.sources ?? { 'claude-code': options.claudeCode ?? true },
      configFile: options.configFile ?? path.join(options.dataDirectory, 'no-config.yaml'),
      configFileChosen: options.configFileChosen ?? false,
      prices: options.prices ?? { update: 'off', url: '' },
      workspaces: options.workspaces ?? [],
    };
    this.clock = options.clock ?? (options.clock === null ? TestClock.going(Date.now()) : TestClock.standing());
    this.sessionStartMs = options.sessionStartMs ?? this.clock.now();
    const engine = path.join(options.distDirectory, 'engine.js');
    const data: EngineWorkerData & ClockedData = {
      dataDirectory: options.dataDirectory,
      settings,
      hello: {
        window: this.window,
        sessionStartMs: this.sessionStartMs,
        version: options.version ?? '0.1.0',
        editor: 'test',
      },
      environment: options.environment,
      wasmPath: path.join(options.distDirectory, 'sql-wasm.wasm'),
      readerPath: path.join(options.distDirectory, 'reader.js'),
      clock: this.clock.shared,
      engine,
      compiledFolder: options.compiledFolder ?? path.join(options.dataDirectory, 'compiled-in-test', 'now'),
    };
    const withClock =
      options.withClock ?? path.join(options.distDirectory, '..', 'test', 'support', 'engineWithClock.mjs');
    this.worker = new Worker(options.clock === null ? engine : withClock, {
      workerData: data,
      resourceLimits: threadLimits,
    });
    this.worker.on('error', (error) => this.log.push(`error crashed: ${String(error)}`));
    const listener: EngineListener = {
      onLog: ({ level, message }) => this.log.push(`${level} ${message}`),
      onSnapshot: (snapshot) => {
        this.latest = snapshot;
        this.snapshots++;
        for (const listener of [...this.listeners]) listener();
      },
      onBudgetEvent: (event) => {
        this.budgetEvents.push(event);
        for (const listener of [...this.listeners]) listener();
      },
    };
    // A test waits for as long as it takes.
    const link = linkTo(this.worker, listener, 600_000);
    this.link = link;
    link.hello().catch(() => undefined);
  }

  async api<C extends ApiCommand>(command: C, argument?: unknown): Promise<ApiResult<ApiValues[C]>> {
    return (await this.link.ask('api', { command, argument })) as ApiResult<ApiValues[C]>;
  }

  refresh(): Promise<MeterSnapshot> {
    return this.link.ask('refresh', {});
  }

  look(): Promise<void> {
    return this.link.look();
  }

  pauseImport(): Promise<null> {
    return this.link.ask('pauseImport', {});
  }

  reprice(apply: boolean, work?: Work): Promise<RepriceResult> {
    return this.link.ask('reprice', { apply }, work);
  }

  rebuild(work?: Work): Promise<RebuildResult> {
    return this.link.ask('rebuild', {}, work);
  }

  updatePrices(address: string, work?: Work): Promise<PriceUpdate> {
    return this.link.ask('updatePrices', { address }, work);
  }

  takePrices(asked: TakePrices): Promise<TakenPrices> {
    return this.link.ask('takePrices', asked);
  }

  setSettings(settings: EngineSettings): Promise<void> {
    return this.link.updateSettings(settings);
  }

  /** The first snapshot, now or later, of which `condition` holds. */
  until(condition: (snapshot: MeterSnapshot) => boolean, ms = 60_000): Promise<MeterSnapshot> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (this.latest === null || !condition(this.latest)) return;
        this.listeners.delete(check);
        clearTimeout(timer);
        resolve(this.latest);
      };
      const timer = setTimeout(() => {
        this.listeners.delete(check);
        reject(
          new Error(`not within ${ms} ms; last snapshot: ${JSON.stringify(this.latest)}; log:\n${this.log.join('\n')}`),
        );
      }, ms);
      this.listeners.add(check);
      check();
    });
  }

  /** Until every source has read all there is. */
  untilRead(ms = 60_000): Promise<MeterSnapshot> {
    return this.until(
      ({ sources, import: running }) =>
        running === null && sources.length > 0 && sources.every(({ state }) => state !== 'reading'),
      ms,
    );
  }

  async shutdown(): Promise<void> {
    await this.link.shutdown();
    await this.link.ended;
  }

  /** As when the window is gone at once. */
  async kill(): Promise<void> {
    await this.worker.terminate();
    await this.link.ended;
  }
}
