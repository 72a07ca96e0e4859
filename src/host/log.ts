/** The output channel: what the engine and the host have to say, never what a prompt said. */
import { window, type Disposable, type LogOutputChannel } from 'vscode';
import { displayName } from '../contributions';
import type { LogEntry } from '../protocol/rpc';

export class Log implements Disposable {
  readonly #channel: LogOutputChannel = window.createOutputChannel(displayName, { log: true });

  write({ level, message }: LogEntry): void {
    this.#channel[level](message);
  }

  debug(message: string): void {
    this.#channel.debug(message);
  }

  warn(message: string): void {
    this.#channel.warn(message);
  }

  error(message: string): void {
    this.#channel.error(message);
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#channel.dispose();
  }
}
