/**
 * Money: an integer count of nano-dollars (1e-9 USD), always a safe integer, so sums are exact and order does not matter.
 * Owns the only two crossings between dollars as doubles and nano-dollars. A double stands for its shortest decimal text
 * (`0.1` is one tenth), and rounding is half up on that text, never on a binary product. Writing for people is the host's.
 */
import { scaleDecimal } from '../protocol/decimal';

/** Nano-dollars. Not negative: nothing a provider charges for gives money back. */
export type Nanos = number;

export const nanosPerUsd = 1_000_000_000;

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

/** The double nearest to the exact amount. */
export function usdFromNanos(nanos: Nanos): number {
  return nanos / nanosPerUsd;
}
