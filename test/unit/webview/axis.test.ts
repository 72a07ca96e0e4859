import { expect, it } from 'vitest';
import { roundUp } from '../../../webview/charts/axis';

it('ends an axis at a round number that is no less', () => {
  expect([15.75, 16, 3.9, 0.42, 1_050, 99].map(roundUp)).toEqual([20, 20, 4, 0.6, 1_500, 100]);
  for (let value = 0.001; value < 1e6; value *= 1.37) {
    expect(roundUp(value)).toBeGreaterThanOrEqual(value);
    expect(roundUp(value)).toBeLessThan(value * 1.6);
  }
});
