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
