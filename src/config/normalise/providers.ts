/** `providers:` and `subscriptions:` as far as they say how something is paid for. Fees in nano-dollars a month. */
import { nanosFromUsd } from '../../domain/money';
import { canonicalProvider, localProviders } from '../../domain/prices/provider';
import { subscriptionPlan, subscriptionPlans, type SubscriptionPlan } from '../../domain/subscriptionPlans';
import type { BillingMode, Origin, ProviderConfiguration, Subscription } from '../../protocol/configuration';
import type { Path } from '../issue';
import type { FileEntries } from '../schema/file';

/** The catalogue for `plan:` of a subscription, as the language server may see it. */
export const knownPlans: readonly SubscriptionPlan[] = subscriptionPlans;

type OriginOf = (path: Path) => Origin;

/** What a file says of a provider, and no more. */
export interface ProviderPart {
  id: string;
  part: Partial<ProviderConfiguration>;
  origin: Origin;
}

export function providersOfFile(entries: FileEntries, origin: OriginOf): ProviderPart[] {
  return Object.entries(entries.providers ?? {}).map(([name, entry]) => ({
    id: canonicalProvider(name),
    part: {
      ...(entry.billing !== undefined && { billing: entry.billing }),
      ...(entry.capabilities !== undefined && { capabilities: entry.capabilities }),
      ...(entry.fixed_monthly_cost !== undefined && { fixedMonthlyNanos: nanosFromUsd(entry.fixed_monthly_cost) }),
      ...(entry.electricity !== undefined && {
        electricity: {
          watts: entry.electricity.watts,
          nanosPerKwh: nanosFromUsd(entry.electricity.price_per_kwh),
        },
      }),
    },
    origin: origin(['providers', name]),
  }));
}

/** Those anybody mentions as a provider that is paid for somehow; later parts count over earlier ones. */
export function joinProviders(
  parts: readonly ProviderPart[],
  subscriptions: readonly Subscription[],
  freeTiers: readonly { provider: string; origin: Origin }[],
): Record<string, ProviderConfiguration> {
  const providers: Record<string, ProviderConfiguration> = {};
  const mentioned = [...freeTiers, ...subscriptions].map(({ provider, origin }) => ({
    id: provider,
    part: {},
    origin,
  }));
  for (const { id, part, origin } of [...mentioned, ...parts]) {
    const before = Object.hasOwn(providers, id) ? providers[id] : undefined;
    providers[id] = { ...(before ?? usualProvider(id, subscriptions, freeTiers)), ...part, origin };
  }
  return providers;
}

function usualProvider(
  id: string,
  subscriptions: readonly { provider: string }[],
  freeTiers: readonly { provider: string }[],
): Omit<ProviderConfiguration, 'origin'> {
  const has = (list: readonly { provider: string }[]) => list.some(({ provider }) => provider === id);
  return {
    billing: usualBilling(id, has(subscriptions), has(freeTiers)),
    capabilities: null,
    fixedMonthlyNanos: 0,
    electricity: null,
  };
}

/** Of a provider that no file says anything of. */
export function usualBilling(id: string, hasSubscription: boolean, hasFreeTier: boolean): BillingMode {
  if (localProviders.has(id)) return 'local';
  if (hasSubscription) return 'subscription';
  return hasFreeTier ? 'free_tier' : 'metered';
}

export function subscriptionsOfFile(entries: FileEntries, origin: OriginOf): Subscription[] {
  return (entries.subscriptions ?? []).map((entry, index) => {
    const plan = entry.plan === undefined ? null : subscriptionPlan(entry.plan);
    const fee = entry.monthly_fee ?? plan?.monthlyFeeUsd ?? null;
    return {
      id: entry.id,
      displayName: entry.display_name ?? plan?.displayName ?? entry.id,
      provider: canonicalProvider(entry.provider),
      plan: entry.plan ?? null,
      monthlyFeeNanos: fee === null ? null : nanosFromUsd(fee),
      cycleDay: entry.cycle_day ?? 1,
      origin: origin(['subscriptions', index]),
    };
  });
}

export function freeTiersOfFile(entries: FileEntries, origin: OriginOf): { provider: string; origin: Origin }[] {
  return (entries.free_tiers ?? []).map(({ provider }, index) => ({
    provider: canonicalProvider(provider),
    origin: origin(['free_tiers', index]),
  }));
}
