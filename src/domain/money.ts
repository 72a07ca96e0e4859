/**
 * Money: an integer count of nano-dollars (1e-9 USD), always a safe integer, so sums are exact and order does not matter.
 * A double of dollars stands for its shortest decimal text (`0.1` is one tenth), and rounding is half up on that text, never on a
 * binary product. The way back is `usdFromNanos` of shared/, as is writing for people.
 */
import { scaleDecimal } from '../shared/decimal';

/** Nano-dollars. Not negative: nothing a provider charges for gives money back. */
export type Nanos = number;

/** The greatest amount one event can cost: beyond it a count of nano-dollars is not exact any more. */
export const maxNanos: Nanos = Number.MAX_SAFE_INTEGER;

/** Throws a `RangeError` for what is negative, not finite, or more than `maxNanos`. */
export function nanosFromUsd(usd: number): Nanos {
  const nanos = Number(scaleDecimal(usd, 9).integer);
  if (nanos > maxNanos) {
    throw new RangeError(`too much money for one event: ${usd} USD`);
  }
  return nanos;
}
