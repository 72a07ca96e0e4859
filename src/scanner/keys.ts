/** The keys that are looked for, in a hash table. */
import { isSame } from './bytes';

/** Its length and one (0: no entry), its object, which object it opens, its slot; its first bytes; where all its bytes are. */
const entrySize: usize = 24;
let entries: usize = 0;
let lastEntry: usize = 0;

/** `capacity` entries, a power of two and more than there will be keys; all zero. */
export function layOutKeys(table: usize, capacity: usize): void {
  entries = table;
  lastEntry = capacity - 1;
}

/** A key of the object `object` goes to slot `slot`; what it `opens` is an object with wanted keys, or 0. Objects count from 1. */
export function addKey(object: u32, key: usize, length: u32, slot: u32, opens: u32): void {
  const head = firstBytes(key, length);
  let index = place(object, head, length);
  while (load<u32>(entries + index * entrySize) !== 0) index = (index + 1) & lastEntry;
  const entry = entries + index * entrySize;
  store<u16>(entry, (length + 1) as u16);
  store<u8>(entry, object as u8, 2);
  store<u8>(entry, opens as u8, 3);
  store<u32>(entry, slot, 4);
  store<u64>(entry, head, 8);
  store<u32>(entry, key as u32, 16);
}

/** 0: none of that object's keys. */
export function findKey(object: u32, key: usize, length: u32): usize {
  const head = firstBytes(key, length);
  let index = place(object, head, length);
  while (true) {
    const entry = entries + index * entrySize;
    if (load<u32>(entry) === 0) return 0;
    if (
      load<u64>(entry, 8) === head &&
      load<u16>(entry) === length + 1 &&
      load<u8>(entry, 2) === object &&
      (length <= 8 || isSame(key, load<u32>(entry, 16) as usize, length))
    )
      return entry;
    index = (index + 1) & lastEntry;
  }
}

export function slotOf(entry: usize): usize {
  return load<u32>(entry, 4) as usize;
}

export function openedBy(entry: usize): u32 {
  return load<u8>(entry, 3);
}

/** The first eight bytes of a text, as a number. */
function firstBytes(text: usize, length: u32): u64 {
  const bytes = load<u64>(text);
  return length >= 8 ? bytes : length === 0 ? 0 : bytes & (~(0 as u64) >> (64 - 8 * (length as u64)));
}

function place(object: u32, head: u64, length: u32): usize {
  return ((((head + object * 31 + length) * 0x9e3779b97f4a7c15) >> 40) as usize) & lastEntry;
}
