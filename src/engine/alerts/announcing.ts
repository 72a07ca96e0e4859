/**
 * What became of the alerts: which was told, which is put aside, and which is to be shown in a notification now. One at a time
 * over all windows, so many a day, nothing of the past; the rest stands in the dashboard. Remembered over restarts and takeovers.
 */
import { AlertBook, silenceKey, subjectKey, type Alert, type AlertCondition } from '../../domain/alerts/alert';
import { newsFromMs } from '../../domain/alerts/news';
import { Telling, type ToldToday } from '../../domain/alerts/telling';
import type { Keeping } from '../../ledger/keeping';
import type { Kept } from '../../ledger/journal/record';
import type { AlertStatus } from '../../protocol/api/budgetAnswers';
import type { AlertAction } from '../../protocol/api/budgetApi';
import { alertLevels } from '../../protocol/configuration';
import { kept, type BudgetKeeper } from '../budgets/keeper';
import type { KnownPast } from './knownPast';
import { rfc3339 } from '../budgets/words';

/** Whether something was so already by what had happened before an instant. */
export type WasSo = (beforeMs: number) => boolean;

const knownKey = 'known';
const todayKey = 'today';

export class Announcing {
  readonly book = new AlertBook();
  private readonly telling = new Telling();

  constructor(
    private readonly keeper: BudgetKeeper,
    private readonly past: KnownPast,
  ) {}

  recall(keeping: Pick<Keeping, 'all'>): void {
    for (const text of keeping.all('alert').values()) this.book.put(JSON.parse(text) as Alert);
    for (const key of keeping.all('silence').keys()) this.book.silence(key);
    const telling = keeping.all('telling');
    const [known, today] = [telling.get(knownKey), telling.get(todayKey)];
    if (known !== undefined) this.past.recall(JSON.parse(known) as number);
    if (today !== undefined) this.telling.recall(JSON.parse(today) as ToldToday);
  }

  /** Fires what it is the first to say, and remembers that it did. */
  consider(condition: AlertCondition, wasSo: WasSo, nowMs: number): Alert | null {
    const fired = this.book.consider(condition, nowMs);
    if (fired === null) return null;
    const { kind, level, message } = fired;
    // Of an exhaustion the audit trail tells.
    const quiet = kind !== 'exhausted' && level !== 'info' && wasSo(newsFromMs(level, this.past.untilMs, nowMs));
    const alert = quiet ? { ...fired, quiet } : fired;
    this.put(alert);
    this.keeper.changed();
    if (kind !== 'exhausted')
      this.keeper.log(level === 'info' || quiet ? 'info' : 'warn', `alert (${kind}, ${level}): ${message}`);
    return alert;
  }

  /** Once a second: what is told too often stays in the dashboard, and what waits may have its turn. */
  look(nowMs: number): void {
    for (const alert of this.waiting(nowMs)) if (this.verdict(alert, nowMs) === 'enough') this.hush(alert);
    if (this.telling.isOver(nowMs)) this.keeper.changed();
    const known = this.past.toKeep();
    if (known !== null) this.keeper.keepSoon([kept('telling', knownKey, known)], []);
  }

  active(): AlertStatus[] {
    const nowMs = this.keeper.now();
    const [next] = this.waiting(nowMs).filter((alert) => this.verdict(alert, nowMs) === 'yes');
    return this.book.active(nowMs).map((alert) => ({
      id: alert.id,
      kind: alert.kind,
      level: alert.level,
      percent: alert.percent,
      message: alert.message,
      budget: alert.limitId,
      scopeId: alert.value,
      firedAt: rfc3339(alert.firedMs),
      told: alert.told,
      due: alert.id === next?.id,
    }));
  }

  /** `false`: there is no such alert, or, of `tell`, it is not to be shown, not now, or another window shows it. */
  async act(id: string, action: AlertAction, untilMs: number): Promise<boolean> {
    const nowMs = this.keeper.now();
    if (action === 'tell') return await this.tell(id, nowMs);
    if (this.telling.gone(id)) this.keeper.changed();
    const alert = this.book.get(id);
    if (alert === null || action === 'close') return alert !== null;
    const changed: Alert = {
      ...alert,
      told: action !== 'snooze',
      // Who puts it off wants to hear of it.
      quiet: alert.quiet === true && action !== 'snooze',
      acknowledged: alert.acknowledged || action === 'acknowledge',
      snoozedUntilMs: action === 'snooze' ? untilMs : alert.snoozedUntilMs,
    };
    const key = silenceKey(alert);
    this.book.put(changed);
    if (action === 'never') this.book.silence(key);
    const silenced = action === 'never' ? [kept('silence', key, nowMs)] : [];
    const detail = { alert: key, budget: alert.limitId };
    try {
      await this.keeper.keep(
        [keptAlert(changed), ...silenced],
        action === 'never' ? [{ atMs: nowMs, kind: 'alert_silenced', detail }] : [],
      );
    } catch (error) {
      this.takeBack(changed, alert);
      if (action === 'never') this.book.unsilence(key);
      throw error;
    }
    return true;
  }

  private async tell(id: string, nowMs: number): Promise<boolean> {
    const alert = this.waiting(nowMs).find((one) => one.id === id);
    if (alert === undefined || this.verdict(alert, nowMs) !== 'yes') return false;
    const told = { ...alert, told: true };
    // In force before it is durable: two windows that ask at once must not both be the one.
    this.book.put(told);
    const today = this.telling.shown(alert, this.dayStartMs(nowMs), nowMs);
    try {
      await this.keeper.keep([keptAlert(told), ...(today === null ? [] : [kept('telling', todayKey, today)])], []);
    } catch (error) {
      // Nobody has shown it, since whoever wanted to is told that it failed.
      this.takeBack(told, alert);
      this.telling.notShown(alert);
      throw error;
    }
    return true;
  }

  private takeBack(changed: Alert, before: Alert): void {
    if (this.book.get(before.id) === changed) this.book.put(before);
  }

  /** Those that a window may still have to show, the worst first. What is for information stays in the meter. */
  private waiting(nowMs: number): Alert[] {
    return this.book
      .active(nowMs)
      .filter(({ told, quiet, level }) => !told && quiet !== true && level !== 'info')
      .sort((a, b) => alertLevels.indexOf(b.level) - alertLevels.indexOf(a.level) || a.firedMs - b.firedMs);
  }

  private verdict(alert: Alert, nowMs: number): ReturnType<Telling['verdict']> {
    return this.telling.verdict(alert, this.dayStartMs(nowMs), nowMs);
  }

  private hush(alert: Alert): void {
    this.put({ ...alert, quiet: true });
  }

  private put(alert: Alert): void {
    this.book.put(alert);
    this.keeper.keepSoon([keptAlert(alert)], []);
  }

  private dayStartMs(nowMs: number): number {
    return this.keeper.calendar().at('day', nowMs).startMs;
  }
}

function keptAlert(alert: Alert): Kept {
  return kept('alert', subjectKey(alert), alert);
}
