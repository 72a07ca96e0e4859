/** What a service tier multiplies the price of a model's tokens by, by the rules that we keep. */
import { modelCandidates, saysFast } from '../../domain/prices/modelId';
import { localProviders } from '../../domain/prices/provider';
import type { Multiplier, PriceMatch } from '../../domain/prices/rating';
import { modifiers as allModifiers, type Modifier } from '../../protocol/vocabulary';
import { modifierRules } from './overrides/modifiers';

const none: Multiplier = { ratio: [1, 1], certain: true };

export function multipliersOf(provider: string, model: string): PriceMatch['multipliers'] {
  // Lists spell one model `anthropic/claude-opus-4.8`, `regional.anthropic.claude-opus-4-8-v1:0`, `claude-opus-4-8`.
  const spellings = modelCandidates(model.replace(/^regional\./, '')).map(({ id }) => id);
  const multipliers: Partial<Record<Modifier, Multiplier>> = {};
  if (localProviders.has(provider)) {
    return Object.fromEntries(allModifiers.map((modifier) => [modifier, none]));
  }
  if (saysFast(model)) {
    multipliers.fast = none; // an entry of its own: what it costs is there
  }
  for (const rule of modifierRules) {
    if (rule.providers !== undefined && !rule.providers.includes(provider)) {
      continue;
    }
    if (spellings.some((id) => rule.models.test(id))) {
      for (const modifier of rule.modifiers) {
        multipliers[modifier] ??= { ratio: rule.ratio, certain: rule.contested !== true };
      }
    }
  }
  return multipliers;
}
