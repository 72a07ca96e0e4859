/** What JavaScript calls. */
import { find, lineBegin, nextLineFeed } from './bytes';
import { forgetTexts, isAlike, layOutTexts, readLine } from './fields';
import { layOutKeys } from './keys';
import { unsure } from './unsure';

export { vary } from './fields';
export { addKey } from './keys';

/** Where the keys' table is, all zero, with its number of entries; and as many bytes as a row has, zero too, for its own use. */
export function layOut(keys: usize, capacity: usize, texts: usize): void {
  layOutKeys(keys, capacity);
  layOutTexts(texts);
}

/** Behind the last line that was looked at. */
export let stoppedAt: usize = 0;

/**
 * Looks at the lines within [from, to), the last of which ends with a line feed, and makes a row of each that contains the
 * marker. Answers how many rows there are; at most `most`, and then it has not come to the end.
 */
export function scan(
  from: usize,
  to: usize,
  marker: usize,
  markerLength: usize,
  rows: usize,
  rowSize: usize,
  most: usize,
): usize {
  forgetTexts(rowSize);
  let count: usize = 0;
  let wasSure = false;
  let at = from;
  while (count < most) {
    const found = find(marker, markerLength, at, to);
    if (found === to) {
      stoppedAt = to;
      return count;
    }
    let begin = lineBegin(at, found);
    if ((load<u32>(begin) & 0xffffff) === 0xbfbbef) begin += 3;
    const row = rows + count * rowSize;
    let end = readLine(begin, row, rowSize);
    const isSure = end !== unsure;
    if (!isSure) end = nextLineFeed(found);
    store<u32>(row, begin as u32);
    store<u32>(row, end as u32, 4);
    store<u32>(row, isSure ? 1 : 0, 8);
    store<u32>(row, isSure && wasSure && isAlike(row, row - rowSize, rowSize) ? 1 : 0, 12);
    wasSure = isSure;
    count++;
    at = end + 1;
  }
  stoppedAt = at;
  return count;
}
