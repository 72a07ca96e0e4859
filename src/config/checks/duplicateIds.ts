/** Ids that stand for two things. The second one is shown. */
import { canonicalProvider } from '../../domain/prices/provider';
import type { Finding, Path } from '../issue';
import type { FileEntries } from '../schema/file';
import { finding, type CheckedFile } from './check';

interface Named {
  what: string;
  id: string;
  path: Path;
  spot?: 'key';
}

export function duplicateIds({ entries, filePath }: CheckedFile): Finding[] {
  return groups(entries).flatMap((group) => {
    const seen = new Set<string>();
    return group.flatMap(({ what, id, path, spot }) => {
      if (!seen.has(id)) {
        seen.add(id);
        return [];
      }
      const message = `a second ${what} has the name ${id}`;
      return [finding('error', 'duplicate_id', message, filePath(path), spot && { spot })];
    });
  });
}

function groups(entries: FileEntries): Named[][] {
  const { tiers = [], subscriptions = [], budgets = {}, providers = {}, pricing, projects = {}, limits = {} } = entries;
  const listed = (what: string, list: readonly { id?: string | undefined }[], path: Path): Named[] =>
    list.flatMap(({ id }, index) => (id === undefined ? [] : [{ what, id, path: [...path, index, 'id'] }]));
  const keyed = (what: string, map: object, path: Path, idOf: (name: string) => string): Named[] =>
    Object.keys(map).map((name) => ({ what, id: idOf(name), path: [...path, name], spot: 'key' }));
  const backends = keyed(
    'budget of the provider',
    budgets.per_backend ?? {},
    ['budgets', 'per_backend'],
    canonicalProvider,
  );
  return [
    listed('tier', tiers, ['tiers']),
    listed('subscription', subscriptions, ['subscriptions']),
    listed('budget', budgets.rules ?? [], ['budgets', 'rules']),
    keyed('entry of the provider', providers, ['providers'], canonicalProvider),
    backends,
    keyed('price of the model', pricing?.models ?? {}, ['pricing', 'models'], (name) => name.trim().toLowerCase()),
    // A project's limits stand in one place or the other; the same limit in both would be two budgets of one name.
    [...projectLimits(limits.per_project ?? {}, ['limits', 'per_project'], []), ...ofProjects(projects)],
  ];
}

function ofProjects(projects: NonNullable<FileEntries['projects']>): Named[] {
  return projectLimits(
    Object.fromEntries(Object.entries(projects).map(([name, { limits }]) => [name, limits ?? {}])),
    ['projects'],
    ['limits'],
  );
}

function projectLimits(projects: Readonly<Record<string, object>>, before: Path, after: Path): Named[] {
  return Object.entries(projects).flatMap(([name, limits]) =>
    Object.keys(limits)
      .filter((key) => key.startsWith('max_'))
      .map((key): Named => ({
        what: 'limit',
        id: `${name}.${key}`,
        path: [...before, name, ...after, key],
        spot: 'key',
      })),
  );
}
