/** Lists of prices by provider: what each of them answers, whoever keeps it. Which goes before which, the catalogue decides. */
import type { RateCard } from '../../domain/prices/rateCard';
import type { PriceOrigin } from '../../protocol/prices/price';

export interface PriceLists {
  /** What the list of a provider has under an id, tried as it is; `null` when it has nothing. */
  lookUp: (provider: string, id: string) => PricedModel | null;
  /** The ids on a provider's list, in its order. */
  models: (provider: string) => readonly string[];
}

export interface PricedModel {
  /** Our id of the provider whose list it is. */
  provider: string;
  model: string;
  origin: PriceOrigin;
  /** The last one that applies counts. */
  windows: readonly PriceWindow[];
}

export interface PriceWindow {
  /** Since when, where the list says so. */
  fromMs?: number;
  /** Where the price of this window has another than the model's. */
  origin?: PriceOrigin;
  applies: (atMs: number) => boolean;
  /** `null`: in this window the list has no price of tokens. */
  card: RateCard | null;
}

const dayMs = 86_400_000;

/** Whether an instant is between two times of day in UTC, which may have midnight between them. */
export function isAtTime(atMs: number, from: string, until: string): boolean {
  const time = ((atMs % dayMs) + dayMs) % dayMs;
  const fromMs = timeOfDay(from);
  const untilMs = timeOfDay(until);
  return untilMs < fromMs ? time >= fromMs || time < untilMs : time >= fromMs && time < untilMs;
}

/** `00:30` or `00:30:00Z`, as milliseconds after midnight UTC. */
export function timeOfDay(time: string): number {
  const ms = Date.parse(`1970-01-01T${time.replace(/Z?$/, 'Z')}`);
  return ((ms % dayMs) + dayMs) % dayMs;
}
