/** Names in one file whose meaning may stand in another, or with the caller: tiers, providers, models. */
import { canonicalProvider } from '../../domain/prices/provider';
import type { Tier } from '../../protocol/configuration';
import { finding } from '../checks/check';
import type { Finding, Path } from '../issue';
import { placedPrices } from '../normalise/prices';
import type { ParsedConfiguration } from '../parse';
import { suggest } from '../validate/suggest';

/** What the caller knows; what it does not say, is not checked. */
export interface KnownNames {
  /** Canonical ids. */
  providers?: readonly string[];
  isModel?: (provider: string | null, model: string) => boolean;
}

export function unknownReferences(file: ParsedConfiguration, tiers: readonly Tier[], known: KnownNames): Finding[] {
  const { entries, filePath } = file;
  return [
    ...tierReferences(entries, filePath, tiers),
    ...providerReferences(entries, filePath, known.providers),
    ...placedPrices(entries).flatMap(({ provider, model, path }): Finding[] => {
      if (known.isModel === undefined || known.isModel(provider, model)) return [];
      const at = filePath(path).slice(0, provider === null ? 3 : 4);
      const message = `no model ${model} is known yet; its price holds from its first use on`;
      return [finding('information', 'unknown_model', message, at, { spot: 'key' })];
    }),
  ];
}

function tierReferences(
  entries: ParsedConfiguration['entries'],
  filePath: (path: Path) => Path,
  tiers: readonly Tier[],
): Finding[] {
  const ids = tiers.map(({ id }) => id);
  const references = [
    ...placedPrices(entries).map(({ entry, path }) => ({ id: entry.tier, path: [...path, 'tier'] })),
    ...(entries.budgets?.rules ?? []).flatMap((rule, index) => {
      const path = ['budgets', 'rules', index];
      if (rule.scope !== 'tier') return [];
      const except = (rule.except ?? []).map((id, at) => ({ id, path: [...path, 'except', at] }));
      return [{ id: rule.scope_id, path: [...path, 'scope_id'] }, ...except];
    }),
  ];
  return references.flatMap(({ id, path }): Finding[] => {
    if (id === undefined || ids.includes(id)) return [];
    const near = suggest(id, ids);
    const message = `no tier ${id} is known${near === null ? '' : `; did you mean ${near}?`}`;
    const more = near === null ? {} : { replacement: { title: `Change to ${near}`, text: near } };
    return [finding('error', 'unknown_tier', message, filePath(path), more)];
  });
}

/** A provider that nobody knows may be somebody's own, so it is worth a word and no more. */
function providerReferences(
  entries: ParsedConfiguration['entries'],
  filePath: (path: Path) => Path,
  known: readonly string[] | undefined,
): Finding[] {
  if (known === undefined) return [];
  const own = Object.keys(entries.providers ?? {}).map(canonicalProvider);
  const keys = (map: object | undefined, ...path: Path) =>
    Object.keys(map ?? {}).map((name) => ({ name, path: [...path, name], spot: 'key' as const }));
  const named = (list: readonly { provider: string }[] | undefined, key: string) =>
    (list ?? []).map(({ provider }, index) => ({
      name: provider,
      path: [key, index, 'provider'] as Path,
      spot: 'value' as const,
    }));
  const rules = (entries.budgets?.rules ?? []).flatMap(({ scope, scope_id: id }, index) =>
    scope === 'provider' && id !== undefined
      ? [{ name: id, path: ['budgets', 'rules', index, 'scope_id'] as Path, spot: 'value' as const }]
      : [],
  );
  const references = [
    ...keys(entries.providers, 'providers'),
    ...keys(entries.budgets?.per_backend, 'budgets', 'per_backend'),
    ...named(entries.subscriptions, 'subscriptions'),
    ...named(entries.free_tiers, 'free_tiers'),
    ...(entries.fallback_providers ?? []).map((name, index) => ({
      name,
      path: ['fallback_providers', index] as Path,
      spot: 'value' as const,
    })),
    ...rules,
  ];
  return references.flatMap(({ name, path, spot }): Finding[] => {
    const id = canonicalProvider(name);
    const defines = path[0] === 'providers';
    if (known.includes(id) || (!defines && own.includes(id))) return [];
    const near = suggest(name, known);
    // Somebody's own provider is named nowhere else; a slip of the pen is near one that we know.
    if (defines && near === null) return [];
    const message = `no provider ${name} is known${near === null ? '' : `; did you mean ${near}?`}`;
    const more = near === null ? {} : { replacement: { title: `Change to ${near}`, text: near } };
    return [finding('warning', 'unknown_provider', message, filePath(path), { spot, ...more })];
  });
}
