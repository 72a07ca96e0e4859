/** What one file or the environment says, in the words of `Configuration`: only what is said, with where it is said. */
import type {
  Budget,
  Configuration,
  ConfigurationLayer,
  ConfiguredPrice,
  ModelFacts,
  Origin,
  Quota,
  Strategy,
  Subscription,
} from '../../protocol/configuration';
import type { Path } from '../issue';
import { budgetsOfFile, type Removal } from '../normalise/budgets';
import { modelsOfFile, pricesOfFile } from '../normalise/prices';
import { freeTiersOfFile, providersOfFile, subscriptionsOfFile, type ProviderPart } from '../normalise/providers';
import { quotasOfFile } from '../normalise/quotas';
import { settingsOfFile } from '../normalise/settings';
import type { FileEntries } from '../schema/file';
import type { TierEntry } from '../schema/tiers';

export interface Layer {
  budgets: readonly Budget[];
  removals: readonly Removal[];
  tiers: readonly TierEntry[];
  prices: readonly ConfiguredPrice[];
  models: readonly ModelFacts[];
  providers: readonly ProviderPart[];
  subscriptions: readonly Subscription[];
  freeTiers: readonly { provider: string; origin: Origin }[];
  quotas: readonly Quota[];
  agentTypes: Readonly<Record<string, { strategy: Strategy }>>;
  settings: Settings;
}

/** Values that a later layer simply takes the place of. */
export type Settings = Partial<
  Pick<
    Configuration,
    | 'timezone'
    | 'currency'
    | 'pricesUpdated'
    | 'fallbackProviders'
    | 'strategy'
    | 'unestimated'
    | 'whenQuotaExhausted'
    | 'project'
  >
> & { alerts?: Partial<Configuration['alerts']>; retention?: Partial<Configuration['retention']> };

export function layerOfFile(entries: FileEntries, layer: ConfigurationLayer, filePath: (path: Path) => Path): Layer {
  const origin = (path: Path): Origin => ({ layer, path: filePath(path) });
  const types = Object.entries(entries.limits?.per_agent_type ?? {});
  return {
    ...budgetsOfFile(entries, origin),
    tiers: entries.tiers ?? [],
    prices: pricesOfFile(entries, origin),
    models: modelsOfFile(entries, origin),
    providers: providersOfFile(entries, origin),
    subscriptions: subscriptionsOfFile(entries, origin),
    freeTiers: freeTiersOfFile(entries, origin),
    quotas: quotasOfFile(entries, origin),
    agentTypes: Object.fromEntries(
      types.flatMap(([type, { strategy }]) => (strategy === undefined ? [] : [[type, { strategy }]])),
    ),
    settings: settingsOfFile(entries),
  };
}

export function emptyLayer(): Layer {
  return {
    budgets: [],
    removals: [],
    tiers: [],
    prices: [],
    models: [],
    providers: [],
    subscriptions: [],
    freeTiers: [],
    quotas: [],
    agentTypes: {},
    settings: {},
  };
}
