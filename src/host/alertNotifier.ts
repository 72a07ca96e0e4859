/**
 * Tells alerts in notifications, each once over all windows: whoever wants to show one asks the engine first, and the
 * window with the focus asks before the others. One at a time; the next when it is answered, or when nobody looks at it any
 * more. What is for information only stays in the meter.
 */
import { commands as vscodeCommands, l10n, window, type Disposable } from 'vscode';
import { commands, displayName } from '../contributions';
import type { ApiResult } from '../protocol/api';
import type { AlertState } from '../protocol/snapshot';
import type { MeterModel } from './meterModel';
import type { MeterView } from './meterView';

export type ActOnAlert = (
  action: 'tell' | 'acknowledge' | 'snooze' | 'never',
  id: string,
  until?: string,
) => Promise<ApiResult<unknown>>;

/** Time for the window with the focus to be quicker. */
const unfocusedDelayMs = 2_000;
const snoozeMs = 4 * 3_600_000;
/** By then VS Code has put a warning that nobody answers away; what is worse must not wait behind it. */
const toastMs = 15_000;

export class AlertNotifier implements Disposable {
  readonly #act: ActOnAlert;
  readonly #now: () => number;
  readonly #listener: Disposable;
  readonly #seen = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #showing: Promise<void> = Promise.resolve();

  constructor(model: MeterModel, act: ActOnAlert, now: () => number) {
    this.#act = act;
    this.#now = now;
    this.#listener = model.onDidChange((view) => this.#look(view));
  }

  dispose(): void {
    this.#listener.dispose();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #look({ snapshot, live }: MeterView): void {
    if (snapshot === null || !live) return;
    // A snoozed one comes again under the same id.
    const active = new Set(snapshot.alerts.filter(({ told }) => !told).map(({ id }) => id));
    for (const id of this.#seen) if (!active.has(id)) this.#seen.delete(id);
    for (const alert of snapshot.alerts) {
      if (alert.told || alert.level === 'info' || this.#seen.has(alert.id)) continue;
      this.#seen.add(alert.id);
      this.#soon(() => {
        this.#showing = this.#showing.then(() => this.#tell(alert)).catch(() => undefined);
      });
    }
  }

  #soon(work: () => void): void {
    if (window.state.focused) {
      work();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, unfocusedDelayMs);
    this.#timers.add(timer);
  }

  async #tell(alert: AlertState): Promise<void> {
    const answer = await this.#act('tell', alert.id);
    const ours = answer.ok && (answer.value as { done: boolean }).done;
    if (ours) await Promise.race([this.#show(alert), this.#toastGone()]);
  }

  #toastGone(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, toastMs);
      this.#timers.add(timer);
    });
  }

  async #show(alert: AlertState): Promise<void> {
    const open = l10n.t('Open');
    const override = l10n.t('Override…');
    const snooze = l10n.t('Snooze');
    const never = l10n.t('Don’t Show Again');
    const buttons = [open, ...(alert.budget === null ? [] : [override]), snooze, never];
    const show = alert.level === 'exceeded' ? window.showErrorMessage : window.showWarningMessage;
    const answer = await show(`${displayName}: ${alert.message}`, ...buttons);
    if (answer === open) await vscodeCommands.executeCommand(pageOf(alert));
    else if (answer === override)
      await vscodeCommands.executeCommand(commands.overrideBudget, { budget: alert.budget, scopeId: alert.scopeId });
    else if (answer === snooze) await this.#put('snooze', alert, new Date(this.#now() + snoozeMs).toISOString());
    else if (answer === never) await this.#put('never', alert);
  }

  /** Who puts an alert aside and is not heard must know that it will come again. */
  async #put(action: 'snooze' | 'never', { id }: AlertState, until?: string): Promise<void> {
    const answer = await this.#act(action, id, until);
    if (!answer.ok) void window.showErrorMessage(`${displayName}: ${answer.error.message}`);
  }
}

/** Where more about it stands. */
function pageOf({ kind, budget }: AlertState): string {
  if (kind === 'quota') return commands.showQuotas;
  return budget === null ? commands.showCosts : commands.showBudget;
}
