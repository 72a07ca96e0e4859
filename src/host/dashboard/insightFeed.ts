/**
 * The insights as the pages of a window show them: asked for when they are a minute old, not with every change, and without
 * those that the user has dismissed, in whatever window. What is dismissed for a month comes back if it is still true.
 */
import * as z from 'zod';
import type { Insight } from '../../protocol/dashboard/dashboardInsights';
import type { InsightAction } from '../../protocol/dashboard/dashboardMessages';
import { askInsights, type AskEngine } from './ask';
import { dayMs } from '../../shared/time';

const freshMs = 60_000;
/** Where they could not be had. */
const againMs = 5_000;
const monthMs = 30 * dayMs;
const memory = 'dismissedInsights';

/** By id: until when; `null`: for ever. */
const dismissedSchema = z.record(z.string(), z.number().nullable());
type Dismissed = z.infer<typeof dismissedSchema>;

export interface InsightFeedOptions {
  ask: AskEngine;
  /** Of all windows. */
  memento: { get(key: string): unknown; update(key: string, value: unknown): PromiseLike<void> };
  now: () => number;
  /** Shows what would change, and changes it when told to; answers whether it was. */
  apply: (insight: Insight) => Promise<boolean>;
  onFailed: (why: string) => void;
}

export class InsightFeed {
  readonly #options: InsightFeedOptions;
  #found: readonly Insight[] | null = null;
  #askedMs = -Infinity;
  #asking: Promise<void> | null = null;

  constructor(options: InsightFeedOptions) {
    this.#options = options;
  }

  /** Another list whenever they were looked for again. */
  get found(): readonly Insight[] | null {
    return this.#found;
  }

  /** `null`: not known yet. */
  get shown(): readonly Insight[] | null {
    const dismissed = this.#dismissed();
    return this.#found?.filter(({ id }) => !Object.hasOwn(dismissed, id)) ?? null;
  }

  /** Resolves when they are fresh; where they can't be had, what was known stays. */
  async refresh(): Promise<void> {
    if (this.#options.now() - this.#askedMs < freshMs) return;
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    await this.#asking;
  }

  /** Resolves when the page may show less. */
  async act(id: string, action: InsightAction): Promise<void> {
    const insight = this.#found?.find((one) => one.id === id);
    if (insight === undefined) return;
    if (action === 'apply') {
      // Until they are looked for again it is as good as done; if it is still true then, it comes back.
      if (insight.operations !== null && (await this.#options.apply(insight))) this.#leaveOut(id);
      return;
    }
    const until = action === 'dismissMonth' ? this.#options.now() + monthMs : null;
    await this.#options.memento.update(memory, { ...this.#dismissed(), [id]: until });
  }

  #leaveOut(id: string): void {
    this.#found = this.#found?.filter((one) => one.id !== id) ?? null;
  }

  async #ask(): Promise<void> {
    this.#askedMs = this.#options.now() - freshMs + againMs;
    try {
      const result = await askInsights(this.#options.ask);
      if (!result.ok) return;
      this.#found = result.value.insights;
      this.#askedMs = this.#options.now();
    } catch (error) {
      this.#options.onFailed(String(error));
    }
  }

  /** Without those whose time is over. */
  #dismissed(): Dismissed {
    const stored = dismissedSchema.safeParse(this.#options.memento.get(memory));
    if (!stored.success) return {};
    const nowMs = this.#options.now();
    return Object.fromEntries(Object.entries(stored.data).filter(([, until]) => until === null || until > nowMs));
  }
}
