/** Layers → one configuration. Later layers count over earlier ones; what has an id is joined by it. */
import type { Configuration, ConfiguredPrice, ModelFacts, Quota } from '../../protocol/configuration';
import { defaultConfiguration } from '../normalise/defaults';
import { joinProviders } from '../normalise/providers';
import { joinTiers } from '../normalise/tiers';
import { omit } from '../normalise/settings';
import type { Layer } from './layer';

/** Everything but budgets and quotas, of which a workspace may not have its way. */
export function join(layers: readonly Layer[]): Omit<Configuration, 'budgets' | 'quotas'> {
  const settings = layers.map((layer) => layer.settings);
  const subscriptions = byKey(
    layers.flatMap((layer) => layer.subscriptions),
    ({ id }) => id,
  );
  const freeTiers = layers.flatMap((layer) => layer.freeTiers);
  const single = Object.assign(
    {},
    ...settings.map((one) => omit(one, 'alerts', 'retention')),
  ) as Partial<Configuration>;
  const given = {
    alerts: Object.assign({}, ...settings.map(({ alerts }) => alerts)) as Partial<Configuration['alerts']>,
    retention: Object.assign({}, ...settings.map(({ retention }) => retention)) as Partial<Configuration['retention']>,
  };
  const defaults = omit(defaultConfiguration, 'budgets', 'quotas');
  return {
    ...defaults,
    ...single,
    tiers: joinTiers(layers.flatMap((layer) => layer.tiers)),
    prices: byKey(
      layers.flatMap((layer) => layer.prices),
      priceKey,
    ),
    models: byKey(
      layers.flatMap((layer) => layer.models),
      modelKey,
    ),
    providers: joinProviders(
      layers.flatMap((layer) => layer.providers),
      subscriptions,
      freeTiers,
    ),
    subscriptions,
    agentTypes: Object.assign(
      {},
      defaults.agentTypes,
      ...layers.map((layer) => layer.agentTypes),
    ) as Configuration['agentTypes'],
    alerts: { ...defaults.alerts, ...given.alerts },
    retention: { ...defaults.retention, ...given.retention },
  };
}

export function joinQuotas(layers: readonly Layer[]): Quota[] {
  return byKey(
    layers.flatMap((layer) => layer.quotas),
    ({ id }) => id,
  );
}

function priceKey({ provider, model, fromMs }: ConfiguredPrice): string {
  return JSON.stringify([provider, model.toLowerCase(), fromMs]);
}

function modelKey({ provider, model }: ModelFacts): string {
  return JSON.stringify([provider, model.toLowerCase()]);
}

/** The last of each key, where the first one stood. */
export function byKey<T>(list: readonly T[], keyOf: (one: T) => string): T[] {
  return [...new Map(list.map((one) => [keyOf(one), one])).values()];
}
