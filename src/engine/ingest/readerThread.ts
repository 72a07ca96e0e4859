/**
 * The log reader's thread: scans all logs, then follows what changes. Reads ahead of the engine by a few batches at most.
 */
import type { SourceProgress, WireBatch } from '../../protocol/reader';
import type { SourceSwitches } from '../../protocol/vocabulary';
import type { ProjectNames } from '../../sources/projects';
import { sources } from '../../sources/list';
import { machineOf } from '../../sources/machine';
import type { DatabaseOpener } from '../../sources/reading/databaseFile';
import type { FieldScanner } from '../../sources/reading/fieldScanner';
import { realFileSystem } from '../../sources/reading/fileSystem';
import { Scan } from '../../sources/reading/scan';
import type { LogFile } from '../../sources/reading/walk';
import type { Source } from '../../sources/source';
import { Watches } from '../../sources/reading/watches';
import { mostUnaccepted, type FromReader, type ReaderBirth, type ToReader } from './messages';
import { Signal } from './signal';
import { SourceState } from './sourceState';

const debounceMs = 10;
const quickPollMs = 5_000;
const progressEveryMs = 100;
const defaultPollMs = 60_000;

export class ReaderThread {
  private readonly scan: Scan;
  private readonly watches: Watches;
  private readonly signal = new Signal();
  private states: SourceState[] = [];
  /** Whether it is known what was read before. */
  private begun = false;
  private unaccepted = 0;
  private paused = false;
  /** Changes with whatever makes the scan under way pointless. */
  private generation = 0;
  private wantsScan = true;
  private refreshes: number[] = [];
  private touched = new Set<string>();
  private dirty = new Set<string>();
  private debounce: NodeJS.Timeout | undefined;
  private lastProgress = '';
  private progressAtMs = 0;

  constructor(
    private readonly birth: ReaderBirth,
    scanner: FieldScanner | null,
    projects: ProjectNames,
    databases: DatabaseOpener,
    /** `memory` changes hands. */
    private readonly send: (message: FromReader, memory?: readonly ArrayBuffer[]) => void,
  ) {
    this.scan = new Scan(realFileSystem, scanner, projects, databases);
    this.watches = new Watches(birth.platform, (path) => this.touch(path));
    this.turn(birth.switches);
    const { pollMs = defaultPollMs } = birth;
    setInterval(() => this.wantScan(), pollMs);
    setInterval(() => this.quickPoll(), Math.min(quickPollMs, pollMs));
  }

  /** Never ends; rejects on a bug only, which ends the thread. */
  async run(): Promise<never> {
    for (;;) {
      await this.signal.until(() => !this.paused && (this.wantsScan || this.dirty.size > 0));
      if (this.wantsScan) await this.scanAll();
      else await this.readDirty();
    }
  }

  receive(message: ToReader): void {
    switch (message.kind) {
      case 'begin':
        this.scan.goOnFrom(message.cursors);
        this.begun = true;
        break;
      case 'accepted':
        this.unaccepted--;
        break;
      case 'refresh':
        this.refreshes.push(message.id);
        this.paused = false;
        this.wantsScan = true;
        break;
      case 'pause':
        this.paused = true;
        this.generation++;
        this.endRefreshes(this.refreshes.splice(0));
        this.tell();
        break;
      case 'resume':
        this.paused = false;
        this.wantsScan = true;
        break;
      case 'turn':
        this.turn(message.switches);
        break;
    }
    this.signal.raise();
  }

  private turn(switches: SourceSwitches): void {
    const wanted = sources.filter(({ id }) => switches[id] !== false);
    if (wanted.length === this.states.length && wanted.every((source) => this.stateOf(source) !== undefined)) return;
    const machine = machineOf(this.birth.environment, this.birth.platform);
    this.states = wanted.map((source) => this.stateOf(source) ?? new SourceState(source, machine, this.watches));
    this.generation++;
    this.wantsScan = true;
    this.retainWatches();
  }

  private async scanAll(): Promise<void> {
    const refreshes = this.refreshes.splice(0);
    this.wantsScan = false;
    this.dirty.clear();
    const { states } = this;
    for (const { walk } of states) walk.all();
    await this.signal.until(() => this.begun);
    let complete = true;
    for (const state of states) complete = complete && (await this.readAll(state));
    if (!complete) {
      this.wantsScan = true;
      if (this.paused) this.endRefreshes(refreshes);
      else this.refreshes.push(...refreshes);
      this.tell();
      return;
    }
    this.scan.retainProblems(this.states.flatMap(({ walk }) => [...walk.files.values()]));
    this.retainWatches();
    this.tell();
    if (refreshes.length === 0) return;
    await this.signal.until(() => this.unaccepted === 0 || this.paused);
    this.endRefreshes(refreshes);
  }

  private async readAll(state: SourceState): Promise<boolean> {
    const files = this.scan.changed(state.walk.files.values());
    if (files.length === 0) return true;
    state.scan = this.scan.extent(files);
    this.tell();
    const { generation } = this;
    const complete = await this.read(files, state.scan);
    // Read is what the ledger has, not what is on its way there.
    if (complete) await this.signal.until(() => this.unaccepted === 0 || this.generation !== generation);
    state.scan = null;
    return complete;
  }

  private async readDirty(): Promise<void> {
    const paths = [...this.dirty];
    this.dirty.clear();
    const found = new Map<string, LogFile>();
    for (const { walk } of this.states) {
      for (const path of paths) for (const file of walk.again(path)) found.set(file.path, file);
    }
    const files = this.scan.changed(found.values());
    if (!(await this.read(files, this.scan.extent(files)))) this.wantsScan = true;
    this.tell();
  }

  /** False when it was interrupted. */
  private async read(files: readonly LogFile[], progress: SourceState['scan'] & object): Promise<boolean> {
    const { generation } = this;
    const batches = this.scan.read(files, progress);
    for (;;) {
      await this.signal.until(() => this.unaccepted < mostUnaccepted || this.generation !== generation);
      if (this.generation !== generation) {
        batches.return();
        return false;
      }
      const next = batches.next();
      if (next.done === true) return true;
      if (next.value instanceof Promise) await next.value;
      else if (next.value !== null) this.deliver(next.value);
      if (performance.now() - this.progressAtMs >= progressEveryMs) this.tell();
      // Lets messages in.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private deliver(batch: WireBatch): void {
    this.unaccepted++;
    this.send({ kind: 'batch', batch }, [batch.events.numbers.buffer]);
  }

  private touch(path: string): void {
    this.touched.add(path);
    this.debounce ??= setTimeout(() => {
      this.debounce = undefined;
      this.dirty = new Set([...this.dirty, ...this.touched]);
      this.touched.clear();
      this.signal.raise();
    }, debounceMs);
  }

  private wantScan(): void {
    this.wantsScan = true;
    this.signal.raise();
  }

  /** Roots that have come into being, and whatever went wrong, don't wait for the slow poll. */
  private quickPoll(): void {
    const troubled = this.watches.areTroubled || this.scan.problems.size > 0;
    if (troubled || this.states.some(({ walk }) => walk.problems.size > 0 || walk.rootsChanged())) this.wantScan();
  }

  private retainWatches(): void {
    this.watches.retain(new Set(this.states.flatMap(({ walk }) => [...walk.directories])));
  }

  private endRefreshes(ids: readonly number[]): void {
    for (const id of ids) this.send({ kind: 'refreshed', id });
  }

  /** `undefined`: turned off. */
  private stateOf(source: Source): SourceState | undefined {
    return this.states.find((candidate) => candidate.source === source);
  }

  private tell(): void {
    this.progressAtMs = performance.now();
    for (const [what, count] of this.scan.skipped) {
      this.send({ kind: 'log', level: 'info', message: `skipped ${count} times: ${what}` });
    }
    this.scan.skipped.clear();
    const progress = sources.map((source): SourceProgress => {
      const state = this.stateOf(source);
      if (state !== undefined) return state.progress(this.paused, this.scan, this.watches);
      return { source: source.id, label: source.label, state: 'disabled', files: 0, scan: null, problems: [] };
    });
    const text = JSON.stringify(progress);
    if (text === this.lastProgress) return;
    this.lastProgress = text;
    this.send({ kind: 'progress', progress });
  }
}
