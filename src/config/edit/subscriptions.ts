/** Adding, changing and removing subscriptions in a file's text. */
import type { Path } from '../issue';
import { parseConfiguration } from '../parse';
import { find } from '../read/located';
import type { SubscriptionEntry } from '../schema/providers';
import { removePath, setPath } from './edit';
import { inTurn, refused, type EditOutcome } from './outcome';
import type { Plain } from './render';

export function addSubscription(text: string, subscription: SubscriptionEntry): EditOutcome {
  const { count, path } = placeOf(text, subscription.id);
  if (path !== null) return refused('exists', `a subscription ${subscription.id} is there already`);
  return setPath(text, ['subscriptions', count], subscription);
}

/** Writes only what is given. */
export function changeSubscription(
  text: string,
  id: string,
  changes: Partial<Omit<SubscriptionEntry, 'id'>>,
): EditOutcome {
  const { path } = placeOf(text, id);
  if (path === null) return refused('not_found', `there is no subscription ${id}`);
  const given = Object.entries(changes).filter(([, value]) => value !== undefined) as [string, Plain][];
  return inTurn(
    text,
    given.map(
      ([key, value]) =>
        (now: string) =>
          setPath(now, [...path, key], value),
    ),
  );
}

export function removeSubscription(text: string, id: string): EditOutcome {
  const { path } = placeOf(text, id);
  return path === null ? refused('not_found', `there is no subscription ${id}`) : removePath(text, path);
}

function placeOf(text: string, id: string): { path: Path | null; count: number } {
  const { entries, filePath, root } = parseConfiguration(text);
  const index = (entries.subscriptions ?? []).findIndex((one) => one.id === id);
  const list = find(root, ['subscriptions'])?.node;
  return {
    path: index < 0 ? null : filePath(['subscriptions', index]),
    count: list?.kind === 'list' ? list.items.length : 0,
  };
}
