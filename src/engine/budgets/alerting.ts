/**
 * Looks at how everything stands, and tells what has become so since: thresholds, forecasts, unusual days, exhaustion of
 * budgets and quotas; ends runs that have used up what they may. Each is told once for all windows, over restarts and
 * takeovers, and stands in the log.
 */
import { AlertBook, silenceKey, subjectKey, type Alert, type AlertCondition, type AlertKind } from '../../domain/alert';
import { amountText, instantText, limitName, reasonText } from '../../domain/authorizeWords';
import { effectOf, quotaReasonOf, reasonOf, type QuotaStanding } from '../../domain/authorize';
import { fixedFields, subject, type Subject, type SubjectField } from '../../domain/budgetScope';
import { isUsedUp, type Standing } from '../../domain/budgetStanding';
import { isMomentary } from '../../domain/momentary';
import { parseQuotaWindow, roughLengthMs } from '../../domain/quotaWindow';
import type { Keeping } from '../../ledger/keeping';
import type { AlertStatus, Termination } from '../../protocol/budgetAnswers';
import type { Configuration } from '../../protocol/configuration';
import { anomalies } from './anomalies';
import { aboutOf, howFar, subjectOfQuota, type Foreseen, type HowFar } from './howFar';
import { gone, kept, parsedAll, type BudgetKeeper } from './keeper';
import type { Policy } from './policy';
import { underuse } from './underuse';
import { figureOf, rfc3339 } from './words';

/** Whom a run spends for. */
type Spender = Readonly<Partial<Record<SubjectField, string | null>>>;

const anomalyEveryMs = 60_000;

export class Alerting {
  readonly book = new AlertBook();
  private lastAnomalyMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly keeper: BudgetKeeper) {}

  recall(keeping: Pick<Keeping, 'all'>): void {
    for (const alert of parsedAll<Alert>(keeping.all('alert'))) this.book.put(alert);
    for (const key of keeping.all('silence').keys()) this.book.silence(key);
  }

  /** Of what earlier leads told, for nobody to hear again what is so no more; tells nothing new: nobody listens yet. */
  review(): void {
    if (this.book.all().length === 0) return;
    const { policy, standings, quotas, nowMs } = this.everything();
    for (const standing of standings) this.measure(standing, policy.configuration, nowMs);
    for (const quota of quotas) this.measureQuota(quota);
  }

  look(): void {
    const { policy, standings, quotas, nowMs } = this.everything();
    for (const standing of standings) this.lookAt(standing, policy.configuration, nowMs);
    for (const quota of quotas) this.lookAtQuota(quota, policy.configuration, nowMs);
    if (nowMs - this.lastAnomalyMs >= anomalyEveryMs || nowMs < this.lastAnomalyMs) {
      this.lastAnomalyMs = nowMs;
      const unusual = [anomalies, underuse].flatMap((find) => find(this.keeper, policy.configuration, nowMs));
      for (const condition of unusual) this.consider(condition, nowMs);
    }
    this.keeper.recent.clear();
    const keys = this.book.forget(nowMs);
    if (keys.length > 0)
      this.keeper.keepSoon(
        keys.map((key) => gone('alert', key)),
        [],
      );
  }

  /** Runs of these that have used up a budget that ends them; each is told once. */
  terminations(
    policy: Policy,
    runs: Iterable<{ run: string; spender: Spender }>,
    sessionStartMs: number,
  ): Termination[] {
    const nowMs = this.keeper.now();
    const found: Termination[] = [];
    for (const { run, spender } of runs) {
      const standings = this.keeper.standings.of(policy, subject({ ...spender, run }), sessionStartMs, nowMs);
      for (const standing of standings.filter(ends)) {
        const message = `The ${this.nameOf(standing)} is used up: ${this.upTo(standing)}. Run ${run} is to stop.`;
        found.push({ run, budget: standing.budget.id, message });
        if (this.keeper.wasTerminated(run)) continue;
        // Its plan keeps that it ran out; once it has ended, nobody looks at its budgets any more.
        this.exhausted(standing, subject({ ...spender, run }), nowMs);
        this.keeper.runs.end(run, 'terminated');
        const detail = {
          run,
          budget: standing.budget.id,
          measure: standing.budget.measure,
          used: figureOf(standing.used, standing.budget.measure),
          limit: figureOf(standing.limit, standing.budget.measure),
          agent: spender.agent ?? null,
        };
        this.keeper.keepSoon([gone('run', run)], [{ atMs: nowMs, kind: 'run_terminated', detail }]);
        this.keeper.tell({ kind: 'terminated', run, budget: standing.budget.id, message });
      }
    }
    return found;
  }

  active(): AlertStatus[] {
    return this.book.active(this.keeper.now()).map((alert) => ({
      id: alert.id,
      kind: alert.kind,
      level: alert.level,
      percent: alert.percent,
      message: alert.message,
      budget: alert.limitId,
      scopeId: alert.value,
      firedAt: rfc3339(alert.firedMs),
      told: alert.told,
    }));
  }

  /** `false`: there is no such alert, or, of `tell`, another window shows it. */
  async act(id: string, action: 'tell' | 'acknowledge' | 'snooze' | 'never', untilMs: number): Promise<boolean> {
    const alert = this.book.get(id);
    if (alert === null || (action === 'tell' && (alert.told || !this.isActive(id)))) return false;
    const changed: Alert = {
      ...alert,
      told: action !== 'snooze',
      acknowledged: alert.acknowledged || action === 'acknowledge',
      snoozedUntilMs: action === 'snooze' ? untilMs : alert.snoozedUntilMs,
    };
    // In force before it is durable: two windows that ask at once must not both be the one.
    this.book.put(changed);
    const key = silenceKey(alert);
    if (action === 'never') this.book.silence(key);
    const silenced = action === 'never' ? [kept('silence', key, this.keeper.now())] : [];
    const detail = { alert: key, budget: alert.limitId };
    try {
      await this.keeper.keep(
        [kept('alert', subjectKey(changed), changed), ...silenced],
        action === 'never' ? [{ atMs: this.keeper.now(), kind: 'alert_silenced', detail }] : [],
      );
    } catch (error) {
      // Nobody has shown it, since whoever wanted to is told that it failed.
      if (this.book.get(id) === changed) this.book.put(alert);
      if (action === 'never') this.book.unsilence(key);
      throw error;
    }
    return true;
  }

  private everything(): { policy: Policy; standings: Standing[]; quotas: QuotaStanding[]; nowMs: number } {
    const nowMs = this.keeper.now();
    const policy = this.keeper.policyOf(null);
    const { standings } = this.keeper;
    return { policy, standings: standings.all(policy, nowMs), quotas: standings.quotasOf(policy, null, nowMs), nowMs };
  }

  private isActive(id: string): boolean {
    return this.book.active(this.keeper.now()).some((alert) => alert.id === id);
  }

  private reach(kind: AlertKind, { subject }: Pick<AlertCondition, 'subject'>, percent: number): void {
    if (this.book.reach({ kind, subject }, percent)) this.keeper.changed();
  }

  /** Fires what it is the first to say, and remembers that it did. */
  consider(condition: AlertCondition, nowMs: number): Alert | null {
    const alert = this.book.consider(condition, nowMs);
    if (alert === null) return null;
    this.keeper.keepSoon([kept('alert', subjectKey(alert), alert)], []);
    this.keeper.changed();
    const { kind, level, message } = alert;
    // Of an exhaustion the audit trail tells.
    if (kind !== 'exhausted')
      this.keeper.log(level === 'info' ? 'info' : 'warn', `alert (${kind}, ${level}): ${message}`);
    return alert;
  }

  private lookAt(standing: Standing, configuration: Configuration, nowMs: number): void {
    const found = this.measure(standing, configuration, nowMs);
    if (found === null) return;
    const { threshold, level, percent, reached, ahead } = found;
    const about = aboutOf(standing);
    if (threshold !== null || level !== 'ok') {
      const message =
        threshold?.message ?? `${Math.floor(percent)}% of the ${this.nameOf(standing)} used: ${this.upTo(standing)}.`;
      this.consider(
        { ...about, kind: 'threshold', percent: reached, level: level === 'ok' ? 'info' : level, message },
        nowMs,
      );
    }
    if (isUsedUp(standing)) this.exhausted(standing, null, nowMs);
    else if (ahead !== null) this.foreseen(standing, ahead, nowMs);
  }

  /** Of what was told nothing stays that is so no more. */
  private measure(standing: Standing, { alerts }: Configuration, nowMs: number): HowFar | null {
    const found = howFar(standing, alerts.thresholds, nowMs);
    if (found === null) return null;
    const about = aboutOf(standing);
    this.reach('threshold', about, found.reached);
    this.reach('forecast', about, found.ahead === null ? 0 : 100);
    return found;
  }

  /** Requirement C6: that a quota is used up is told once. */
  private lookAtQuota(quota: QuotaStanding, { whenQuotaExhausted }: Configuration, nowMs: number): void {
    const subject = subjectOfQuota(quota);
    if (!this.measureQuota(quota)) return;
    const window = parseQuotaWindow(quota.window);
    const lengthMs = window === null ? null : roughLengthMs(window);
    const { resetsMs } = quota;
    // Of a level that nothing resets it is told again on another day.
    const interval =
      resetsMs === null || lengthMs === null
        ? this.keeper.calendar().at('day', nowMs)
        : { startMs: resetsMs - lengthMs, endMs: resetsMs };
    const effect = effectOf(quota, whenQuotaExhausted);
    const message = reasonText(quotaReasonOf(quota, 'used_up', effect, null, nowMs), this.keeper.zone());
    const about = { subject, limitId: null, value: quota.provider, interval };
    this.consider({ ...about, kind: 'quota', percent: 100, level: 'exceeded', message }, nowMs);
  }

  /** Whether it is used up. */
  private measureQuota(quota: QuotaStanding): boolean {
    if (isMomentary(quota.meter, quota.window)) return false;
    const isUsed = quota.used >= quota.limit;
    this.reach('quota', { subject: subjectOfQuota(quota) }, isUsed ? 100 : 0);
    return isUsed;
  }

  /** `of`: the run that it ends. */
  private exhausted(standing: Standing, of: Subject | null, nowMs: number): void {
    const { budget, used, limit } = standing;
    const about = aboutOf(standing);
    const message = `The ${this.nameOf(standing)} is used up: ${this.upTo(standing)}.`;
    // Of its own limit: one that was lifted is exhausted anew when it is used up, too.
    const percent = budget.limit === 0 ? 100 : (limit / budget.limit) * 100;
    const alert = this.consider({ ...about, kind: 'exhausted', percent, level: 'exceeded', message }, nowMs);
    if (alert === null) return;
    const who = this.whoUsedUp(standing, of);
    const detail = {
      budget: budget.id,
      scopeId: about.value,
      measure: budget.measure,
      used: figureOf(used, budget.measure),
      limit: figureOf(limit, budget.measure),
      plan: who('plan'),
      run: who('run'),
      agent: who('agent'),
      project: who('project'),
    };
    this.keeper.keepSoon([], [{ atMs: nowMs, kind: 'budget_exhausted', detail }]);
    this.keeper.tell({
      kind: 'exhausted',
      budget: budget.id,
      scopeId: about.value,
      used: figureOf(used, budget.measure) ?? 0,
      limit: figureOf(limit, budget.measure) ?? 0,
      message,
    });
  }

  /** What the budget itself says counts; the spender tells what its scope leaves open. */
  private whoUsedUp(standing: Standing, of: Subject | null): (field: SubjectField) => string | null {
    const fixed = fixedFields(standing.budget, standing.value, standing.instance);
    // A budget of a run alone is used up by nobody else.
    const isOfRun = of !== null && fixed.run !== undefined && fixed.run === of.get('run');
    const spender = this.keeper.recent.spenderOf(standing) ?? (isOfRun ? of : null);
    return (field) => fixed[field] ?? spender?.get(field) ?? null;
  }

  private foreseen(standing: Standing, { projected, exhaustsMs }: Foreseen, nowMs: number): void {
    const { budget, limit } = standing;
    const byItsEnd = amountText(projected, budget.measure);
    const when = instantText(exhaustsMs, this.keeper.zone());
    const message = `At this rate the ${this.nameOf(standing)} is used up ${when}: ${byItsEnd} of ${amountText(limit, budget.measure)} by its end.`;
    this.consider({ ...aboutOf(standing), kind: 'forecast', percent: 100, level: 'warning', message }, nowMs);
  }

  private nameOf(standing: Standing): string {
    return limitName(reasonOf(standing, 'approach', 'warn', null, this.keeper.now()));
  }

  private upTo({ used, limit, budget }: Standing): string {
    return `${amountText(used, budget.measure)} of ${amountText(limit, budget.measure)}`;
  }
}

function ends(standing: Standing): boolean {
  const { budget } = standing;
  return budget.hard && budget.action === 'terminate' && budget.period !== 'request' && isUsedUp(standing);
}
