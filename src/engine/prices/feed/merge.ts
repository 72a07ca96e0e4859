/**
 * The list that was taken, laid over the price package's: in the taken list's order, in which its patterns of ids are meant, and
 * then what only the package has. Pure.
 */
import type { ModelInfo } from '@pydantic/genai-prices';
import type { ListedProvider, PriceLines } from './listSchema';

/** `kept`: `idOf` of entries that stand in for what the list says of that model: the package's own, where it has one. */
export interface TakenLines {
  providers: PriceLines;
  kept: readonly string[];
  /** `idOf` of entries that the user took against our own list: they go before it. */
  first: readonly string[];
}

export interface MergedLists {
  providers: PriceLines;
  /** Whether a model's entry is the fetched list's. */
  isFetched: (provider: string, model: string) => boolean;
}

export const idOf = (provider: string, model: string): string => `${provider} ${model}`;

export function mergeLists(bundled: PriceLines, { providers, kept }: Omit<TakenLines, 'first'>): MergedLists {
  const keptIds = new Set(kept);
  const bundledById = new Map(bundled.map((provider) => [provider.id, provider]));
  const fetched = new Set<string>();
  const merged = providers.map((provider): ListedProvider => {
    const own = bundledById.get(provider.id);
    const others = new Map((own?.models ?? []).map((model) => [model.id, model]));
    const models = provider.models.map((model): ModelInfo => {
      const bundledModel = others.get(model.id);
      others.delete(model.id);
      const id = idOf(provider.id, model.id);
      if (keptIds.has(id) && bundledModel !== undefined) return bundledModel;
      fetched.add(id);
      return model;
    });
    return { ...own, ...provider, models: [...models, ...others.values()] };
  });
  const named = new Set(providers.map(({ id }) => id));
  return {
    providers: [...merged, ...bundled.filter(({ id }) => !named.has(id))],
    isFetched: (provider, model) => fetched.has(idOf(provider, model)),
  };
}
