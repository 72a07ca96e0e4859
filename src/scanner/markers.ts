/** The texts one of which is in every line worth reading. */
import { find } from './bytes';

/** Of each: where its bytes are, how many, and where it is next. */
const entrySize: usize = 12;
let entries: usize = 0;
let entriesEnd: usize = 0;

export function layOutMarkers(table: usize): void {
  entries = table;
  entriesEnd = table;
}

export function addMarker(text: usize, length: usize): void {
  store<u32>(entriesEnd, text as u32);
  store<u32>(entriesEnd, length as u32, 4);
  entriesEnd += entrySize;
}

/** The bytes are others now. */
export function forgetMarkers(): void {
  for (let entry = entries; entry < entriesEnd; entry += entrySize) store<u32>(entry, 0, 8);
}

/** Where the first of them is within [at, to), `to` where none is; `at` grows from call to call. */
export function nextMarker(at: usize, to: usize): usize {
  let first = to;
  for (let entry = entries; entry < entriesEnd; entry += entrySize) {
    let next = load<u32>(entry, 8) as usize;
    if (next < at) {
      next = find(load<u32>(entry) as usize, load<u32>(entry, 4) as usize, at, to);
      store<u32>(entry, next as u32, 8);
    }
    if (next < first) first = next;
  }
  return first;
}
