/** Adding, changing, removing and resetting tiers in a file's text. */
import type { Tier } from '../../protocol/configuration';
import { builtIn } from '../normalise/tiers';
import { parseConfiguration } from '../parse';
import { symbolsOf } from '../symbols';
import { removePath, setPath } from './edit';
import { inTurn, refused, type EditOutcome } from './outcome';

export type TierChanges = Partial<Omit<Tier, 'id'>>;

/** The place of each tier in the file's list. */
function placeOf(text: string, id: string): { index: number; count: number } {
  const { entries, filePath } = parseConfiguration(text);
  const tiers = entries.tiers ?? [];
  const index = tiers.findIndex((tier) => tier.id === id);
  const place = filePath(['tiers', Math.max(index, 0)]).at(-1);
  return { index: index < 0 ? -1 : Number(place), count: countOf(text) };
}

function countOf(text: string): number {
  const tiers = parseConfiguration(text).root;
  const list = tiers?.kind === 'map' ? tiers.entries.get('tiers')?.node : undefined;
  return list?.kind === 'list' ? list.items.length : 0;
}

export function addTier(text: string, tier: Pick<Tier, 'id'> & TierChanges): EditOutcome {
  const { index, count } = placeOf(text, tier.id);
  if (index >= 0) return refused('exists', `a tier ${tier.id} is there already`);
  return setPath(text, ['tiers', count], { ...tier });
}

/** Writes only what is given; a built-in tier that the file says nothing of gets an entry with that alone. */
export function changeTier(text: string, id: string, changes: TierChanges): EditOutcome {
  const { index } = placeOf(text, id);
  if (index < 0) {
    if (builtIn(id) === undefined) return refused('not_found', `there is no tier ${id}`);
    return addTier(text, { id, ...changes });
  }
  const steps = Object.entries(changes).map(
    ([key, value]) =>
      (now: string) =>
        setPath(now, ['tiers', index, key], value),
  );
  return inTurn(text, steps);
}

/** `usedBy`: what refers to it elsewhere. Of an added tier the entry goes; a built-in one is marked as removed. */
export function removeTier(text: string, id: string, { evenIfUsed = false } = {}): EditOutcome {
  const { index, count } = placeOf(text, id);
  const isBuiltIn = builtIn(id) !== undefined;
  if (index < 0 && !isBuiltIn) return refused('not_found', `there is no tier ${id}`);
  const usedBy = symbolsOf(parseConfiguration(text))
    .filter((symbol) => symbol.kind === 'tier' && symbol.id === id && symbol.role === 'reference')
    .map(({ path }) => path);
  if (usedBy.length > 0 && !evenIfUsed) {
    return refused(
      'in_use',
      `${usedBy.length} ${usedBy.length === 1 ? 'place refers' : 'places refer'} to ${id}`,
      usedBy,
    );
  }
  if (!isBuiltIn) return removePath(text, ['tiers', index]);
  return index < 0
    ? setPath(text, ['tiers', count], { id, remove: true })
    : setPath(text, ['tiers', index, 'remove'], true);
}

/** A built-in tier as it ships. */
export function resetTier(text: string, id: string): EditOutcome {
  const { index } = placeOf(text, id);
  if (builtIn(id) === undefined) return refused('not_found', `${id} is no built-in tier`);
  return index < 0 ? { ok: true, edits: [], text } : removePath(text, ['tiers', index]);
}
