/**
 * Tells what went wrong in a notification. Errors: each once in a window, and never again when so wished. What the
 * ledger recovered from: once for the user, in whichever window has the focus, with the way to what was kept.
 */
import { commands as vscodeCommands, Disposable, l10n, window, type Memento } from 'vscode';
import { commands, displayName } from '../../contributions';
import type { Log } from '../log';
import type { MeterModel } from '../meter/meterModel';
import type { MeterView } from '../meter/meterView';
import { errorShownMs, warningShownMs, type OneAtATime } from './oneAtATime';

const silencedKey = 'silencedProblems';
const toldKey = 'toldRecoveries';
const mostRemembered = 100;
/** Ids of problems that are over: the ledger was repaired. */
const recovery = 'ledger.';

export class ProblemNotifier implements Disposable {
  readonly #log: Log;
  readonly #memento: Memento;
  readonly #listener: Disposable;
  readonly #told = new Set<string>();
  readonly #notifications: OneAtATime;

  constructor(model: MeterModel, log: Log, memento: Memento, notifications: OneAtATime) {
    this.#notifications = notifications;
    this.#log = log;
    this.#memento = memento;
    this.#listener = Disposable.from(
      model.onDidChange((view) => this.#look(view)),
      window.onDidChangeWindowState(() => this.#look(model.view)),
    );
  }

  dispose(): void {
    this.#listener.dispose();
  }

  #look({ engine, snapshot }: MeterView): void {
    if (engine.kind === 'failed') this.#tell(`engine:${engine.reason}`, engine.reason);
    if (snapshot === null) return;
    for (const { id, severity, message } of snapshot.problems) {
      if (severity === 'error') this.#tell(id, message);
      else if (id.startsWith(recovery) && window.state.focused) this.#tellRecovery(id, message);
    }
  }

  #tell(id: string, message: string): void {
    if (this.#told.has(id)) return;
    this.#told.add(id);
    this.#log.error(message);
    if (this.#remembered(silencedKey).includes(id)) return;
    this.#notifications.next(() =>
      Promise.resolve({ answered: this.#showError(id, message), longestMs: errorShownMs }),
    );
  }

  #tellRecovery(id: string, message: string): void {
    if (this.#told.has(id)) return;
    this.#told.add(id);
    this.#log.error(message);
    if (this.#remembered(toldKey).includes(id)) return;
    // At once: another window may look next.
    const remembered = this.#remember(toldKey, id);
    this.#notifications.next(async () => {
      await remembered;
      return { answered: this.#showRecovery(message), longestMs: warningShownMs };
    });
  }

  async #showError(id: string, message: string): Promise<void> {
    const showLog = l10n.t('Show Log');
    const silence = l10n.t('Don’t Show Again');
    const answer = await window.showErrorMessage(`${displayName}: ${message}`, showLog, silence);
    if (answer === showLog) this.#log.show();
    if (answer === silence) await this.#remember(silencedKey, id);
  }

  async #showRecovery(message: string): Promise<void> {
    const openFolder = l10n.t('Open Ledger Folder');
    const showLog = l10n.t('Show Log');
    const answer = await window.showWarningMessage(`${displayName}: ${message}`, openFolder, showLog);
    if (answer === showLog) this.#log.show();
    if (answer === openFolder) await vscodeCommands.executeCommand(commands.openLedgerFolder);
  }

  #remembered(key: string): string[] {
    return this.#memento.get<string[]>(key, []);
  }

  async #remember(key: string, id: string): Promise<void> {
    await this.#memento.update(key, [...this.#remembered(key), id].slice(-mostRemembered));
  }
}
