/** What JavaScript calls. */
import { lineBegin, nextLineFeed } from './bytes';
import { forgetTexts, layOutTexts, readLine } from './fields';
import { layOutKeys } from './keys';
import { headSize, slotSize } from './layout';
import { forgetMarkers, layOutMarkers, nextMarker } from './markers';
import { unsure } from './strings';

export { addKey } from './keys';
export { addMarker } from './markers';

let rowSize: usize = 0;

/** Where the tables are: of keys, with its number of entries, of markers, of the slots' latest texts; all zero. */
export function layOut(keys: usize, capacity: usize, markers: usize, texts: usize, slots: usize): void {
  layOutKeys(keys, capacity);
  layOutMarkers(markers);
  layOutTexts(texts, slots);
  rowSize = slots * slotSize + headSize;
}

/** The bytes are others now. */
export function begin(): void {
  forgetTexts();
  forgetMarkers();
}

/** Behind the last line that was looked at. */
export let stoppedAt: usize = 0;

/**
 * Looks at the lines within [from, to), the last of which ends with a line feed, and makes a row of each that contains a marker.
 * Answers how many rows there are; at most `most`, and then it has not come to the end.
 */
export function scan(from: usize, to: usize, rows: usize, most: usize): usize {
  let count: usize = 0;
  stoppedAt = from;
  while (count < most) {
    const found = nextMarker(stoppedAt, to);
    if (found === to) {
      stoppedAt = to;
      break;
    }
    let begin = lineBegin(stoppedAt, found);
    if ((load<u32>(begin) & 0xffffff) === 0xbfbbef) begin += 3;
    const row = rows + count * rowSize;
    let end = readLine(begin, row, rowSize);
    const isSure = end !== unsure;
    if (!isSure) end = nextLineFeed(found);
    store<u32>(row, begin as u32);
    store<u32>(row, end as u32, 4);
    store<u32>(row, isSure ? 1 : 0, 8);
    count++;
    stoppedAt = end + 1;
  }
  return count;
}
