/**
 * Budgets in force: the one place where calls are granted, settled and refused. Lives in the window that leads, on its one
 * thread. What must outlive it is in the ledger (spend, runs, overrides, alerts, audit) or in the standing file
 * (reservations, who waits); what is here is made of those when a window takes over.
 */
import type { AuditNote } from '../../domain/alerts/audit';
import { BudgetCalendar } from '../../domain/time/budgetPeriod';
import { OverrideBook } from '../../domain/budgets/budgetOverride';
import { subject, type SubjectField } from '../../domain/budgets/budgetScope';
import { SpendBook } from '../../domain/budgets/budgetSpend';
import type { Standing } from '../../domain/budgets/budgetStanding';
import { localOnlyNotice } from '../../domain/budgets/authorizeWords';
import { CallHistory } from '../../domain/budgets/callHistory';
import { ReservationBook, type Reservation, type Settlement } from '../../domain/budgets/reservation';
import { RecentSpend } from '../../domain/budgets/recentSpend';
import { RunBook, type Run } from '../../domain/budgets/runs';
import type { Keeping } from '../../ledger/keeping';
import type { Kept } from '../../ledger/journal/record';
import type { BudgetEvent } from '../../protocol/api/budgetApi';
import type { BudgetStatus } from '../../protocol/api/budgetAnswers';
import type { Configuration } from '../../protocol/configuration';
import type { LedgerQuery, LedgerRow } from '../../protocol/query';
import { Emitter } from '../support/emitter';
import { bugIn, messageOf, type Log } from '../support/log';
import type { View } from '../support/view';
import { Alerting } from '../alerts/alerting';
import { Asking } from './asking';
import { Estimates, type Rater } from './estimates';
import { LedgerSpend, sumsOfEvent, type QueriedLedger } from './ledgerSpend';
import { gone, kept, parsedAll, type BudgetKeeper } from './keeper';
import { KnownPast, type Reading } from '../alerts/knownPast';
import { Overriding } from './overriding';
import { Policies, type Policy } from './policy';
import { Remembering } from '../alerts/remembering';
import { NotWritten, StandingFile, type Disk, type Standing as Found } from './standingFile';
import { Standings, type Books, type QuotaStates } from './standings';
import { Waiting } from './waiting';
import { toStatus } from './words';

export interface EnforcementOptions {
  reading: Reading;
  ledger: QueriedLedger & { keeping: Keeping };
  dataDirectory: string;
  epoch: number;
  rates: Rater & { tierOf(provider: string, model: string, atMs: number): string | null };
  quotas: QuotaStates;
  /** The user's, without any workspace's: for what concerns all windows. */
  own: () => Configuration;
  zone: () => string;
  now: () => number;
  log: Log;
  /** Something is to be shown anew. */
  onChange: () => void;
  /** Where reservations are written; this machine's, where it is left out. */
  disk?: Disk;
}

/** Reports tell what they tell a little late: what was spent within it is known by whom. */
const recentMs = 86_400_000;

export class Enforcement implements BudgetKeeper {
  readonly books: Books;
  readonly standings: Standings;
  readonly asking: Asking;
  readonly waiting: Waiting;
  readonly alerting: Alerting;
  readonly overriding: Overriding;
  readonly recent: RecentSpend;
  readonly past: KnownPast;
  private readonly estimates: Estimates;
  private readonly policies: Policies;
  private readonly file: StandingFile;
  private readonly happened: Emitter<BudgetEvent>;
  private readonly watching: { dispose: () => void };
  /** Configurations by window. */
  private readonly seen = new Map<string, Configuration>();
  private readonly remembering: Remembering;
  /** Runs that are not durable yet. */
  private readonly beginning = new Map<string, Promise<void>>();

  readonly onDidHappen: Emitter<BudgetEvent>['event'];

  constructor(readonly options: EnforcementOptions) {
    const { ledger, rates, now, zone, quotas } = options;
    this.happened = new Emitter(bugIn('an event of a budget', options.log));
    this.onDidHappen = this.happened.event;
    const tierOf = (provider: string, model: string): string | null => rates.tierOf(provider, model, now());
    const spend = new SpendBook(new LedgerSpend(ledger), new BudgetCalendar(zone()), tierOf);
    this.books = {
      spend,
      reservations: new ReservationBook(),
      overrides: new OverrideBook(),
      runs: new RunBook(),
      tierOf,
      quotas,
    };
    this.recent = new RecentSpend(tierOf);
    this.past = new KnownPast(options.reading, now);
    this.estimates = new Estimates(ledger, new CallHistory(), rates);
    this.policies = new Policies(spend);
    this.standings = new Standings(this.books);
    this.asking = new Asking(this.books, this.standings, this.estimates);
    this.remembering = new Remembering((puts, notes) => ledger.keeping.keep(puts, notes), options.log);
    const { file, found } = StandingFile.open(options.dataDirectory, options.epoch, options.log, options.disk);
    this.file = file;
    const tell = (event: BudgetEvent): void => this.tell(event);
    this.waiting = new Waiting({ file, all: this.all, found: found.tickets, tell, now, log: options.log });
    this.alerting = new Alerting(this);
    this.overriding = new Overriding(this.books.overrides, this, () => this.waiting.drain());
    this.policies.replace([options.own()]);
    for (const reservation of found.reservations) this.asking.hold(reservation);
    this.recall();
    this.watching = ledger.watchSums({
      name: 'budgets',
      fromMs: () => Math.min(spend.fromMs(now()), now() - recentMs),
      counted: (event, sign) => {
        const { circumstances } = event;
        const sums = sumsOfEvent(event);
        const change = { atMs: event.atMs, subject: circumstances, sums, sign };
        spend.feed(change);
        this.recent.add(change);
        this.past.counted(event, sign);
        if (this.estimates.isSeeded) {
          this.estimates.history.add(circumstances.get('provider') ?? '', circumstances.get('model') ?? '', sums, sign);
        }
      },
      replaced: () => {
        spend.forget();
        this.recent.clear();
        this.estimates.forget();
      },
    });
  }

  dispose(): void {
    this.watching.dispose();
    this.waiting.dispose();
    this.file.dispose();
  }

  get runs(): RunBook {
    return this.books.runs;
  }

  get log(): Log {
    return this.options.log;
  }

  now(): number {
    return this.options.now();
  }

  zone(): string {
    return this.books.spend.calendar.zone;
  }

  calendar(): BudgetCalendar {
    return this.books.spend.calendar;
  }

  query(query: LedgerQuery): LedgerRow[] {
    return this.options.ledger.query(query);
  }

  tell(event: BudgetEvent): void {
    this.happened.fire(event);
  }

  wasTerminated(run: string): boolean {
    const { runs } = this.books;
    if (runs.get(run) !== null) return false;
    const end = runs.endOf(run);
    if (end !== null) return end === 'terminated';
    const was = this.options.ledger.keeping.auditAbout('run_terminated', 'run', run).length > 0;
    // Its agent may go on reporting for it, and the trail is long.
    if (was) runs.end(run, 'terminated');
    return was;
  }

  /** A window is there, and this is its configuration. */
  see(view: View, configuration: Configuration): void {
    this.seen.set(view.window, configuration);
  }

  /** The configuration of a window, ready to judge by; of one that nobody has seen yet, the user's. */
  policyOf(view: View | null): Policy {
    const { own } = this.options;
    const configuration = view === null ? own() : (this.seen.get(view.window) ?? own());
    const { policy, isNew } = this.policies.of(configuration);
    if (isNew) this.holdAnew();
    return policy;
  }

  /** The user's configuration or the zone changed: windows are seen anew, each with its own. */
  configure(): void {
    const configurations = [this.options.own(), ...this.seen.values()];
    this.policies.replace(configurations, new BudgetCalendar(this.options.zone()));
    // A tier or a zone may have changed, too, and with them what is counted where.
    this.books.spend.forget();
    this.holdAnew();
    this.waiting.drain();
  }

  /** Reservations and tickets, to be written anew. */
  readonly all = (): Found => ({
    reservations: this.books.reservations.all(),
    tickets: this.waiting.list.all(),
  });

  /** On disk first: what its caller is not told of holds nothing. */
  hold(reservation: Reservation): void {
    this.file.hold(reservation, this.all);
    this.asking.hold(reservation);
  }

  /** It takes its place at once; one that can't be written has never begun, as `begun` tells. */
  begin(run: Run): void {
    const { runs } = this.books;
    runs.start(run);
    const written = this.keep([kept('run', run.id, run)], []).catch((error: unknown) => {
      runs.forget(run.id);
      throw new NotWritten(`run ${run.id} can't be remembered: ${messageOf(error)}`, { cause: error });
    });
    this.beginning.set(run.id, written);
    const over = (): boolean => this.beginning.get(run.id) === written && this.beginning.delete(run.id);
    written.then(over, (error: unknown) => {
      over();
      this.log('warn', messageOf(error));
    });
  }

  /** Resolves when this run is durable; rejects when it can't be. */
  async begun(run: string): Promise<void> {
    await this.beginning.get(run);
  }

  settle(id: string): Settlement {
    const settlement = this.books.reservations.settle(id);
    if (settlement === 'settled') this.file.close(id, this.all);
    return settlement;
  }

  /** How the budgets stand that these values count in. */
  statusesOf(view: View, of: Partial<Record<SubjectField, string | null>>): BudgetStatus[] {
    const nowMs = this.options.now();
    const policy = this.policyOf(view);
    return this.toStatuses(this.standings.of(policy, subject(of), view.sessionStartMs, nowMs), policy, nowMs);
  }

  /** Set while no cloud provider may be asked: the money for all of them, or for each of them, is used up. */
  notice(view: View | null): string | null {
    const untilMs = this.asking.localOnlyUntil(this.policyOf(view), this.now());
    return untilMs === null ? null : localOnlyNotice(untilMs, this.zone());
  }

  statuses(view: View | null): BudgetStatus[] {
    const nowMs = this.options.now();
    const policy = this.policyOf(view);
    return this.toStatuses(this.standings.all(policy, nowMs), policy, nowMs);
  }

  keep(puts: readonly Kept[], notes: readonly AuditNote[]): Promise<void> {
    return this.remembering.keep(puts, notes);
  }

  keepSoon(puts: readonly Kept[], notes: readonly AuditNote[]): void {
    this.remembering.soon(puts, notes);
  }

  flushed(): Promise<void> {
    return this.remembering.flushed();
  }

  /** Something is to be shown anew. */
  changed(): void {
    this.options.onChange();
  }

  /** Time passes: what expires, expires; who waits may have their turn. `windows`: those that are there. */
  tick(windows: ReadonlySet<string>): void {
    const nowMs = this.options.now();
    if (this.options.zone() !== this.zone()) this.configure();
    this.remembering.again();
    this.file.again(this.all);
    this.expireReservations();
    for (const { run } of this.books.runs.expire(windows, nowMs)) this.keepSoon([gone('run', run.id)], []);
    this.overriding.expire(nowMs);
    for (const window of this.seen.keys()) if (!windows.has(window)) this.seen.delete(window);
    this.waiting.tick(windows, nowMs);
    if (!this.past.look()) this.alerting.look();
  }

  /** Looked at before each decision, too: what has expired holds nothing any more. */
  expireReservations(): void {
    for (const id of this.books.reservations.expire(this.now())) this.file.close(id, this.all);
  }

  private holdAnew(): void {
    this.books.reservations.replace((reservation) => this.asking.placesOf(reservation));
  }

  private toStatuses(standings: readonly Standing[], { configuration }: Policy, nowMs: number): BudgetStatus[] {
    return standings.map((standing) => toStatus(standing, configuration.alerts.thresholds, nowMs));
  }

  /** What earlier leads remembered. */
  private recall(): void {
    const { keeping } = this.options.ledger;
    const nowMs = this.options.now();
    // Their windows have a lease from now on to come to this lead.
    for (const run of parsedAll<Run>(keeping.all('run'))) this.books.runs.start({ ...run, seenMs: nowMs });
    this.overriding.recall(keeping);
    this.alerting.recall(keeping);
  }
}
