/**
 * A number as the decimal it prints as: `0.1` is one tenth, whatever its double is. For amounts of money in others' JSON.
 */

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
