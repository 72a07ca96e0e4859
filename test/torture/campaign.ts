/**
 * One data directory under torture: several windows, each a process of its own, growing logs, and the truth beside them.
 * A round does some of `actions.ts`, then waits until everything is answered and compares: every window's meter, `usage` by
 * day, model and project, and a sample of known calls that must be duplicates.
 */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Claims } from '../../src/engine/leadership/claims';
import type { ApiResult, ReportValue } from '../../src/protocol/api/api';
import { isolatedEnvironment } from '../support/isolation.mjs';
import { TestClock } from '../support/testClock.mjs';
import { Calls } from './calls';
import { SmallDisk } from './disk';
import type { Figures } from './figures';
import { Logs } from './logs';
import { Random } from './random';
import { reportOf, Truth, type Call } from './truth';
import { WindowGone, WindowProcess } from './windowProcess';

export const kinds = ['plain', 'long path', 'small disk'] as const;

/** What the product promised and did not keep. */
export class Broken extends Error {}

const patienceMs = 15_000;
const slowMs = 1_000;
const longestTakeoverMs = 2_000;
const dayMs = 86_400_000;

export interface CampaignOptions {
  seed: number;
  kind: (typeof kinds)[number];
  /** Made by this campaign. */
  folder: string;
  /** By `prepare.mjs`. */
  productDirectory: string;
  figures: Figures;
  /** Milliseconds a suspended window sleeps at most. */
  longestSleepMs?: number;
}

export class Campaign {
  readonly random: Random;
  readonly truth = new Truth();
  readonly calls: Calls;
  readonly logs: Logs;
  readonly figures: Figures;
  readonly dataDirectory: string;
  readonly environment: Record<string, string>;
  readonly disk: SmallDisk | null = null;
  /** Whether this round did something after which agreement may take longer. */
  disturbed = false;
  readonly clock = TestClock.going();
  /** How far a jump has put the windows' clocks from that. */
  clockOffsetMs = 0;
  /** Nobody can take the lead while there is not a byte left. */
  diskIsFull = false;
  /** The actions of this round. */
  done: string[] = [];
  /** While no window is up: calls in logs that may not have been read. */
  unread: ReadonlySet<string> = new Set();
  windows: WindowProcess[] = [];
  private readonly flights = new Set<Promise<void>>();
  private unanswered: Call[][] = [];
  private refused: Call[] = [];
  private readonly told: Call[] = [];
  private broken: unknown = null;
  private trouble: string | null = null;
  /** Keys of log lines that the ledger is known to have. */
  private settled = new Set<string>();
  private lastChangeMs = 0;
  private started = 0;
  private wake: () => void = () => undefined;

  constructor(readonly options: CampaignOptions) {
    const { seed, kind, folder, figures } = options;
    this.random = new Random(seed);
    this.figures = figures;
    this.environment = isolatedEnvironment(folder);
    mkdirSync(path.join(folder, 'logs'));
    // A directory that comes into being is only looked for every few seconds.
    mkdirSync(path.join(this.environment['CLAUDE_CONFIG_DIR'] ?? '', 'projects'), { recursive: true });
    const data = path.join(folder, 'data');
    this.dataDirectory =
      kind === 'long path' ? path.join(data, 'a'.repeat(60), 'b'.repeat(60)) : path.join(data, 'ledger');
    if (kind === 'small disk') this.disk = SmallDisk.mount(data);
    this.calls = new Calls(this.random, String(seed), this.clock.now);
    this.logs = new Logs(this.environment['CLAUDE_CONFIG_DIR'] ?? '', this.random, this.calls, this.truth);
  }

  get clockAheadMs(): number {
    return this.clock.aheadMs + this.clockOffsetMs;
  }

  get awake(): WindowProcess[] {
    return this.windows.filter(({ awake }) => awake);
  }

  get wasmPath(): string {
    return path.join(this.options.productDirectory, 'sql-wasm.wasm');
  }

  start(dataDirectory = this.dataDirectory): WindowProcess {
    const { folder, productDirectory } = this.options;
    const window = new WindowProcess({
      dataDirectory,
      distDirectory: productDirectory,
      logFile: path.join(folder, 'logs', `window-${++this.started}.log`),
      environment: this.environment,
      clockAheadMs: this.clockAheadMs,
      onTrouble: (message) => (this.trouble ??= message),
      onMeter: () => this.wake(),
    });
    if (dataDirectory === this.dataDirectory) this.windows.push(window);
    return window;
  }

  async lead(): Promise<WindowProcess | undefined> {
    const claim = await new Claims(this.dataDirectory).highest();
    return this.windows.find(({ pid, alive }) => alive && pid === claim?.pid);
  }

  /** Sends a report and does not wait; `settle` does. */
  report(calls: Call[], window = this.random.pick(this.awake)): void {
    const flight = this.tell(calls, window)
      .catch((error: unknown) => void (this.broken ??= error))
      .finally(() => this.flights.delete(flight));
    this.flights.add(flight);
  }

  changed(): void {
    this.lastChangeMs = performance.now();
  }

  tookOver(how: 'killed' | 'hung', ms: number): void {
    this.figures.measure(how, ms);
    if (ms <= longestTakeoverMs) return;
    this.figures.slow.push(
      `${Math.round(ms)} ms to take over (${how}) at ${this.clock.iso()}, seed ${this.options.seed}: ${this.done.join('; ')}`,
    );
  }

  /** Milliseconds until one of the windows answers a call. */
  async untilAnswered(windows: readonly WindowProcess[]): Promise<number> {
    const startMs = performance.now();
    const answers = windows.map(async (window) => {
      let answer = await window.api('status');
      // Who found the disk full tries again every two seconds.
      while (!answer.ok && answer.error.code === 'storage_unavailable' && this.disk !== null && window.awake) {
        await sleep(100);
        answer = await window.api('status');
      }
      if (!answer.ok) throw new Broken(`status was answered with ${JSON.stringify(answer.error)}`);
    });
    try {
      await Promise.any(answers);
    } catch (error) {
      // Its own text says only that there was none.
      if (!(error instanceof AggregateError)) throw error;
      const each = windows.map(({ pid }, place) => `window ${pid}: ${String(error.errors[place])}`);
      throw new Broken(`no window answered:\n${each.join('\n')}`, { cause: error });
    }
    return performance.now() - startMs;
  }

  async flown(): Promise<void> {
    while (this.flights.size > 0) await Promise.all(this.flights);
    if (this.broken instanceof Error) throw this.broken;
  }

  /** To be asked again: refused calls may be there all the same, where the disk did not even let them be taken back. */
  refuse(calls: readonly Call[]): void {
    this.refused.push(...calls);
  }

  /** Everything that was asked is answered, by a retry where a window died before it answered. */
  async settle(): Promise<void> {
    for (const window of this.windows) if (window.suspended) window.resume();
    this.windows = this.windows.filter(({ alive }) => alive);
    if (this.windows.length === 0) this.start();
    await this.flown();
    this.disk?.free();
    while (this.unanswered.length + this.refused.length > 0) {
      for (const calls of [...this.unanswered.splice(0), ...this.refused.splice(0).map((call) => [call])]) {
        this.figures.count('reports asked again');
        this.report(calls);
      }
      await this.flown();
    }
  }

  async verify(): Promise<void> {
    if (this.disturbed) await Promise.all(this.awake.map((window) => window.api('status')));
    if (this.disturbed) this.changed();
    await this.agree();
    const window = this.random.pick(this.awake);
    await this.compareUsage(window);
    await this.repeatKnown(window);
    this.logs.settle();
    this.settled = new Set([...this.truth.all()].map(([key]) => key));
    if (this.trouble !== null) throw new Broken(`a window's process said: ${this.trouble}`);
  }

  async compareUsage(window: WindowProcess): Promise<void> {
    const on = (offsetMs: number): string => this.clock.iso(offsetMs).slice(0, 10);
    const range = { from: on(-70 * dayMs), to: on(2 * dayMs), groupBy: ['day', 'model', 'project'], limit: 100_000 };
    const answer = await window.api('usage', range);
    if (!answer.ok) throw new Broken(`usage was answered with ${JSON.stringify(answer.error)}`);
    const wrong = this.truth.differences(answer.value.rows);
    if (wrong.length > 0)
      throw new Broken(`usage differs from the truth in ${wrong.length} groups:\n${wrong.slice(0, 20).join('\n')}`);
  }

  async end(): Promise<void> {
    await Promise.all(this.windows.map((window) => window.kill()));
    await this.flown().catch(() => undefined);
  }

  /** With nobody to ask: what is unanswered stays so until there is. Log lines that nobody may have read are noted. */
  async settleWithoutWindows(): Promise<void> {
    await this.flown();
    this.windows = [];
    this.unread = new Set([...this.truth.all()].map(([key]) => key).filter((key) => !this.settled.has(key)));
  }

  remove(): void {
    this.disk?.unmount();
    rmSync(this.options.folder, { recursive: true, force: true });
  }

  private async tell(calls: Call[], window: WindowProcess): Promise<void> {
    const reports = calls.map(reportOf);
    let answer: ApiResult<ReportValue>;
    try {
      answer = await window.api('report', reports.length === 1 ? reports[0] : reports);
    } catch (error) {
      if (!(error instanceof WindowGone) && !window.leaving)
        throw new Broken(`a report was answered with ${String(error)}`);
      this.unanswered.push(calls);
      return;
    }
    if (answer.ok) {
      for (const call of calls) this.truth.take(call);
      this.told.push(...calls.slice(0, 20));
      this.changed();
    } else if (answer.error.code === 'storage_unavailable' && this.disk !== null) {
      this.figures.count('reports refused by a full disk', calls.length);
      this.refuse(calls);
      await sleep(50);
    } else if (window.leaving) {
      this.unanswered.push(calls);
    } else {
      throw new Broken(`a report was answered with ${JSON.stringify(answer.error)}`);
    }
  }

  /** Until every window's meter shows the truth. */
  private async agree(): Promise<void> {
    const sums = new Map<string, { events: number; costUsd: number }>();
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const wrong = this.awake.flatMap((window) => this.wrongMeter(window, sums));
      if (wrong.length === 0) break;
      if (performance.now() > deadline) {
        throw new Broken(
          `the meters don't show ${this.truth.size} events within ${patienceMs} ms:\n${wrong.join('\n')}`,
        );
      }
      await Promise.race([new Promise<void>((resolve) => (this.wake = resolve)), sleep(500)]);
    }
    const ms = performance.now() - this.lastChangeMs;
    this.figures.measure(this.disturbed ? 'disturbed' : 'calm', ms);
    if (ms > slowMs) this.figures.slow.push(`${Math.round(ms)} ms, seed ${this.options.seed}: ${this.done.join('; ')}`);
  }

  private wrongMeter({ meter, pid }: WindowProcess, sums: Map<string, { events: number; costUsd: number }>): string[] {
    if (meter === null) return [`window ${pid} shows nothing`];
    const { day, today, ledgerOpen, ledgerEvents, problems } = meter;
    const name = `${day.startMs} ${day.endMs}`;
    let expected = sums.get(name);
    if (expected === undefined) {
      const { events, costNanos } = this.truth.between(day.startMs, day.endMs);
      expected = { events, costUsd: costNanos / 1e9 };
      sums.set(name, expected);
    }
    const { events, costUsd } = today.total;
    const isRight =
      ledgerOpen &&
      ledgerEvents === this.truth.size &&
      events === expected.events &&
      costUsd === expected.costUsd &&
      problems.length === 0;
    if (isRight) return [];
    const seen = JSON.stringify({ ledgerOpen, ledgerEvents, events, costUsd, problems });
    return [`window ${pid} shows ${seen}; today is ${JSON.stringify(expected)}`];
  }

  /** What was acknowledged is known, whoever is asked. */
  private async repeatKnown(window: WindowProcess): Promise<void> {
    if (this.told.length === 0) return;
    const known = Array.from({ length: 30 }, () => this.random.pick(this.told));
    const answer = await window.api('report', known.map(reportOf));
    if (!answer.ok) throw new Broken(`known calls were answered with ${JSON.stringify(answer.error)}`);
    if (answer.value.accepted > 0) throw new Broken(`${answer.value.accepted} acknowledged calls are new again`);
    this.figures.count('acknowledged calls reported again, all known', known.length);
  }
}
