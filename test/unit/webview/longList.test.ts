import { describe, expect, it } from 'vitest';
import {
  elementPixels,
  isScaled,
  scrollTopOf,
  topOf,
  topThatShows,
  type LongList,
} from '../../../webview/views/longList';

const of = (total: number): LongList => ({ total, rowPixels: 22, viewPixels: 352 });
/** The last row's end is the end of what is shown. */
const end = ({ total, rowPixels, viewPixels }: LongList): number => total * rowPixels - viewPixels;

describe('a list that fits into an element', () => {
  it.each([0, 1, 16, 17, 1_000, 363_000])('is as it is: %i rows', (total) => {
    const list = of(total);
    expect(isScaled(list)).toBe(false);
    expect(elementPixels(list)).toBe(total * 22);
    for (const top of [0, 1, 21, 22, end(list)].filter((place) => place >= 0 && place <= end(list))) {
      expect(topOf(list, top)).toBe(top);
      expect(scrollTopOf(list, top)).toBe(top);
    }
  });
});

describe('a list that does not', () => {
  const list = of(3_000_000);

  it('has an element that any browser can draw, on any screen', () => {
    expect(isScaled(list)).toBe(true);
    expect(4 * elementPixels(of(1_000_000_000))).toBeLessThan(2 ** 25);
  });

  it('begins at the element’s beginning and ends at its end', () => {
    expect(topOf(list, 0)).toBe(0);
    expect(topOf(list, elementPixels(list) - list.viewPixels)).toBeCloseTo(end(list), 6);
    expect(scrollTopOf(list, end(list))).toBeCloseTo(elementPixels(list) - list.viewPixels, 6);
    expect(topOf(list, 1e12)).toBe(end(list));
    expect(topOf(list, -5)).toBe(0);
  });

  it('reaches each row in order, there and back', () => {
    let before = -1;
    for (let row = 0; row < list.total; row += 9_973) {
      const scrollTop = scrollTopOf(list, row * 22);
      expect(scrollTop).toBeGreaterThan(before);
      expect(topOf(list, scrollTop)).toBeCloseTo(Math.min(row * 22, end(list)), 4);
      before = scrollTop;
    }
  });
});

it('moves no more than it must to show a row', () => {
  const list = of(2_000_000);
  expect(topThatShows(list, 5, 0)).toBe(0);
  expect(topThatShows(list, 15, 0)).toBe(0);
  expect(topThatShows(list, 16, 0)).toBe(22);
  expect(topThatShows(list, 16, 400)).toBe(352);
  expect(topThatShows(list, 1_999_999, 0)).toBe(end(list));
  expect(topThatShows(list, 0, end(list))).toBe(0);
});
