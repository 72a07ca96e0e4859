/** What is known of quotas, as it is stored and sent. Instants are epoch ms UTC; `cost` is in nano-dollars, `storage` in bytes. */
import type { QuotaMeter } from './configuration';

export const confidences = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof confidences)[number];

/** What a provider, or whoever asked it, said about a quota. The newest of each provider, subscription, window and meter counts. */
export interface ObservedQuota {
  provider: string;
  /** `null`: whichever subscription of the provider has such a window. */
  subscription: string | null;
  /** The one name of the window: `5h`, `day`, `cycle`, `gauge`. */
  window: string;
  /** `null`: not said, as where there is only a percentage. */
  meter: QuotaMeter | null;
  usedPercent: number | null;
  used: number | null;
  limit: number | null;
  resetsAtMs: number | null;
  asOfMs: number;
  /** Who said so: `claude-statusline`, `codex`. */
  source: string;
  confidence: Confidence;
}

/** One reading of a quota. `null`: not known. */
export interface QuotaReading {
  used: number | null;
  limit: number | null;
  percent: number | null;
  resetsAtMs: number | null;
  /** `counted`, or who observed it. */
  source: string;
  asOfMs: number;
  confidence: Confidence;
}

/** How a quota stands. */
export interface QuotaState {
  /** Of the configuration, or made of what was observed. */
  id: string;
  subscription: string | null;
  provider: string;
  /** What people call it: the subscription's display name, or the provider. */
  label: string;
  meter: QuotaMeter | null;
  window: string;
  /** In force; `null`: nothing is known of the present period. */
  reading: QuotaReading | null;
  counted: QuotaReading | null;
  /** Also when it does not win. */
  observed: QuotaReading | null;
  /** Used part ÷ elapsed part of the period. */
  pace: number | null;
}
