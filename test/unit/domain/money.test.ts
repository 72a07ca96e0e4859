import fc from '../../support/properties';
import { describe, expect, it } from 'vitest';
import { maxNanos, nanosFromUsd } from '../../../src/domain/money';
import { usdFromNanos } from '../../../src/shared/money';
import { scaleDecimal } from '../../../src/shared/decimal';

describe('nano-dollars', () => {
  it.each([
    [0, 0],
    [1, 1_000_000_000],
    [0.1, 100_000_000],
    [4.12, 4_120_000_000],
    [1.005, 1_005_000_000],
    [1e-9, 1],
    [5e-10, 1],
    [4.9e-10, 0],
    [1.4999999995, 1_500_000_000],
    [1.2345678945, 1_234_567_895],
    [1e6, 1e15],
  ])('%d USD is %d', (usd, nanos) => {
    expect(nanosFromUsd(usd)).toBe(nanos);
  });

  it('rounds the decimal that the number prints as, not its binary product', () => {
    expect(Math.round(0.5056912865 * 1e9)).toBe(505_691_286);
    expect(nanosFromUsd(0.5056912865)).toBe(505_691_287);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (usd) => {
    expect(() => nanosFromUsd(usd)).toThrow(RangeError);
  });

  it('refuses what can not be counted exactly', () => {
    expect(nanosFromUsd(9_007_199)).toBeLessThanOrEqual(maxNanos);
    expect(() => nanosFromUsd(9_007_200)).toThrow(RangeError);
    expect(() => nanosFromUsd(1e21)).toThrow(RangeError);
  });

  it('comes back from dollars unchanged', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e15 }), (nanos) => {
        expect(nanosFromUsd(usdFromNanos(nanos))).toBe(nanos);
      }),
    );
  });

  it('knows when nothing was rounded away', () => {
    expect(scaleDecimal(0.25, 2)).toEqual({ integer: 25n, exact: true });
    expect(scaleDecimal(0.255, 2)).toEqual({ integer: 26n, exact: false });
    expect(scaleDecimal(1e21, 1)).toEqual({ integer: 10n ** 22n, exact: true });
    expect(scaleDecimal(1.5e-7, 8)).toEqual({ integer: 15n, exact: true });
  });
});
