/**
 * Money: an integer count of nano-dollars (1e-9 USD), always a safe integer, so sums are exact and order does not matter.
 * Owns the only two crossings between dollars as doubles and nano-dollars. A double stands for its shortest decimal text
 * (`0.1` is one tenth), and rounding is half up on that text, never on a binary product. Writing for people is the host's.
 */

/** Nano-dollars. Not negative: nothing a provider charges for gives money back. */
export type Nanos = number;

export const nanosPerUsd = 1_000_000_000;

/** The greatest amount one event can cost: beyond it a count of nano-dollars is not exact any more. */
export const maxNanos: Nanos = Number.MAX_SAFE_INTEGER;

export interface ScaledDecimal {
  /** `value` × 10^`decimals`, rounded half up. */
  integer: bigint;
  /** Whether nothing was rounded away. */
  exact: boolean;
}

const decimalText = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/** A finite number ≥ 0, read as the decimal it prints as, in units of 10^-`decimals`. */
export function scaleDecimal(value: number, decimals: number): ScaledDecimal {
  const parts = decimalText.exec(String(value));
  if (parts === null) {
    throw new RangeError(`not a finite number of 0 or more: ${value}`);
  }
  const [, whole = '', fraction = '', exponent = '0'] = parts;
  const digits = BigInt(whole + fraction);
  const shift = decimals + Number(exponent) - fraction.length;
  if (shift >= 0) {
    return { integer: digits * 10n ** BigInt(shift), exact: true };
  }
  const divisor = 10n ** BigInt(-shift);
  return { integer: (2n * digits + divisor) / (2n * divisor), exact: digits % divisor === 0n };
}

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
