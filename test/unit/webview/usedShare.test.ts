import { expect, it } from 'vitest';
import { createText } from '../../../webview/text';
import { usedShare } from '../../../webview/views/usedShare';

const text = createText('en', 'UTC', {});
const shown = (...ratios: number[]): string[] => ratios.map((ratio) => usedShare(ratio, text));

it('what is used is all only when all is used', () => {
  expect(shown(0.995, 0.9999, 1, 1.239)).toEqual(['99%', '99%', '100%', '123%']);
});

it('small shares have a decimal, and are never nothing', () => {
  expect(shown(0, 0.0001, 0.0129, 0.0994, 0.0999)).toEqual(['0%', '<0.1%', '1.2%', '9.9%', '9.9%']);
});

it('a share that has no exact binary fraction is not one less', () => {
  expect(shown(0.29, 0.57, 0.58, 0.07, 0.057)).toEqual(['29%', '57%', '58%', '7%', '5.7%']);
});
