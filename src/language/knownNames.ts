/** Which providers and models somebody knows, so that a slip of the pen can be told from a name of one's own. */
import type { KnownNames } from '../config/resolve/references';
import type { PricedModel } from '../protocol/language';

/** Nobody has a price list of them. */
const others = ['ollama', 'lmstudio', 'llamacpp', 'mock', 'github-copilot', 'cursor'];

export function knownNames(models: readonly PricedModel[]): KnownNames {
  const ids = new Set(models.map(({ model }) => model.toLowerCase()));
  const families = new Set([...ids].flatMap((id) => id.split(/[^a-z\d]+/)));
  return {
    providers: [...new Set([...models.map(({ provider }) => provider), ...others])].filter((id) => id !== 'unknown'),
    isModel: (_, model) => {
      const name = model.toLowerCase();
      return ids.has(name) || families.has(name) || [...ids].some((id) => id.startsWith(name) || name.startsWith(id));
    },
  };
}
