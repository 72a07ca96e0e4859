/** Setting a model's price in a file's text. Prices as in the file: USD per million tokens. */
import { canonicalProvider } from '../../domain/prices/provider';
import type { Path } from '../issue';
import { parseConfiguration } from '../parse';
import { find } from '../read/located';
import type { PriceEntry } from '../schema/prices';
import { removePath, setPath } from './edit';
import { inTurn, refused, type EditOutcome } from './outcome';
import type { Plain } from './render';

export interface PriceTarget {
  /** `null`: for any provider, in `pricing.models`. */
  provider: string | null;
  model: string;
}

/**
 * Writes what is given and leaves the rest of the model's entry as it is. Of a list of dated prices the one with the same
 * `from` is changed; a new date adds one, and makes a list of what was a single price.
 */
export function setPrice(text: string, target: PriceTarget, price: PriceEntry): EditOutcome {
  const { root } = parseConfiguration(text);
  const path = placeOf(text, target);
  const node = find(root, path)?.node;
  const given = Object.entries(price).filter(([, value]) => value !== undefined) as [string, Plain][];
  const each = (at: Path) =>
    inTurn(
      text,
      given.map(
        ([key, value]) =>
          (now: string) =>
            setPath(now, [...at, key], value),
      ),
    );
  if (node?.kind === 'list') {
    const index = node.items.findIndex((_, at) => dateAt(text, [...path, at]) === (price.from ?? null));
    return index < 0 ? setPath(text, [...path, node.items.length], Object.fromEntries(given)) : each([...path, index]);
  }
  if (node?.kind !== 'map') return setPath(text, path, Object.fromEntries(given));
  if (dateAt(text, path) === (price.from ?? null)) return each(path);
  const before = parseConfiguration(text).entries;
  const provider = path[0] === 'providers' ? before.providers?.[String(path[1])] : before.pricing;
  const single = provider?.models?.[target.model];
  if (single === undefined || Array.isArray(single))
    return refused('form', `the price of ${target.model} is not right`);
  return setPath(text, path, [single, Object.fromEntries(given)]);
}

export function removePrice(text: string, target: PriceTarget): EditOutcome {
  return removePath(text, placeOf(text, target));
}

/** Under the name that the file has for the provider. */
function placeOf(text: string, { provider, model }: PriceTarget): Path {
  if (provider === null) return ['pricing', 'models', model];
  const wanted = canonicalProvider(provider);
  const written = Object.keys(parseConfiguration(text).entries.providers ?? {});
  return ['providers', written.find((name) => canonicalProvider(name) === wanted) ?? wanted, 'models', model];
}

function dateAt(text: string, path: Path): string | null {
  const from = find(parseConfiguration(text).root, [...path, 'from'])?.node;
  return from?.kind === 'scalar' ? String(from.value) : null;
}
