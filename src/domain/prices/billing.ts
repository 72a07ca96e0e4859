/**
 * What is paid, as against what calls would cost by the API. Only metered calls are billed one by one; a subscription, a
 * free tier and one's own machine cost what they cost whether they are used or not, as lines of their own. Nano-dollars.
 */
import type { BillingMode, Configuration } from '../../protocol/configuration';
import type { Interval } from '../../protocol/query';
import { accrued, chargesOf, type Charge } from '../accrual';
import type { Nanos } from '../money';
import { localProviders } from './provider';

export function billingModeOf(provider: string, { providers }: Pick<Configuration, 'providers'>): BillingMode {
  const configured = Object.hasOwn(providers, provider) ? providers[provider] : undefined;
  return configured?.billing ?? (localProviders.has(provider) ? 'local' : 'metered');
}

/** What of a configuration says how things are paid for. */
export type Payment = Pick<Configuration, 'providers' | 'subscriptions'>;

export interface ChargeLine extends Charge {
  nanos: Nanos;
}

export interface Billed {
  /** Of calls that are billed one by one. */
  usageNanos: Nanos;
  /** What accrued so far; what did not is left out. */
  charges: ChargeLine[];
  totalNanos: Nanos;
}

/**
 * What an interval is billed, up to now. `usage`: what its calls would cost by the API, by provider. `providers`: whose
 * charges are asked for; `null`: all.
 */
export function billedIn(
  { startMs, endMs }: Interval,
  zone: string,
  nowMs: number,
  configuration: Payment,
  usage: Iterable<{ provider: string; costNanos: Nanos }>,
  providers: ReadonlySet<string> | null = null,
): Billed {
  let usageNanos = 0;
  for (const { provider, costNanos } of usage) {
    if (billingModeOf(provider, configuration) === 'metered') usageNanos += costNanos;
  }
  const soFar = { startMs, endMs: Math.max(startMs, Math.min(endMs, nowMs + 1)) };
  const charges = chargesOf(configuration)
    .filter(({ provider }) => providers === null || providers.has(provider))
    .map((charge): ChargeLine => ({ ...charge, nanos: accrued(charge, soFar, zone) }))
    .filter(({ nanos }) => nanos > 0);
  return { usageNanos, charges, totalNanos: charges.reduce((sum, { nanos }) => sum + nanos, usageNanos) };
}
