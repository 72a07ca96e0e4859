/**
 * Budgets and alerts of an open ledger, wired: states of budgets, the gate that grants by them, the watch that tells of them.
 * Lives in the window that leads, on its one thread. What must outlive it is in the ledger (spend, runs, overrides, alerts,
 * audit) or in the reservation file (reservations, who waits); what is in memory is made of those when a window takes over.
 */
import { BudgetSpend } from '../domain/budgets/budgetSpend';
import { ModelHistory } from '../domain/budgets/modelHistory';
import { BudgetCalendar } from '../domain/time/budgetPeriod';
import type { RunningSums } from '../domain/usage/runningSums';
import type { DurableState } from '../ledger/durableState';
import type { BudgetEvent } from '../protocol/api/budgetApi';
import type { Configuration } from '../protocol/configuration';
import { AlertWatch } from './alerts/alertWatch';
import type { Reading } from './alerts/knownPast';
import type { ProviderUsage } from './alerts/underuse';
import { BudgetStates, type QuotaStates } from './budgets/budgetStates';
import { DurableWriter } from './budgets/durableWriter';
import { Estimates, type Rater } from './budgets/estimates';
import { Gate } from './budgets/gate';
import { Overrides } from './budgets/overrides';
import { ReservationFile, type Disk } from './budgets/reservationFile';
import { Reservations } from './budgets/reservations';
import { Runs } from './budgets/runs';
import { Emitter } from './support/emitter';
import type { QueriedLedger, WatchedLedger } from './support/ledgerSums';
import { bugIn, type Log } from './support/log';

export interface ControlOptions {
  reading: Reading;
  ledger: QueriedLedger & WatchedLedger & { keeping: DurableState };
  sums: RunningSums;
  dataDirectory: string;
  epoch: number;
  rates: Rater & { tierOf(provider: string, model: string, atMs: number): string | null };
  quotas: QuotaStates;
  usage: ProviderUsage;
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

export class OpenControls {
  readonly states: BudgetStates;
  readonly gate: Gate;
  readonly alerts: AlertWatch;
  readonly overrides: Overrides;
  private readonly writer: DurableWriter;

  readonly onDidHappen: Emitter<BudgetEvent>['event'];

  constructor(private readonly options: ControlOptions) {
    const { ledger, sums, rates, now, log } = options;
    const { keeping } = ledger;
    const happened = new Emitter<BudgetEvent>(bugIn('an event of a budget', log));
    this.onDidHappen = happened.event;
    const tell = (event: BudgetEvent): void => happened.fire(event);
    const tierOf = (provider: string, model: string): string | null => rates.tierOf(provider, model, now());
    const file = ReservationFile.open(options.dataDirectory, options.epoch, log, options.disk);
    const writer = new DurableWriter((puts, notes) => keeping.keep(puts, notes), log);
    const spend = new BudgetSpend(sums, new BudgetCalendar(options.zone()), tierOf);
    const reservations = new Reservations(file, spend);
    const runs = new Runs({ ...options, keeping, writer });
    const overrides = new Overrides({
      keeping,
      writer,
      now,
      calendar: () => spend.calendar,
      onDidChange: () => {
        this.states.allMoved();
        this.gate.limitsChanged();
      },
    });
    const onDidCount = (): void => reservations.holdAnew();
    this.states = new BudgetStates({ ...options, spend, held: reservations, overrides, runs, onDidCount });
    reservations.holdAnew();
    const estimates = new Estimates(new ModelHistory(sums), rates);
    this.gate = new Gate({ ...options, states: this.states, estimates, reservations, file, runs, writer, tell });
    this.alerts = new AlertWatch({ ...options, states: this.states, writer, tierOf, tell });
    this.gate.onWillEnd(({ state, of }) => this.alerts.usedUp(state, of));
    this.overrides = overrides;
    this.writer = writer;
  }

  dispose(): void {
    this.alerts.dispose();
    this.gate.dispose();
  }

  /** The user's configuration or the zone changed: windows are seen anew, each with its own. */
  configure(): void {
    this.states.configure();
    this.gate.limitsChanged();
  }

  /** Time passes. `windows`: those that are there. */
  tick(windows: ReadonlySet<string>): void {
    if (this.options.zone() !== this.states.zone) this.configure();
    this.writer.again();
    this.overrides.expire(this.options.now());
    this.states.retain(windows);
    this.gate.tick(windows);
    this.alerts.tick();
  }

  /** Resolves when all so far is durable, or is known to be impossible for now. */
  flushed(): Promise<void> {
    return this.writer.flushed();
  }
}
