/** Quotas of subscriptions, free tiers and providers. Limits: nano-dollars for `cost`, bytes for `storage`, else counts. */
import { nanosFromUsd } from '../../domain/money';
import { canonicalProvider } from '../../domain/prices/provider';
import type { Origin, Quota, QuotaMeter, QuotaWindow } from '../../protocol/configuration';
import type { Path } from '../issue';
import type { FileEntries } from '../schema/file';
import { rateKeyList, type ProviderEntry } from '../schema/providers';
import { storageText, type QuotaEntry } from '../schema/quotas';

type OriginOf = (path: Path) => Origin;

export function quotasOfFile(entries: FileEntries, origin: OriginOf): Quota[] {
  const { providers = {}, subscriptions = [], free_tiers: freeTiers = [] } = entries;
  const quotas = [
    ...Object.entries(providers).flatMap(([name, entry]) =>
      ofProvider(canonicalProvider(name), entry, origin, ['providers', name]),
    ),
    ...subscriptions.flatMap(({ id, provider, quotas: list }, index) =>
      listed(list, { prefix: id, subscription: id, provider }, origin, ['subscriptions', index, 'quotas']),
    ),
    ...freeTiers.flatMap(({ provider, quotas: list }, index) => {
      const prefix = `${canonicalProvider(provider)}.free`;
      return listed(list, { prefix, subscription: null, provider }, origin, ['free_tiers', index, 'quotas']);
    }),
  ];
  return withUniqueIds(quotas);
}

function ofProvider(provider: string, entry: ProviderEntry, origin: OriginOf, path: Path): Quota[] {
  const of = { subscription: null, provider };
  const rates = rateKeyList.flatMap(({ key, meter, unit }): Quota[] => {
    const limit = entry[key];
    if (limit === undefined || limit === null) return [];
    const window: QuotaWindow = { kind: 'calendar', unit };
    const id = `${provider}.${meter}.${unit}`;
    return [{ id, ...of, meter, window, windowName: unit, limit, origin: origin([...path, key]) }];
  });
  const resources = resourceMeters.flatMap(([key, meter]): Quota[] => {
    const limit = entry.resource_limits?.[key];
    if (limit === undefined || limit === null) return [];
    const at = origin([...path, 'resource_limits', key]);
    return [
      { id: `${provider}.${meter}`, ...of, meter, window: { kind: 'gauge' }, windowName: 'gauge', limit, origin: at },
    ];
  });
  return [...rates, ...listed(entry.quotas, { prefix: provider, ...of }, origin, [...path, 'quotas']), ...resources];
}

const resourceMeters = [
  ['max_concurrent', 'concurrent'],
  ['max_vram_gb', 'vram_gb'],
  ['max_tokens_per_second', 'tokens_per_second'],
] as const satisfies readonly (readonly [string, QuotaMeter])[];

function listed(
  list: readonly QuotaEntry[] | undefined,
  of: { prefix: string; subscription: string | null; provider: string },
  origin: OriginOf,
  path: Path,
): Quota[] {
  return (list ?? []).map((entry, index) => {
    const { window, name } = windowOf(entry);
    return {
      id: [of.prefix, entry.meter, ...(window.kind === 'gauge' ? [] : [name])].join('.'),
      subscription: of.subscription,
      provider: canonicalProvider(of.provider),
      meter: entry.meter,
      window,
      windowName: name,
      limit: limitOf(entry),
      origin: origin([...path, index]),
    };
  });
}

const windowUnitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

function windowOf({ period, window }: QuotaEntry): { window: QuotaWindow; name: string } {
  if (window !== undefined) {
    const name = window.replace(/\s/g, '');
    const unit = name.at(-1) as keyof typeof windowUnitMs;
    return { window: { kind: 'rolling', lengthMs: Number(name.slice(0, -1)) * windowUnitMs[unit] }, name };
  }
  if (period === undefined) return { window: { kind: 'gauge' }, name: 'gauge' };
  return { window: period === 'cycle' ? { kind: 'cycle' } : { kind: 'calendar', unit: period }, name: period };
}

const bytesPer: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

function limitOf({ meter, limit }: QuotaEntry): number {
  if (typeof limit === 'string') {
    const [, amount = '0', unit = 'b'] = storageText.exec(limit) ?? [];
    return Math.min(Math.round(Number(amount) * (bytesPer[unit.toLowerCase()] ?? 1)), Number.MAX_SAFE_INTEGER);
  }
  return meter === 'cost' ? nanosFromUsd(limit) : limit;
}

function withUniqueIds(quotas: readonly Quota[]): Quota[] {
  const taken = new Map<string, number>();
  return quotas.map((quota) => {
    const times = (taken.get(quota.id) ?? 0) + 1;
    taken.set(quota.id, times);
    return times === 1 ? quota : { ...quota, id: `${quota.id}~${times}` };
  });
}
