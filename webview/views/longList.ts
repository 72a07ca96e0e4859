/**
 * A list of any length in an element that scrolls. A browser has no element taller than some 33 million of the screen's own
 * pixels, so a longer list is drawn in a shorter one: its scroll bar moves through the list in proportion, and what is shown is
 * counted in the list's own pixels.
 */

/** Below the browser's bound on a screen with four of its pixels for one of ours. */
const tallestPixels = 8_000_000;

export interface LongList {
  total: number;
  rowPixels: number;
  /** Of the window on it. */
  viewPixels: number;
}

export function isScaled({ total, rowPixels }: LongList): boolean {
  return total * rowPixels > tallestPixels;
}

/** Of the element. */
export function elementPixels({ total, rowPixels }: LongList): number {
  return Math.min(total * rowPixels, tallestPixels);
}

/** How far the element is scrolled → the list's pixel that is on top. */
export function topOf(list: LongList, scrollTop: number): number {
  return isScaled(list) ? clamp(list, (scrollTop / ownRange(list)) * range(list)) : Math.max(0, scrollTop);
}

/** The other way round. */
export function scrollTopOf(list: LongList, top: number): number {
  return isScaled(list) ? (clamp(list, top) / range(list)) * ownRange(list) : clamp(list, top);
}

/** The list's pixel on top so that a row can be seen whole, moved as little as can be. */
export function topThatShows({ rowPixels, viewPixels }: LongList, row: number, top: number): number {
  const rowTop = row * rowPixels;
  if (rowTop < top) return rowTop;
  return Math.max(top, rowTop + rowPixels - viewPixels);
}

/** What a turn of the wheel says. */
export type WheelTurn = Pick<WheelEvent, 'deltaY' | 'deltaMode' | 'ctrlKey'>;

export interface Place {
  /** The list's pixel on top. */
  top: number;
  /** What a row's place in the list is less than its place in the element. */
  shift: number;
}

/**
 * Which place of a list is on top, whatever moves it: the scroll bar, the wheel, the keyboard. Where the element is shorter than
 * its list, a turn of the wheel still moves by its own pixels, and not in proportion as the scroll bar does.
 */
export class LongListPlace {
  #place: Place = { top: 0, shift: 0 };
  /** Where we scrolled to ourselves: the browser tells of it, and rounds it. */
  #own: { scrollTop: number; top: number } | null = null;

  get now(): Place {
    return this.#place;
  }

  /** Scrolls the element so that this pixel of the list is on top. */
  show(list: LongList, element: Pick<Element, 'scrollTop'>, wanted: number): void {
    const top = clamp(list, wanted);
    element.scrollTop = scrollTopOf(list, top);
    this.#own = { scrollTop: element.scrollTop, top };
    this.#take(top, element.scrollTop);
  }

  /** The element was scrolled, by us or by its scroll bar. */
  scrolled(list: LongList, { scrollTop }: Pick<Element, 'scrollTop'>): void {
    const isOwn = isScaled(list) && this.#own?.scrollTop === scrollTop;
    this.#take(isOwn && this.#own !== null ? this.#own.top : topOf(list, scrollTop), scrollTop);
  }

  /** Answers whether the wheel moved the list; if not, it is the browser's: at an end, what is around the list scrolls. */
  turned(list: LongList, element: Pick<Element, 'scrollTop'>, { deltaY, deltaMode, ctrlKey }: WheelTurn): boolean {
    if (!isScaled(list) || ctrlKey || deltaY === 0) return false;
    const pixels = [1, list.rowPixels, list.viewPixels][deltaMode] ?? 1;
    const before = this.#place.top;
    const to = clamp(list, before + deltaY * pixels);
    if (to === before) return false;
    this.show(list, element, to);
    return true;
  }

  /** The same place is the same object. */
  #take(top: number, scrollTop: number): void {
    const shift = scrollTop - top;
    if (this.#place.top !== top || this.#place.shift !== shift) this.#place = { top, shift };
  }
}

export function clamp(list: LongList, top: number): number {
  return Math.max(0, Math.min(range(list), top));
}

/** How far the list can be scrolled, and how far its element can. */
function range({ total, rowPixels, viewPixels }: LongList): number {
  return Math.max(0, total * rowPixels - viewPixels);
}

function ownRange(list: LongList): number {
  return Math.max(1, elementPixels(list) - list.viewPixels);
}
