/**
 * What this window knows: the engine's state, and the latest snapshot, remembered across windows so that the meter
 * has figures before the engine runs. Owns when a day is over.
 */
import { EventEmitter, type Disposable, type Memento } from 'vscode';
import type { MeterSnapshot } from '../../protocol/snapshot';
import { snapshotVersion } from '../../protocol/vocabulary';
import type { EngineClient } from '../engine/engineClient';
import type { MeterView } from './meterView';
import { dayMs } from '../../shared/time';

/** Only what the same version of the extension wrote is trusted to have the shape of its snapshot. */
interface Remembered {
  extensionVersion: string;
  snapshotVersion: number;
  snapshot: MeterSnapshot;
}

const key = 'lastSnapshot';
const rememberEveryMs = 5000;
const longestWaitMs = dayMs;
const retryMs = 60_000;

export interface MeterModelOptions {
  client: EngineClient;
  memento: Memento;
  extensionVersion: string;
  now: () => number;
}

export class MeterModel implements Disposable {
  readonly #options: MeterModelOptions;
  readonly #changed = new EventEmitter<MeterView>();
  readonly onDidChange = this.#changed.event;
  readonly #listeners: Disposable[];
  #view: MeterView;
  #rememberTimer: NodeJS.Timeout | undefined;
  #dayTimer: NodeJS.Timeout | undefined;

  constructor(options: MeterModelOptions) {
    this.#options = options;
    const { client, memento, extensionVersion } = options;
    const remembered = memento.get<Remembered>(key);
    const isOurs = remembered?.extensionVersion === extensionVersion && remembered.snapshotVersion === snapshotVersion;
    const snapshot = isOurs ? remembered.snapshot : null;
    this.#view = { engine: client.state, snapshot, live: false };
    this.#listeners = [
      // Figures of an engine that has gone are the last known, not the present.
      client.onDidChangeState((engine) =>
        this.#show({ ...this.#view, engine, live: this.#view.live && engine.kind === 'ready' }),
      ),
      client.onDidReceiveSnapshot((arrived) => this.#receive(arrived)),
    ];
  }

  get view(): MeterView {
    return this.#view;
  }

  dispose(): void {
    clearTimeout(this.#dayTimer);
    clearTimeout(this.#rememberTimer);
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
  }

  /** This window's session and what ran or failed in it mean nothing to the next one. */
  async remember(): Promise<void> {
    clearTimeout(this.#rememberTimer);
    this.#rememberTimer = undefined;
    const { snapshot } = this.#view;
    if (snapshot === null || !snapshot.ledgerOpen || !this.#view.live) return;
    const remembered: Remembered = {
      extensionVersion: this.#options.extensionVersion,
      snapshotVersion: snapshot.version,
      snapshot: { ...snapshot, import: null, problems: [] },
    };
    await this.#options.memento.update(key, remembered);
  }

  #show(view: MeterView): void {
    this.#view = view;
    this.#changed.fire(view);
  }

  #receive(snapshot: MeterSnapshot): void {
    const engine = this.#options.client.state;
    const last = this.#view.snapshot;
    if (!snapshot.ledgerOpen && last !== null) {
      // What was known stays known while the ledger can't be opened; why it can't is new.
      const { problems, sources } = snapshot;
      this.#show({ engine, snapshot: { ...last, problems, sources }, live: false });
      return;
    }
    this.#show({ engine, snapshot, live: true });
    this.#rememberTimer ??= setTimeout(() => void this.remember().catch(() => undefined), rememberEveryMs);
    this.#awaitDayEnd(snapshot.day);
  }

  /** At midnight today's figure is void at once; the engine is asked for the new day's until it has them. */
  #awaitDayEnd(day: MeterSnapshot['day']): void {
    clearTimeout(this.#dayTimer);
    const leftMs = day.endMs - this.#options.now();
    this.#dayTimer = setTimeout(
      () => {
        this.#show(this.#view);
        this.#options.client.look().catch(() => undefined);
        this.#awaitDayEnd(day);
      },
      // A clock set back makes the day's end too far for a timer.
      leftMs > 0 ? Math.min(leftMs + 50, longestWaitMs) : retryMs,
    );
  }
}
