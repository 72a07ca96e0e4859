/**
 * Looks at how everything stands, and tells what has become so since: thresholds, forecasts, unusual days, exhaustion of
 * budgets and quotas; ends runs that have used up what they may. Each is told once for all windows, over restarts and
 * takeovers, and stands in the log.
 */
import type { AlertCondition, AlertKind } from '../../domain/alerts/alert';
import { instantText, limitName, reasonText } from '../../domain/budgets/authorizeWords';
import { amountText } from '../../shared/money';
import { effectOf, quotaReasonOf, reasonOf, type QuotaStanding } from '../../domain/budgets/authorize';
import { fixedFields, subject, type Subject, type SubjectField } from '../../domain/budgets/budgetScope';
import { isUsedUp, type Standing } from '../../domain/budgets/budgetStanding';
import { isMomentary } from '../../domain/budgets/momentary';
import { newsFromMs } from '../../domain/alerts/news';
import { parseQuotaWindow, roughLengthMs } from '../../domain/time/quotaWindow';
import type { Keeping } from '../../ledger/keeping';
import type { AlertStatus, Termination } from '../../protocol/api/budgetAnswers';
import type { AlertAction } from '../../protocol/api/budgetApi';
import type { Configuration } from '../../protocol/configuration';
import { Announcing, type WasSo } from './announcing';
import { anomalies } from './anomalies';
import { aboutOf, foreseen, howFar, subjectOfQuota, type Foreseen, type HowFar } from './thresholdState';
import { gone, type BudgetKeeper } from '../budgets/keeper';
import type { Policy } from '../budgets/policy';
import { underuse } from './underuse';
import { figureOf } from '../budgets/words';

/** Whom a run spends for. */
type Spender = Readonly<Partial<Record<SubjectField, string | null>>>;

const anomalyEveryMs = 60_000;

export class Alerting {
  private readonly announcing: Announcing;
  private lastAnomalyMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly keeper: BudgetKeeper) {
    this.announcing = new Announcing(keeper, keeper.past);
  }

  recall(keeping: Pick<Keeping, 'all'>): void {
    this.announcing.recall(keeping);
  }

  /** Of what earlier leads told, for nobody to hear again what is so no more; tells nothing new: nobody listens yet. */
  review(): void {
    if (this.announcing.book.all().length === 0) return;
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
      this.lookAtDay(policy.configuration, nowMs);
      this.lookAtSubscriptions(policy.configuration, nowMs);
    }
    this.keeper.recent.clear();
    this.announcing.look(nowMs);
    const keys = this.announcing.book.forget(nowMs);
    if (keys.length > 0)
      this.keeper.keepSoon(
        keys.map((key) => gone('alert', key)),
        [],
      );
  }

  active(): AlertStatus[] {
    return this.announcing.active();
  }

  act(id: string, action: AlertAction, untilMs: number): Promise<boolean> {
    return this.announcing.act(id, action, untilMs);
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

  private everything(): { policy: Policy; standings: Standing[]; quotas: QuotaStanding[]; nowMs: number } {
    const nowMs = this.keeper.now();
    const policy = this.keeper.policyOf(null);
    const { standings } = this.keeper;
    return { policy, standings: standings.all(policy, nowMs), quotas: standings.quotasOf(policy, null, nowMs), nowMs };
  }

  private reach(kind: AlertKind, { subject }: Pick<AlertCondition, 'subject'>, percent: number): void {
    if (this.announcing.book.reach({ kind, subject }, percent)) this.keeper.changed();
  }

  private lookAt(standing: Standing, configuration: Configuration, nowMs: number): void {
    const found = this.measure(standing, configuration, nowMs);
    if (found === null) return;
    const { threshold, level, percent, reached, ahead } = found;
    const about = aboutOf(standing);
    let isWarned = false;
    if (threshold !== null || level !== 'ok') {
      const message =
        threshold?.message ?? `${Math.floor(percent)}% of the ${this.nameOf(standing)} used: ${this.upTo(standing)}.`;
      const wasSo: WasSo = (beforeMs) => {
        const before = howFar(this.keeper.standings.before(standing, beforeMs), configuration.alerts.thresholds, nowMs);
        return before !== null && before.reached >= reached;
      };
      const alert = this.announcing.consider(
        { ...about, kind: 'threshold', percent: reached, level: level === 'ok' ? 'info' : level, message },
        wasSo,
        nowMs,
      );
      isWarned = alert !== null && alert.level !== 'info';
    }
    if (isUsedUp(standing)) this.exhausted(standing, null, nowMs);
    else if (ahead !== null) this.foresee(standing, ahead, isWarned, nowMs);
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
    this.announcing.consider(
      { ...about, kind: 'quota', percent: 100, level: 'exceeded', message },
      this.wasUsedUp(quota, nowMs),
      nowMs,
    );
  }

  /** By when the provider said so; where we count, it was if nothing has been asked of the provider since. */
  private wasUsedUp({ id, provider }: QuotaStanding, nowMs: number): WasSo {
    const { configuration } = this.keeper.policyOf(null);
    const reading = this.keeper.standings.quotaStates(configuration, nowMs).find((state) => state.id === id)?.reading;
    if (reading != null && reading.source !== 'counted') return (beforeMs) => reading.asOfMs < beforeMs;
    return (startMs) => {
      const bucket = { startMs, endMs: Number.MAX_SAFE_INTEGER, label: '' };
      const rows = this.keeper.query({ buckets: [bucket], dimensions: [], filter: { provider: [provider] } });
      return rows.every(({ events }) => events === 0);
    };
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
    const alert = this.announcing.consider(
      { ...about, kind: 'exhausted', percent, level: 'exceeded', message },
      () => false,
      nowMs,
    );
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

  /** `isWarned`: of what has just been used of it; one notification says enough. */
  private foresee(standing: Standing, { projected, exhaustsMs }: Foreseen, isWarned: boolean, nowMs: number): void {
    const { budget, limit } = standing;
    const byItsEnd = amountText(projected, budget.measure);
    const when = instantText(exhaustsMs, this.keeper.zone());
    const message = `At this rate the ${this.nameOf(standing)} is used up ${when}: ${byItsEnd} of ${amountText(limit, budget.measure)} by its end.`;
    // A rate is one of the whole period: no call alone makes it so, and time alone makes none.
    const { past, recent, standings } = this.keeper;
    if (!recent.hasSince(standing, newsFromMs('warning', past.untilMs, nowMs))) return;
    const wasSo: WasSo = () => isWarned || foreseen(standings.before(standing, past.untilMs), nowMs) !== null;
    this.announcing.consider(
      { ...aboutOf(standing), kind: 'forecast', percent: 100, level: 'warning', message },
      wasSo,
      nowMs,
    );
  }

  /** Of one day's spend one thing is told; what else it is unusual for stands in the dashboard. */
  private lookAtDay(configuration: Configuration, nowMs: number): void {
    let isTold = false;
    for (const { condition, wasSo } of anomalies(this.keeper, configuration, nowMs)) {
      const alert = this.announcing.consider(condition, (beforeMs) => isTold || wasSo(beforeMs), nowMs);
      isTold ||= alert !== null && alert.quiet !== true;
    }
  }

  private lookAtSubscriptions(configuration: Configuration, nowMs: number): void {
    for (const condition of underuse(this.keeper, configuration, nowMs))
      this.announcing.consider(condition, () => false, nowMs);
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
