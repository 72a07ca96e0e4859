/** Tells what went wrong in a notification: errors only, each once in a window, and never again when so wished. */
import { l10n, window, type Disposable, type Memento } from 'vscode';
import { displayName } from '../contributions';
import type { Log } from './log';
import type { MeterModel } from './meterModel';
import type { MeterView } from './meterView';

const key = 'silencedProblems';

export class ProblemNotifier implements Disposable {
  readonly #log: Log;
  readonly #memento: Memento;
  readonly #listener: Disposable;
  readonly #told = new Set<string>();

  constructor(model: MeterModel, log: Log, memento: Memento) {
    this.#log = log;
    this.#memento = memento;
    this.#listener = model.onDidChange((view) => this.#look(view));
  }

  dispose(): void {
    this.#listener.dispose();
  }

  #look({ engine, snapshot }: MeterView): void {
    if (engine.kind === 'failed') this.#tell(`engine:${engine.reason}`, engine.reason);
    if (snapshot === null) return;
    for (const { id, severity, message } of snapshot.problems) {
      if (severity === 'error') this.#tell(id, message);
    }
  }

  #tell(id: string, message: string): void {
    if (this.#told.has(id)) return;
    this.#told.add(id);
    this.#log.error(message);
    const silenced = this.#memento.get<string[]>(key, []);
    if (!silenced.includes(id)) void this.#show(id, message);
  }

  async #show(id: string, message: string): Promise<void> {
    const showLog = l10n.t('Show Log');
    const silence = l10n.t('Don’t Show Again');
    const answer = await window.showErrorMessage(`${displayName}: ${message}`, showLog, silence);
    if (answer === showLog) this.#log.show();
    if (answer === silence) await this.#memento.update(key, [...this.#memento.get<string[]>(key, []), id].slice(-100));
  }
}
