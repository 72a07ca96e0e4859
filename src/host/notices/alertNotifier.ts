/**
 * Tells alerts in notifications, each once over all windows: the engine says which is due, whoever wants to show it asks
 * first, and the window with the focus asks before the others. One at a time; the next when it is answered, or when nobody
 * looks at it any more.
 */
import { commands as vscodeCommands, l10n, window, type Disposable } from 'vscode';
import { commands, displayName } from '../../contributions';
import type { ApiResult } from '../../protocol/api/api';
import type { AlertAction } from '../../protocol/api/budgetApi';
import type { AlertState } from '../../protocol/snapshot';
import type { MeterModel } from '../meter/meterModel';
import type { MeterView } from '../meter/meterView';
import { errorShownMs, warningShownMs, type OneAtATime, type Shown } from './oneAtATime';
import { hourMs } from '../../shared/time';

export type ActOnAlert = (
  action: Exclude<AlertAction, 'acknowledge'>,
  id: string,
  until?: string,
) => Promise<ApiResult<unknown>>;

/** Time for the window with the focus to be quicker. */
const unfocusedDelayMs = 2_000;
const snoozeMs = 4 * hourMs;

export class AlertNotifier implements Disposable {
  readonly #act: ActOnAlert;
  readonly #now: () => number;
  readonly #listener: Disposable;
  readonly #seen = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #notifications: OneAtATime;

  constructor(model: MeterModel, act: ActOnAlert, notifications: OneAtATime, now: () => number) {
    this.#act = act;
    this.#notifications = notifications;
    this.#now = now;
    this.#listener = model.onDidChange((view) => this.#look(view));
  }

  dispose(): void {
    this.#listener.dispose();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #look({ snapshot, live }: MeterView): void {
    if (snapshot === null || !live) return;
    // One that was put off, or had to wait, comes again under the same id.
    const due = snapshot.alerts.filter((alert) => alert.due);
    for (const id of this.#seen) if (!due.some((alert) => alert.id === id)) this.#seen.delete(id);
    for (const alert of due) {
      if (this.#seen.has(alert.id)) continue;
      this.#seen.add(alert.id);
      this.#soon(() => this.#notifications.next(() => this.#tell(alert)));
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

  async #tell(alert: AlertState): Promise<Shown | null> {
    const answer = await this.#act('tell', alert.id);
    const ours = answer.ok && (answer.value as { done: boolean }).done;
    if (!ours) return null;
    const answered = this.#show(alert);
    return { answered, longestMs: alert.level === 'exceeded' ? errorShownMs : warningShownMs };
  }

  async #show(alert: AlertState): Promise<void> {
    const open = l10n.t('Open');
    const override = l10n.t('Override…');
    const snooze = l10n.t('Snooze');
    const never = l10n.t('Don’t Show Again');
    const buttons = [open, ...(alert.budget === null ? [] : [override]), snooze, never];
    const show = alert.level === 'exceeded' ? window.showErrorMessage : window.showWarningMessage;
    const answer = await show(`${displayName}: ${alert.message}`, ...buttons);
    // It has made room for the next, whatever becomes of this one.
    if (answer !== snooze && answer !== never) void this.#act('close', alert.id).catch(() => undefined);
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
