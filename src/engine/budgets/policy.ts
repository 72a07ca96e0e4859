/** Configurations in force, made ready to judge by: each budget with the counter that it is measured by. */
import type { BudgetCalendar } from '../../domain/time/budgetPeriod';
import type { Counter, SpendBook } from '../../domain/budgets/budgetSpend';
import { capabilitiesOf } from '../../domain/budgets/fallbackModels';
import type { Budget, Capability, Configuration } from '../../protocol/configuration';

export interface Measured {
  budget: Budget;
  counter: Counter;
}

export interface Policy {
  configuration: Configuration;
  measured: readonly Measured[];
}

export class Policies {
  private known = new Map<Configuration, Policy>();

  constructor(private readonly book: SpendBook) {}

  /** All that count from now on; `added` ones are reckoned with besides, until the next call. */
  replace(configurations: Iterable<Configuration>, calendar?: BudgetCalendar): void {
    const unique = new Set(configurations);
    this.book.count(
      [...unique].flatMap(({ budgets }) => budgets),
      calendar,
    );
    this.known = new Map([...unique].map((configuration) => [configuration, this.compile(configuration)]));
  }

  /** `isNew`: counters were added, so what is reserved must be held against them. */
  of(configuration: Configuration): { policy: Policy; isNew: boolean } {
    const known = this.known.get(configuration);
    if (known !== undefined) return { policy: known, isNew: false };
    this.replace([...this.known.keys(), configuration]);
    const policy = this.known.get(configuration);
    if (policy === undefined) throw new Error('a configuration that was just added is missing');
    return { policy, isNew: true };
  }

  all(): Configuration[] {
    return [...this.known.keys()];
  }

  private compile(configuration: Configuration): Policy {
    const measured = configuration.budgets.map((budget) => ({ budget, counter: this.book.counter(budget) }));
    return { configuration, measured };
  }
}

/** The user's word on a model or its provider; `null`: as our data says. */
export function configuredCapabilities(
  { models, providers }: Pick<Configuration, 'models' | 'providers'>,
  provider: string,
  model: string,
): readonly Capability[] | null {
  const id = model.toLowerCase();
  const facts = models.find(
    (one) => one.capabilities !== null && (one.provider ?? provider) === provider && one.model.toLowerCase() === id,
  );
  if (facts !== undefined) return facts.capabilities;
  const ofProvider = Object.hasOwn(providers, provider) ? (providers[provider]?.capabilities ?? null) : null;
  // A provider's list says what it offers at all: what our data denies a model stays denied.
  const known = capabilitiesOf(provider, model);
  return ofProvider === null || known === null
    ? ofProvider
    : ofProvider.filter((capability) => known.includes(capability));
}
