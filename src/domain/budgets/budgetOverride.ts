/**
 * Overrides: one budget lifted by hand, by an amount or altogether, until an instant; with a reason. An override by an
 * amount without an instant lasts as long as the period in which it was given. Pure; epoch ms UTC, units of the budget.
 */
export interface Override {
  id: string;
  budget: string;
  /** Of a budget that every value has for itself: whose. `null`: all of them. */
  value: string | null;
  /** Added to the limit; `null`: no limit at all. */
  amount: number | null;
  reason: string;
  atMs: number;
  untilMs: number;
}

export function inForce(override: Override, nowMs: number): boolean {
  return nowMs < override.untilMs;
}

/** What all overrides in force make of a budget's limit. `Infinity`: none is left. */
export function liftedLimit(limit: number, overrides: readonly Override[]): number {
  return overrides.reduce((sum, { amount }) => sum + (amount ?? Number.POSITIVE_INFINITY), limit);
}

export class OverrideBook {
  readonly #overrides = new Map<string, Override>();

  all(): Override[] {
    return [...this.#overrides.values()];
  }

  inForce(nowMs: number): Override[] {
    return this.all().filter((override) => inForce(override, nowMs));
  }

  put(override: Override): void {
    this.#overrides.set(override.id, override);
  }

  /** `null`: there is no such override any more. */
  take(id: string): Override | null {
    const override = this.#overrides.get(id) ?? null;
    this.#overrides.delete(id);
    return override;
  }

  /** Takes out what has expired, and answers it. */
  expire(nowMs: number): Override[] {
    const over = this.all().filter((override) => !inForce(override, nowMs));
    for (const { id } of over) this.#overrides.delete(id);
    return over;
  }

  of(budget: string, value: string, nowMs: number): Override[] {
    if (this.#overrides.size === 0) return none;
    return this.all().filter(
      (override) =>
        override.budget === budget && (override.value === null || override.value === value) && inForce(override, nowMs),
    );
  }
}

const none: Override[] = [];
