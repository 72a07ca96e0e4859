/** A cancellable notification for an import that takes longer than a moment; the meter itself shows every import. */
import { ProgressLocation, commands as vscodeCommands, l10n, window, type Disposable, type Progress } from 'vscode';
import { commands, displayName } from '../../contributions';
import type { EngineClient } from '../engine/engineClient';
import type { MeterModel } from './meterModel';
import { importRatio, type MeterView } from './meterView';

const momentMs = 3000;

type Report = Progress<{ message: string; increment: number }>;

export class ImportProgress implements Disposable {
  readonly #model: MeterModel;
  readonly #client: EngineClient;
  readonly #listener: Disposable;
  /** One import: from its first snapshot to the first without it. `end` closes the notification when it is open. */
  #running: { timer: NodeJS.Timeout; report: Report | null; percent: number; end: () => void } | null = null;

  constructor(model: MeterModel, client: EngineClient) {
    this.#model = model;
    this.#client = client;
    this.#listener = model.onDidChange((view) => this.#follow(view));
  }

  dispose(): void {
    this.#listener.dispose();
    this.#end();
  }

  #follow({ engine, live, snapshot }: MeterView): void {
    const ratio = live && engine.kind === 'ready' && snapshot !== null ? importRatio(snapshot) : null;
    if (ratio === null) {
      this.#end();
      return;
    }
    this.#running ??= {
      timer: setTimeout(() => void this.#open().catch(() => undefined), momentMs),
      report: null,
      percent: 0,
      end: () => undefined,
    };
    this.#advance();
  }

  #end(): void {
    if (this.#running === null) return;
    clearTimeout(this.#running.timer);
    this.#running.end();
    this.#running = null;
  }

  #advance(): void {
    const { snapshot } = this.#model.view;
    const running = this.#running;
    if (running?.report == null || snapshot?.import == null) return;
    const percent = Math.round((importRatio(snapshot) ?? 0) * 100);
    const { filesDone, filesTotal } = snapshot.import;
    const message = l10n.t('{0} of {1} files', filesDone, filesTotal);
    running.report.report({ message, increment: Math.max(0, percent - running.percent) });
    running.percent = Math.max(running.percent, percent);
  }

  async #open(): Promise<void> {
    const title = l10n.t('{0} reads your agents’ logs', displayName);
    const options = { location: ProgressLocation.Notification, title, cancellable: true };
    const cancelled = await window.withProgress(options, (report, token) => {
      const running = this.#running;
      if (running === null) return Promise.resolve(false);
      running.report = report;
      this.#advance();
      return new Promise<boolean>((resolve) => {
        running.end = () => resolve(false);
        token.onCancellationRequested(() => resolve(true));
      });
    });
    if (cancelled) await this.#pause();
  }

  async #pause(): Promise<void> {
    await this.#client.ask('pauseImport', {});
    const refresh = l10n.t('Refresh');
    const answer = await window.showInformationMessage(
      l10n.t('{0} has paused reading logs. Refresh goes on from there.', displayName),
      refresh,
    );
    if (answer === refresh) await vscodeCommands.executeCommand(commands.refresh);
  }
}
