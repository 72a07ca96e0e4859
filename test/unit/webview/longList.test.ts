import { describe, expect, it } from 'vitest';
import fc from '../../support/properties';
import {
  elementPixels,
  isScaled,
  LongListPlace,
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

/** As a browser's: whole pixels, from the beginning to the end and no further. */
class ScrollingElement {
  #scrollTop = 0;

  constructor(private readonly list: LongList) {}

  get scrollTop(): number {
    return this.#scrollTop;
  }

  set scrollTop(wanted: number) {
    this.#scrollTop = Math.max(0, Math.min(elementPixels(this.list) - this.list.viewPixels, Math.round(wanted)));
  }
}

const wheel = (deltaY: number, deltaMode = 0, ctrlKey = false) => ({ deltaY, deltaMode, ctrlKey });

describe('the place of a list', () => {
  const long = of(3_000_000);
  const begin = (list = long) => ({ place: new LongListPlace(), element: new ScrollingElement(list) });
  /** Where in what is seen a row's upper edge is drawn. */
  const seenAt = (row: number, place: LongListPlace, element: ScrollingElement): number =>
    row * 22 + place.now.shift - element.scrollTop;

  it('shows the last row whole at the end, whoever goes there', () => {
    const ways: ((place: LongListPlace, element: ScrollingElement) => void)[] = [
      (place, element) => place.show(long, element, topThatShows(long, long.total - 1, 0)),
      (place, element) => {
        element.scrollTop = Number.MAX_SAFE_INTEGER;
        place.scrolled(long, element);
      },
      (place, element) => {
        place.show(long, element, end(long) - 500);
        for (let turn = 0; turn < 5; turn += 1) expect(place.turned(long, element, wheel(100))).toBe(true);
      },
    ];
    for (const go of ways) {
      const { place, element } = begin();
      go(place, element);
      expect(place.now.top).toBe(end(long));
      expect(seenAt(long.total - 1, place, element)).toBe(long.viewPixels - 22);
    }
  });

  it('is the pixel that was asked for, though the browser rounds it and tells of it', () => {
    const { place, element } = begin();
    for (const row of [1, 2, 3, 1_500_000, 1_500_001, 2_999_983]) {
      place.show(long, element, row * 22);
      const before = place.now;
      place.scrolled(long, element);
      expect(place.now).toBe(before);
      expect(seenAt(row, place, element)).toBe(0);
    }
  });

  it('follows the scroll bar in proportion, and the wheel by its own pixels, rows or pages', () => {
    const { place, element } = begin();
    element.scrollTop = (elementPixels(long) - long.viewPixels) / 2;
    place.scrolled(long, element);
    expect(place.now.top).toBeCloseTo(end(long) / 2, 3);
    const middle = place.now.top;
    for (const [turn, pixels] of [
      [wheel(30), 30],
      [wheel(3, 1), 66],
      [wheel(-1, 2), -352],
    ] as const) {
      const before = place.now.top;
      expect(place.turned(long, element, turn)).toBe(true);
      expect(place.now.top - before).toBeCloseTo(pixels, 3);
    }
    expect(place.now.top).toBeCloseTo(middle - 256, 3);
  });

  it('leaves the wheel to the browser at an end, sideways, for its zoom, and where the list is as it is', () => {
    const { place, element } = begin();
    expect(place.turned(long, element, wheel(-100))).toBe(false);
    expect(place.turned(long, element, wheel(0))).toBe(false);
    expect(place.turned(long, element, wheel(100, 0, true))).toBe(false);
    place.show(long, element, end(long));
    expect(place.turned(long, element, wheel(100))).toBe(false);
    const short = of(1_000);
    expect(begin(short).place.turned(short, new ScrollingElement(short), wheel(100))).toBe(false);
  });

  it('draws what is on top where it is seen, after any moves', () => {
    const total = fc.oneof(fc.integer({ min: 0, max: 400_000 }), fc.integer({ min: 364_000, max: 50_000_000 }));
    const move = fc.record({
      kind: fc.constantFrom('show', 'bar', 'wheel'),
      share: fc.double({ min: -1, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(total, fc.array(move, { maxLength: 30 }), (rows, moves) => {
        const list = of(rows);
        const { place, element } = begin(list);
        for (const { kind, share } of moves) {
          if (kind === 'show') place.show(list, element, share * rows * 22);
          else if (kind === 'wheel') place.turned(list, element, wheel(share * 1_000));
          else {
            element.scrollTop = Math.abs(share) * elementPixels(list);
            place.scrolled(list, element);
          }
          const { top, shift } = place.now;
          expect(top).toBeGreaterThanOrEqual(0);
          expect(top).toBeLessThanOrEqual(Math.max(0, end(list)));
          expect(top + shift).toBeCloseTo(element.scrollTop, 6);
        }
      }),
    );
  });
});
