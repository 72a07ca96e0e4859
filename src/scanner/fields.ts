/** Walks through the JSON of one line and notes in its row where the values of the wanted keys are. */
import { isSame } from './bytes';
import {
  closeBrace,
  colon,
  comma,
  dot,
  falseWord,
  isDigit,
  isE,
  letterE,
  lineFeed,
  nullWord,
  openBrace,
  quote,
  skipBlank,
  trueWord,
  zero,
} from './characters';
import { findKey, openedBy, slotOf } from './keys';
import {
  headSize,
  kindCount,
  kindFalse,
  kindMissing,
  kindNull,
  kindObject,
  kindOther,
  kindText,
  kindTrue,
  slotSize,
} from './layout';
import { skipPlain, unsure } from './strings';
import { beginLine, enter, leave, skip } from './values';

/** So many digits are an exact number. */
const exactDigits: usize = 15;

let row: usize = 0;
/** Of each slot the text that stood in it last: begin, length, number. */
let lastTexts: usize = 0;
let lastTextsEnd: usize = 0;

export function layOutTexts(address: usize, slots: usize): void {
  lastTexts = address;
  lastTextsEnd = address + slots * slotSize;
}

/** The bytes are others now. */
export function forgetTexts(): void {
  for (let at = lastTexts; at < lastTextsEnd; at += slotSize) store<u32>(at, 0);
}

/** One line → its row. Answers where the line feed behind it is. */
export function readLine(begin: usize, to: usize, rowSize: usize): usize {
  row = to;
  beginLine();
  memory.fill(to, 0, rowSize);
  let at = skipBlank(begin);
  if (load<u8>(at) !== openBrace) return unsure;
  at = readObject(at, 1);
  if (at === unsure) return unsure;
  at = skipBlank(at);
  return load<u8>(at) === lineFeed ? at : unsure;
}

/** An object that wanted keys are in, from its brace. */
function readObject(at: usize, object: u32): usize {
  at = skipBlank(at + 1);
  if (load<u8>(at) === closeBrace) return at + 1;
  if (!enter()) return unsure;
  while (true) {
    if (load<u8>(at) !== quote) return unsure;
    const key = at + 1;
    const end = skipPlain(key);
    // An escaped key may be any key.
    if (load<u8>(end) !== quote) return unsure;
    at = skipBlank(end + 1);
    if (load<u8>(at) !== colon) return unsure;
    at = skipBlank(at + 1);
    const entry = findKey(object, key, (end - key) as u32);
    if (entry === 0) at = skip(at);
    else {
      const slot = row + headSize + slotOf(entry) * slotSize;
      // Of two members of one name the last one counts, and what the first had in it would have to be forgotten.
      if (load<u32>(slot) !== kindMissing) return unsure;
      const opens = openedBy(entry);
      if (opens !== 0 && load<u8>(at) === openBrace) {
        const behind = readObject(at, opens);
        note(slot, kindObject, at, behind);
        at = behind;
      } else at = readValue(at, slot);
    }
    if (at === unsure) return unsure;
    at = skipBlank(at);
    const next = load<u8>(at);
    at++;
    if (next === closeBrace) break;
    if (next !== comma) return unsure;
    at = skipBlank(at);
  }
  leave();
  return at;
}

function readValue(at: usize, slot: usize): usize {
  const byte = load<u8>(at);
  if (byte === quote) {
    const end = skipPlain(at + 1);
    if (load<u8>(end) === quote) {
      noteText(slot, at + 1, end);
      return end + 1;
    }
  } else if (isDigit(byte)) {
    const end = readCount(at, slot);
    if (end !== unsure) return end;
  } else {
    const word = load<u32>(at);
    if (word === nullWord) {
      store<u32>(slot, kindNull);
      return at + 4;
    }
    if (word === trueWord) {
      store<u32>(slot, kindTrue);
      return at + 4;
    }
    if (word === falseWord && load<u8>(at, 4) === letterE) {
      store<u32>(slot, kindFalse);
      return at + 5;
    }
  }
  const end = skip(at);
  note(slot, byte === openBrace ? kindObject : kindOther, at, end);
  return end;
}

function note(slot: usize, kind: u32, begin: usize, end: usize): void {
  store<u32>(slot, kind);
  store<u32>(slot, begin as u32, 4);
  store<u32>(slot, end as u32, 8);
}

/** A text has a number that tells it from the slot's text before, so that a repeated one need be made only once. */
function noteText(slot: usize, begin: usize, end: usize): void {
  note(slot, kindText, begin, end);
  const last = lastTexts + (slot - row - headSize);
  const length = (end - begin) as u32;
  const lastBegin = load<u32>(last) as usize;
  if (lastBegin === 0 || load<u32>(last, 4) !== length || !isSame(begin, lastBegin, length)) {
    store<u32>(last, load<u32>(last, 8) + 1, 8);
    store<u32>(last, length, 4);
  }
  // The later one stays longer.
  store<u32>(last, begin as u32);
  store<u32>(slot, load<u32>(last, 8), 12);
}

/** A plain natural number that is exact; `unsure`: something else. */
function readCount(begin: usize, slot: usize): usize {
  let at = begin;
  let value: i64 = 0;
  while (true) {
    const byte = load<u8>(at);
    if (!isDigit(byte)) break;
    value = value * 10 + (byte - zero);
    at++;
    if (at - begin > exactDigits) return unsure;
  }
  if (at - begin > 1 && load<u8>(begin) === zero) return unsure;
  const next = load<u8>(at);
  if (next === dot || isE(next)) return unsure;
  store<u32>(slot, kindCount);
  store<f64>(slot, value as f64, 8);
  return at;
}
