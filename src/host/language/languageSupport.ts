/**
 * Starts the language server when a configuration is opened, or a command needs it, and not before; keeps it told of what
 * every budget and quota has used. Restarts it when the user's file moves.
 */
import { env, workspace, type CancellationToken, type Disposable } from 'vscode';
import type { LiveUses } from '../../protocol/language';
import type { MeterSnapshot } from '../../protocol/snapshot';
import { isConfiguration, userConfigurationUri } from './languageFiles';
import type { LanguageConnection, Prices } from './languageClient';
import type { Log } from '../log';
import type { MeterModel } from '../meter/meterModel';
import { changed, readSetting } from '../settings';

/** `resets in 9 h` gets older without anything happening. */
const tellEveryMs = 60_000;

export interface LanguageSupportOptions {
  /** The server's bundle. */
  module: string;
  model: MeterModel;
  prices: Prices;
  log: Log;
  now: () => number;
}

export class LanguageSupport implements Disposable {
  readonly #options: LanguageSupportOptions;
  readonly #disposables: Disposable[];
  #connection: Promise<LanguageConnection> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #told = '';
  #disposed = false;

  constructor(options: LanguageSupportOptions) {
    this.#options = options;
    this.#disposables = [
      workspace.onDidOpenTextDocument((document) => this.#startFor([document])),
      options.model.onDidChange(() => this.#tell()),
      workspace.onDidGrantWorkspaceTrust(() => {
        this.#connection?.then((connection) => connection.tellTrusted()).catch(() => undefined);
      }),
      workspace.onDidChangeConfiguration((event) => {
        if (changed(event, 'configFile')) void this.#restart();
      }),
    ];
  }

  /** For configurations that were open before we were. */
  start(): void {
    this.#startFor(workspace.textDocuments);
  }

  /** Asks the server, which is started if need be; rejects when it can't be. */
  async ask(method: string, parameters: unknown, token?: CancellationToken): Promise<unknown> {
    return (await this.#running()).ask(method, parameters, token);
  }

  /** VS Code waits for it: the server ends with us. */
  async stop(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    clearInterval(this.#timer);
    try {
      await connection?.then((running) => running.stop());
    } catch (error) {
      // One that could not be started said so then.
      this.#options.log.debug(`The language server did not end well: ${String(error)}`);
    }
  }

  dispose(): void {
    this.#disposed = true;
    for (const disposable of this.#disposables) disposable.dispose();
    void this.stop();
  }

  #startFor(documents: readonly Parameters<typeof isConfiguration>[0][]): void {
    if (this.#connection !== null) return;
    const setting = readSetting('configFile');
    if (!documents.some((document) => isConfiguration(document, setting))) return;
    this.#running().catch(() => undefined);
  }

  #running(): Promise<LanguageConnection> {
    if (this.#disposed) return Promise.reject(new Error('the window is closing'));
    if (this.#connection === null) {
      const connection = this.#connect();
      this.#connection = connection;
      connection.then(
        () => this.#tellNowAndThen(connection),
        () => {
          if (this.#connection === connection) this.#connection = null;
        },
      );
    }
    return this.#connection;
  }

  /** Unless it was stopped while it came up. */
  #tellNowAndThen(connection: Promise<LanguageConnection>): void {
    if (this.#connection !== connection) return;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tell(true), tellEveryMs);
    this.#tell();
  }

  async #connect(): Promise<LanguageConnection> {
    try {
      const { startLanguageClient } = await import('./languageClient');
      const { module, prices } = this.#options;
      const connection = await startLanguageClient(module, userConfigurationUri(readSetting('configFile')), prices);
      return await this.#tellFirst(connection);
    } catch (error) {
      this.#options.log.error(`The language server can't be started: ${String(error)}`);
      throw error;
    }
  }

  /** Before it is asked anything. */
  async #tellFirst(connection: LanguageConnection): Promise<LanguageConnection> {
    const uses = this.#uses();
    this.#told = JSON.stringify(uses.uses);
    try {
      await connection.tell(uses);
      return connection;
    } catch (error) {
      await connection.stop().catch(() => undefined);
      throw error;
    }
  }

  async #restart(): Promise<void> {
    const wasRunning = this.#connection !== null;
    await this.stop();
    if (this.#disposed) return;
    if (wasRunning) await this.#running().catch(() => undefined);
    else this.start();
  }

  #tell(always = false): void {
    if (this.#connection === null) return;
    const uses = this.#uses();
    const key = JSON.stringify(uses.uses);
    if (!always && key === this.#told) return;
    this.#told = key;
    this.#connection.then((connection) => connection.tell(uses)).catch(() => undefined);
  }

  #uses(): LiveUses {
    const { view } = this.#options.model;
    return liveUses(view.live ? view.snapshot : null, env.language, this.#options.now());
  }
}

/** What every budget and quota has used, from the engine's snapshot, for the language server. */
export function liveUses(snapshot: MeterSnapshot | null, language: string, nowMs: number): LiveUses {
  const uses = (snapshot?.limits ?? []).map(({ id, label, measure, used, percent, resetsAtMs, source, asOfMs }) => ({
    id,
    label,
    measure,
    used,
    percent,
    resetsAtMs,
    source,
    asOfMs,
  }));
  return { asOfMs: nowMs, language, uses };
}
