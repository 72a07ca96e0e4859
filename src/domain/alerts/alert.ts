/**
 * Alerts: told once per subject, threshold and period. Owns when one fires, and what a user made of it. A jump past
 * several thresholds fires the highest; a lower one never follows a higher in the same period, and that a budget will be
 * used up is no news where it nearly is. Periods whose end drifts a little (a provider's reset times do) are one.
 * Pure; epoch ms UTC.
 */
import type { AlertLevel } from '../../protocol/configuration';
import type { Interval } from '../../protocol/query';

/** `exhausted` is never shown: it is how an exhaustion is told once. */
export type AlertKind = 'threshold' | 'forecast' | 'anomaly' | 'utilization' | 'quota' | 'exhausted';

/** Something that is so at this moment. */
export interface AlertCondition {
  /** What it is about: a budget's place, a quota; equal for each of its thresholds. */
  subject: string;
  kind: AlertKind;
  /** The threshold; the greater, the worse. */
  percent: number;
  level: AlertLevel;
  message: string;
  /** Id of the budget or quota. */
  limitId: string | null;
  value: string | null;
  /** `null`: as long as the run or plan lasts. */
  interval: Interval | null;
}

export interface Alert extends AlertCondition {
  id: string;
  firedMs: number;
  acknowledged: boolean;
  snoozedUntilMs: number | null;
  /** Whether a window has shown it. */
  told: boolean;
  /** No window is to show it: it is about the past, or enough was told that day. Left out: as `false`. */
  quiet?: boolean;
}

/** Subjects of runs and plans have no end: of these the latest are kept. */
const mostKept = 2_000;

export class AlertBook {
  readonly #bySubject = new Map<string, Alert>();
  readonly #silenced = new Set<string>();
  /** How far what was told of is by now, where it has been looked at; not remembered. */
  readonly #reached = new Map<string, number>();

  all(): Alert[] {
    return [...this.#bySubject.values()];
  }

  silenced(): string[] {
    return [...this.#silenced];
  }

  get(id: string): Alert | null {
    return this.all().find((alert) => alert.id === id) ?? null;
  }

  put(alert: Alert): void {
    this.#bySubject.set(subjectKey(alert), alert);
  }

  silence(key: string): void {
    this.#silenced.add(key);
  }

  unsilence(key: string): void {
    this.#silenced.delete(key);
  }

  /** The alert that it is when it is one; `null`: it was told before, or is not wanted. */
  consider(condition: AlertCondition, nowMs: number): Alert | null {
    if (this.#silenced.has(silenceKey(condition)) || this.#isOldNews(condition)) return null;
    const last = this.#bySubject.get(subjectKey(condition));
    if (last !== undefined && samePeriod(last.interval, condition.interval) && condition.percent <= last.percent)
      return null;
    const alert: Alert = {
      ...condition,
      id: `${subjectKey(condition)}@${condition.percent}/${condition.interval?.startMs ?? 0}`,
      firedMs: nowMs,
      acknowledged: false,
      snoozedUntilMs: null,
      told: false,
    };
    this.put(alert);
    return alert;
  }

  /**
   * How far it is by now. A limit that was lifted, and a rate that fell, make untrue what was told; it is so again when it
   * comes back, and then it is not told again. Answers whether that changes what is in force.
   */
  reach(of: Pick<AlertCondition, 'kind' | 'subject'>, percent: number): boolean {
    const key = subjectKey(of);
    const told = this.#bySubject.get(key)?.percent;
    if (told === undefined) return false;
    const before = this.#reached.get(key) ?? told;
    this.#reached.set(key, percent);
    return before >= told !== percent >= told;
  }

  /** In force now: true still, not of a period that is over, and nobody has put it aside. The worst first. */
  active(nowMs: number): Alert[] {
    return this.all()
      .filter(({ kind, interval }) => kind !== 'exhausted' && (interval === null || nowMs < interval.endMs))
      .filter((alert) => !alert.acknowledged && !this.#silenced.has(silenceKey(alert)) && !this.#isOldNews(alert))
      .filter((alert) => alert.percent <= (this.#reached.get(subjectKey(alert)) ?? alert.percent))
      .filter(({ snoozedUntilMs }) => snoozedUntilMs === null || snoozedUntilMs <= nowMs)
      .sort((a, b) => b.percent - a.percent || a.firedMs - b.firedMs);
  }

  /** A forecast of what has come, or nearly has, in its period. */
  #isOldNews({ kind, subject, interval }: AlertCondition): boolean {
    if (kind !== 'forecast') return false;
    return (['threshold', 'exhausted'] as const).some((other) => {
      const told = this.#bySubject.get(subjectKey({ kind: other, subject }));
      const isWorse = told?.level === 'critical' || told?.level === 'exceeded';
      return told !== undefined && isWorse && samePeriod(told.interval, interval);
    });
  }

  /** What need not be remembered any more; answers the keys. */
  forget(nowMs: number): string[] {
    const over = this.all().filter(({ interval }) => interval !== null && nowMs >= interval.endMs + lengthOf(interval));
    const open = this.all().filter(({ interval }) => interval === null);
    const tooMany = open.sort((a, b) => a.firedMs - b.firedMs).slice(0, Math.max(0, open.length - mostKept));
    const keys = [...over, ...tooMany].map(subjectKey);
    for (const key of keys) {
      this.#bySubject.delete(key);
      this.#reached.delete(key);
    }
    return keys;
  }
}

/** Of a budget's thresholds, its forecasts and its anomalies each tells for itself. */
export function subjectKey({ kind, subject }: Pick<AlertCondition, 'kind' | 'subject'>): string {
  return `${kind}:${subject}`;
}

/** "Never again" is meant of this threshold, in every period. */
export function silenceKey(of: Pick<AlertCondition, 'kind' | 'subject' | 'percent'>): string {
  return `${subjectKey(of)}@${of.percent}`;
}

function lengthOf({ startMs, endMs }: Interval): number {
  return endMs - startMs;
}

/** Whether the ends are nearer to each other than two periods' ends can be. */
function samePeriod(a: Interval | null, b: Interval | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a.endMs - b.endMs) * 2 < Math.max(lengthOf(a), lengthOf(b));
}
