/** Answers what windows ask about prices: that of one model, and which models have one. */
import { canonicalProvider, providerOf } from '../../domain/prices/provider';
import type { Configuration } from '../../protocol/configuration';
import type { PricedModel } from '../../protocol/language';
import type { ModelPrice } from '../../protocol/prices/price';
import type { PriceQuestion } from '../../protocol/prices/priceQuestion';
import type { Rates } from './rates';
import { explainPrice } from './explain';

/** `null`: nobody has told us a price of this model. */
export async function askPrice(
  { provider: said, model }: PriceQuestion,
  { tiers }: Configuration,
  rates: Rates,
  nowMs: number,
): Promise<ModelPrice | null> {
  await rates.load();
  const provider = providerOf(said, model);
  const match = rates.find(provider, model, nowMs);
  if (match === null) return null;
  const tier = rates.tierOf(provider, model, nowMs, tiers);
  return explainPrice({ provider, model, match, version: rates.builtInVersion, tier });
}

/** A short name of the user's own is of no provider. The user's own first, then those of the package's lists. */
export async function askModels({ tiers, prices }: Configuration, rates: Rates, nowMs: number): Promise<PricedModel[]> {
  await rates.load();
  const own = prices.map(({ provider, model }) => ({ provider: provider ?? providerOf(null, model), model }));
  const all = [...own, ...rates.models()].map(({ provider, model }) => ({
    provider: canonicalProvider(provider),
    model,
  }));
  const distinct = new Map(all.map((one) => [JSON.stringify(one), one]));
  return [...distinct.values()].map(({ provider, model }) => ({
    provider,
    model,
    tier: rates.tierOf(provider, model, nowMs, tiers),
  }));
}
