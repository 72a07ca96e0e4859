/**
 * What became of the alerts: which was told, which is put aside, and which is to be shown in a notification now. One at a time
 * over all windows, so many a day, nothing of the past; the rest stands in the dashboard. Remembered over restarts and takeovers.
 */
import {
  AlertBook,
  silenceKey,
  subjectKey,
  type Alert,
  type AlertCondition,
  type AlertKind,
} from '../../domain/alerts/alert';
import { newsFromMs } from '../../domain/alerts/news';
import { NotificationPace, type PaceVerdict, type ShownToday } from '../../domain/alerts/notificationPace';
import type { DurableState } from '../../ledger/durableState';
import type { Kept } from '../../ledger/journal/record';
import type { AlertStatus } from '../../protocol/api/budgetAnswers';
import type { AlertAction } from '../../protocol/api/budgetApi';
import { alertLevels } from '../../protocol/configuration';
import type { BudgetCalendar } from '../../domain/time/budgetPeriod';
import { putOf, removalOf, type DurableWriter } from '../budgets/durableWriter';
import { rfc3339 } from '../budgets/toApi';
import type { Log } from '../support/log';
import type { KnownPast } from './knownPast';

/** Whether something was so already by what had happened before an instant. */
export type WasSo = (beforeMs: number) => boolean;

const knownKey = 'known';
const todayKey = 'today';

export interface AnnouncerOptions {
  keeping: Pick<DurableState, 'all'>;
  writer: Pick<DurableWriter, 'keep' | 'soon'>;
  calendar: () => BudgetCalendar;
  now: () => number;
  log: Log;
  /** Something is to be shown anew. */
  onChange: () => void;
}

export class Announcer {
  private readonly book = new AlertBook();
  private readonly pace = new NotificationPace();

  /** Goes on with what earlier leads remembered, also of what is past. */
  constructor(
    private readonly options: AnnouncerOptions,
    private readonly past: KnownPast,
  ) {
    const { keeping } = options;
    for (const text of keeping.all('alert').values()) this.book.put(JSON.parse(text) as Alert);
    for (const key of keeping.all('silence').keys()) this.book.silence(key);
    const telling = keeping.all('telling');
    const [known, today] = [telling.get(knownKey), telling.get(todayKey)];
    if (known !== undefined) past.recall(JSON.parse(known) as number);
    if (today !== undefined) this.pace.recall(JSON.parse(today) as ShownToday);
  }

  get isEmpty(): boolean {
    return this.book.all().length === 0;
  }

  /** What alerts of a kind are about. */
  subjectsOf(kind: AlertKind): string[] {
    return this.book.all().flatMap((alert) => (alert.kind === kind ? [alert.subject] : []));
  }

  /** How far it is by now: an alert that is true no more is in force no more. */
  reach(kind: AlertKind, subject: string, percent: number): void {
    if (this.book.reach({ kind, subject }, percent)) this.options.onChange();
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
    this.options.onChange();
    if (kind !== 'exhausted')
      this.options.log(level === 'info' || quiet ? 'info' : 'warn', `alert (${kind}, ${level}): ${message}`);
    return alert;
  }

  /** Once a second: what is told too often stays in the dashboard, and what waits may have its turn. */
  look(nowMs: number): void {
    for (const alert of this.waiting(nowMs)) if (this.verdict(alert, nowMs) === 'enough') this.hush(alert);
    if (this.pace.isOver(nowMs)) this.options.onChange();
    const known = this.past.toKeep();
    if (known !== null) this.options.writer.soon([putOf('telling', knownKey, known)], []);
    const over = this.book.forget(nowMs).map((key) => removalOf('alert', key));
    if (over.length > 0) this.options.writer.soon(over, []);
  }

  active(): AlertStatus[] {
    const nowMs = this.options.now();
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
    const nowMs = this.options.now();
    if (action === 'tell') return await this.tell(id, nowMs);
    if (this.pace.gone(id)) this.options.onChange();
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
    const silenced = action === 'never' ? [putOf('silence', key, nowMs)] : [];
    const detail = { alert: key, budget: alert.limitId };
    try {
      await this.options.writer.keep(
        [putOfAlert(changed), ...silenced],
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
    const shown = { ...alert, told: true };
    // In force before it is durable: two windows that ask at once must not both be the one.
    this.book.put(shown);
    const today = this.pace.shown(alert, this.dayStartMs(nowMs), nowMs);
    try {
      await this.options.writer.keep(
        [putOfAlert(shown), ...(today === null ? [] : [putOf('telling', todayKey, today)])],
        [],
      );
    } catch (error) {
      // Nobody has shown it, since whoever wanted to is told that it failed.
      this.takeBack(shown, alert);
      this.pace.notShown(alert);
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

  private verdict(alert: Alert, nowMs: number): PaceVerdict {
    return this.pace.verdict(alert, this.dayStartMs(nowMs), nowMs);
  }

  private hush(alert: Alert): void {
    this.put({ ...alert, quiet: true });
  }

  private put(alert: Alert): void {
    this.book.put(alert);
    this.options.writer.soon([putOfAlert(alert)], []);
  }

  private dayStartMs(nowMs: number): number {
    return this.options.calendar().at('day', nowMs).startMs;
  }
}

function putOfAlert(alert: Alert): Kept {
  return putOf('alert', subjectKey(alert), alert);
}
