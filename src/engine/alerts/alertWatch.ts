/**
 * Looks at what moved, and tells what has become so since: thresholds, forecasts, unusual days, exhaustion of budgets and
 * quotas, subscriptions that are little used. Each is told once for all windows, over restarts and takeovers, and stands in the
 * log. Knows whose event moved each count. Changes no budget.
 */
import type { AlertKind } from '../../domain/alerts/alert';
import { newsFromMs } from '../../domain/alerts/news';
import { RecentSpend } from '../../domain/alerts/recentSpend';
import { effectOf, quotaReasonOf, type JudgedQuota } from '../../domain/budgets/authorize';
import { fixedFields, type TierOf } from '../../domain/budgets/budgetScope';
import { isUsedUp, type BudgetState } from '../../domain/budgets/budgetState';
import { isMomentary } from '../../domain/budgets/momentary';
import { amountsText, budgetName, instantText, reasonText } from '../../domain/budgets/reasonText';
import { parseQuotaWindow, roughLengthMs } from '../../domain/time/quotaWindow';
import type { RunningSums } from '../../domain/usage/runningSums';
import type { Subject, SubjectField } from '../../domain/usage/usageSums';
import type { DurableState } from '../../ledger/durableState';
import { amountText } from '../../shared/money';
import type { AlertStatus } from '../../protocol/api/budgetAnswers';
import type { AlertAction, BudgetEvent } from '../../protocol/api/budgetApi';
import type { Configuration } from '../../protocol/configuration';
import type { BudgetStates } from '../budgets/budgetStates';
import type { DurableWriter } from '../budgets/durableWriter';
import type { Policy } from '../budgets/policies';
import { figureOf } from '../budgets/toApi';
import { changeOf, type QueriedLedger, type WatchedLedger } from '../support/ledgerSums';
import type { Log } from '../support/log';
import { Announcer, type WasSo } from './announcer';
import { Anomalies } from './anomalies';
import { KnownPast, type Reading } from './knownPast';
import {
  aboutOf,
  foreseen,
  subjectOfQuota,
  thresholdStateOf,
  type Foreseen,
  type ThresholdState,
} from './thresholdState';
import { underuse, type ProviderUsage } from './underuse';

export interface AlertWatchOptions {
  states: BudgetStates;
  ledger: QueriedLedger & WatchedLedger & { keeping: Pick<DurableState, 'all'> };
  sums: RunningSums;
  usage: ProviderUsage;
  writer: Pick<DurableWriter, 'keep' | 'soon'>;
  tierOf: TierOf;
  reading: Reading;
  tell: (event: BudgetEvent) => void;
  now: () => number;
  log: Log;
  /** Something is to be shown anew. */
  onChange: () => void;
}

/** Reports tell what they tell a little late: what was spent within it is known by whom. */
const recentMs = 86_400_000;
/** How often everything is looked at, whether it moved or not. */
const everythingEveryMs = 60_000;

export class AlertWatch {
  private readonly announcer: Announcer;
  private readonly anomalies: Anomalies;
  private readonly past: KnownPast;
  /** Since the last look. */
  private readonly recent: RecentSpend;
  private readonly watching: { dispose: () => void };
  private lastEverythingMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: AlertWatchOptions) {
    const { states, ledger, sums, tierOf, reading, now } = options;
    const calendar = (): BudgetStates['calendar'] => states.calendar;
    this.past = new KnownPast(reading, now);
    this.recent = new RecentSpend(tierOf);
    this.anomalies = new Anomalies(sums, ledger);
    this.announcer = new Announcer({ ...options, keeping: ledger.keeping, calendar }, this.past);
    this.watching = ledger.watchSums({
      name: 'alerts',
      fromMs: () => now() - recentMs,
      counted: (event, sign) => {
        this.past.counted(event, sign);
        this.recent.add(changeOf(event, sign));
      },
      replaced: () => this.recent.clear(),
    });
  }

  dispose(): void {
    this.watching.dispose();
  }

  /** Of earlier leads' alerts none stays that is so no more. Tells nothing new: nobody listens yet. */
  review(): void {
    if (this.announcer.isEmpty) return;
    const { states, now } = this.options;
    const policy = states.policyOf(null);
    for (const state of states.all(policy, now())) this.measure(state, policy.configuration, now());
    for (const quota of states.quotasOf(policy, null, now())) this.measureQuota(quota);
  }

  /** After a report: at what it moved. */
  look(): void {
    const { states, now } = this.options;
    const nowMs = now();
    const policy = states.policyOf(null);
    const isDue = nowMs - this.lastEverythingMs >= everythingEveryMs || nowMs < this.lastEverythingMs;
    const moved = states.moved(policy, nowMs);
    const isWhole = moved.isWhole || isDue;
    const looked = isDue && !moved.isWhole ? states.all(policy, nowMs) : moved.states;
    for (const state of looked) this.lookAt(state, policy.configuration, nowMs);
    if (!isWhole) this.lookAtForecasts(policy, nowMs);
    for (const quota of states.quotasOf(policy, null, nowMs)) this.lookAtQuota(quota, policy.configuration, nowMs);
    if (isDue) {
      this.lastEverythingMs = nowMs;
      this.lookAtDay(policy.configuration, nowMs);
      this.lookAtSubscriptions(policy.configuration, nowMs);
    }
    this.recent.clear();
    this.announcer.look(nowMs);
  }

  /** Once a second. */
  tick(): void {
    if (!this.past.look()) this.look();
  }

  active(): AlertStatus[] {
    return this.announcer.active();
  }

  act(id: string, action: AlertAction, untilMs: number): Promise<boolean> {
    return this.announcer.act(id, action, untilMs);
  }

  /** This budget is used up, and is on record as such once. `of`: the run that it ends. */
  usedUp(state: BudgetState, of: Subject | null): void {
    const { budget, used, limit } = state;
    const about = aboutOf(state);
    const message = `The ${budgetName(state)} is used up: ${amountsText(state)}.`;
    // Of its own limit: one that was lifted is exhausted anew when it is used up, too.
    const percent = budget.limit === 0 ? 100 : (limit / budget.limit) * 100;
    const nowMs = this.options.now();
    const alert = this.announcer.consider(
      { ...about, kind: 'exhausted', percent, level: 'exceeded', message },
      () => false,
      nowMs,
    );
    if (alert === null) return;
    const who = this.whoUsedUp(state, of);
    const figure = (amount: number): number | null => figureOf(amount, budget.measure);
    const detail = {
      budget: budget.id,
      scopeId: about.value,
      measure: budget.measure,
      used: figure(used),
      limit: figure(limit),
      plan: who('plan'),
      run: who('run'),
      agent: who('agent'),
      project: who('project'),
    };
    this.options.writer.soon([], [{ atMs: nowMs, kind: 'budget_exhausted', detail }]);
    const figures = { used: figure(used) ?? 0, limit: figure(limit) ?? 0 };
    this.options.tell({ kind: 'exhausted', budget: budget.id, scopeId: about.value, ...figures, message });
  }

  private lookAt(state: BudgetState, configuration: Configuration, nowMs: number): void {
    const reached = this.measure(state, configuration, nowMs);
    if (reached === null) return;
    const isWarned = this.warn(state, reached, configuration, nowMs);
    if (isUsedUp(state)) this.usedUp(state, null);
    else if (reached.ahead !== null) this.foresee(state, reached.ahead, isWarned, nowMs);
  }

  /** Answers whether it said more than an information just now. */
  private warn(
    state: BudgetState,
    { threshold, level, percent, reached }: ThresholdState,
    { alerts }: Configuration,
    nowMs: number,
  ): boolean {
    if (threshold === null && level === 'ok') return false;
    const message =
      threshold?.message ?? `${Math.floor(percent)}% of the ${budgetName(state)} used: ${amountsText(state)}.`;
    const wasSo: WasSo = (beforeMs) => {
      const before = thresholdStateOf(this.options.states.before(state, beforeMs), alerts.thresholds, nowMs);
      return before !== null && before.reached >= reached;
    };
    const alert = this.announcer.consider(
      { ...aboutOf(state), kind: 'threshold', percent: reached, level: level === 'ok' ? 'info' : level, message },
      wasSo,
      nowMs,
    );
    return alert !== null && alert.level !== 'info';
  }

  /** Of earlier alerts about it none stays that is so no more. */
  private measure(state: BudgetState, { alerts }: Configuration, nowMs: number): ThresholdState | null {
    const reached = thresholdStateOf(state, alerts.thresholds, nowMs);
    if (reached === null) return null;
    const { subject } = aboutOf(state);
    this.reach('threshold', subject, reached.reached);
    this.reach('forecast', subject, reached.ahead === null ? 0 : 100);
    return reached;
  }

  /** A rate falls by time alone. */
  private lookAtForecasts(policy: Policy, nowMs: number): void {
    for (const key of this.announcer.subjectsOf('forecast')) {
      const state = this.options.states.ofKey(policy, key, nowMs);
      if (state !== null) this.measure(state, policy.configuration, nowMs);
    }
  }

  private reach(kind: AlertKind, subject: string, percent: number): void {
    this.announcer.reach(kind, subject, percent);
  }

  /** Requirement C6: that a quota is used up is told once. */
  private lookAtQuota(quota: JudgedQuota, { whenQuotaExhausted }: Configuration, nowMs: number): void {
    const subject = subjectOfQuota(quota);
    if (!this.measureQuota(quota)) return;
    const { states } = this.options;
    const window = parseQuotaWindow(quota.window);
    const lengthMs = window === null ? null : roughLengthMs(window);
    const { resetsMs } = quota;
    // Of a level that nothing resets it is told again on another day.
    const interval =
      resetsMs === null || lengthMs === null
        ? states.calendar.at('day', nowMs)
        : { startMs: resetsMs - lengthMs, endMs: resetsMs };
    const effect = effectOf(quota, whenQuotaExhausted);
    const message = reasonText(quotaReasonOf(quota, 'used_up', effect, null, nowMs), states.zone);
    this.announcer.consider(
      {
        subject,
        limitId: null,
        value: quota.provider,
        interval,
        kind: 'quota',
        percent: 100,
        level: 'exceeded',
        message,
      },
      (beforeMs) => this.wasQuotaUsedUp(quota, beforeMs, nowMs),
      nowMs,
    );
  }

  /** By when the provider said so; where we count, it was if nothing has been asked of the provider since. */
  private wasQuotaUsedUp({ id, provider }: JudgedQuota, beforeMs: number, nowMs: number): boolean {
    const { states, ledger } = this.options;
    const { configuration } = states.policyOf(null);
    const reading = states.quotaStates(configuration, nowMs).find((state) => state.id === id)?.reading;
    if (reading != null && reading.source !== 'counted') return reading.asOfMs < beforeMs;
    const bucket = { startMs: beforeMs, endMs: Number.MAX_SAFE_INTEGER, label: '' };
    const rows = ledger.query({ buckets: [bucket], dimensions: [], filter: { provider: [provider] } });
    return rows.every(({ events }) => events === 0);
  }

  /** Whether it is used up. */
  private measureQuota(quota: JudgedQuota): boolean {
    if (isMomentary(quota.meter, quota.window)) return false;
    const isUsed = quota.used >= quota.limit;
    this.reach('quota', subjectOfQuota(quota), isUsed ? 100 : 0);
    return isUsed;
  }

  /** What the budget itself says counts; the spender tells what its scope leaves open. */
  private whoUsedUp(state: BudgetState, of: Subject | null): (field: SubjectField) => string | null {
    const fixed = fixedFields(state.budget, state.value, state.instance);
    // A budget of a run alone is used up by nobody else.
    const isOfRun = of !== null && fixed.run !== undefined && fixed.run === of.get('run');
    const spender = this.recent.spenderOf(state) ?? (isOfRun ? of : null);
    return (field) => fixed[field] ?? spender?.get(field) ?? null;
  }

  /** `isWarned`: of what has just been used of it; one notification says enough. */
  private foresee(state: BudgetState, { projected, exhaustsMs }: Foreseen, isWarned: boolean, nowMs: number): void {
    const { states } = this.options;
    // A rate is one of the whole period: no call alone makes it so, and time alone makes none.
    if (!this.recent.hasSince(state, newsFromMs('warning', this.past.untilMs, nowMs))) return;
    const { measure } = state.budget;
    const byItsEnd = `${amountText(projected, measure)} of ${amountText(state.limit, measure)} by its end`;
    const when = instantText(exhaustsMs, states.zone);
    const message = `At this rate the ${budgetName(state)} is used up ${when}: ${byItsEnd}.`;
    const wasSo: WasSo = () => isWarned || foreseen(states.before(state, this.past.untilMs), nowMs) !== null;
    this.announcer.consider(
      { ...aboutOf(state), kind: 'forecast', percent: 100, level: 'warning', message },
      wasSo,
      nowMs,
    );
  }

  /** Of one day's spend one thing is told; what else it is unusual for stands in the dashboard. */
  private lookAtDay(configuration: Configuration, nowMs: number): void {
    let isTold = false;
    const { calendar } = this.options.states;
    for (const { condition, wasSo } of this.anomalies.on(configuration.alerts.anomaly, calendar, nowMs)) {
      const alert = this.announcer.consider(condition, (beforeMs) => isTold || wasSo(beforeMs), nowMs);
      isTold ||= alert !== null && alert.quiet !== true;
    }
  }

  private lookAtSubscriptions(configuration: Configuration, nowMs: number): void {
    const { states, usage } = this.options;
    const quotas = states.quotaStates(configuration, nowMs);
    for (const condition of underuse(usage, quotas, configuration, states.zone, nowMs))
      this.announcer.consider(condition, () => false, nowMs);
  }
}
