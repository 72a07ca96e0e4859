/** Configurations in force, made ready to judge by: each budget with the counter that it is measured by. */
import type { BudgetCounter, BudgetSpend } from '../../domain/budgets/budgetSpend';
import type { BudgetCalendar } from '../../domain/time/budgetPeriod';
import type { Budget, Configuration } from '../../protocol/configuration';
import type { View } from '../support/view';

export interface MeasuredBudget {
  budget: Budget;
  counter: BudgetCounter;
}

export interface Policy {
  configuration: Configuration;
  measured: readonly MeasuredBudget[];
  /** Those that end a run when they are used up. */
  ending: readonly MeasuredBudget[];
}

export class Policies {
  private known = new Map<Configuration, Policy>();
  /** Configurations by window. */
  private readonly seen = new Map<string, Configuration>();

  constructor(
    private readonly spend: BudgetSpend,
    /** The user's, without any workspace's: for what concerns all windows. */
    private readonly own: () => Configuration,
    /** Other counters count from now on: what is reserved must be held against them. */
    private readonly onDidCount: () => void,
  ) {
    this.replace([own()]);
  }

  /** A window is there, and this is its configuration. */
  see(view: View, configuration: Configuration): void {
    this.seen.set(view.window, configuration);
  }

  /** Only these windows are there. */
  retain(windows: ReadonlySet<string>): void {
    for (const window of this.seen.keys()) if (!windows.has(window)) this.seen.delete(window);
  }

  /** Of a window; of one that nobody has seen yet, or of none, the user's. */
  of(view: View | null): Policy {
    const configuration = view === null ? this.own() : (this.seen.get(view.window) ?? this.own());
    const known = this.known.get(configuration);
    if (known !== undefined) return known;
    this.replace([...this.known.keys(), configuration]);
    this.onDidCount();
    const policy = this.known.get(configuration);
    if (policy === undefined) throw new Error('a configuration that was just added is missing');
    return policy;
  }

  /** The user's configuration or the zone changed; windows are seen anew, each with its own. */
  configure(calendar: BudgetCalendar): void {
    this.replace([this.own(), ...this.seen.values()], calendar);
    this.onDidCount();
  }

  private replace(configurations: Iterable<Configuration>, calendar?: BudgetCalendar): void {
    const unique = new Set(configurations);
    this.spend.count(
      [...unique].flatMap(({ budgets }) => budgets),
      calendar,
    );
    this.known = new Map([...unique].map((configuration) => [configuration, this.compile(configuration)]));
  }

  private compile(configuration: Configuration): Policy {
    const measured = configuration.budgets.map((budget) => ({ budget, counter: this.spend.counter(budget) }));
    const ending = measured.filter(
      ({ budget }) => budget.hard && budget.action === 'terminate' && budget.period !== 'request',
    );
    return { configuration, measured, ending };
  }
}
