/** Passes over the values of JSON, of which it accepts only what JSON.parse accepts: answers the address behind, or `unsure`. */
import {
  closeBrace,
  closeBracket,
  colon,
  comma,
  dot,
  falseWord,
  isDigit,
  isE,
  letterE,
  minus,
  nullWord,
  openBrace,
  openBracket,
  plus,
  quote,
  skipBlank,
  trueWord,
  zero,
} from './characters';
import { skipString, unsure } from './strings';

/** Nobody's logs are as deep; JSON.parse knows no such limit. */
const deepest: i32 = 200;
let depth: i32 = 0;

export function beginLine(): void {
  depth = 0;
}

/** Into an object or an array; false where it is too deep. */
export function enter(): bool {
  return ++depth <= deepest;
}

export function leave(): void {
  depth--;
}

/** Passes over any value, and sees to it that it is one. */
export function skip(at: usize): usize {
  const byte = load<u8>(at);
  if (byte === quote) return skipString(at + 1);
  if (byte === openBrace) return skipObject(at);
  if (byte === openBracket) return skipArray(at);
  if (byte === minus || isDigit(byte)) return skipNumber(at);
  const word = load<u32>(at);
  if (word === nullWord || word === trueWord) return at + 4;
  return word === falseWord && load<u8>(at, 4) === letterE ? at + 5 : unsure;
}

function skipObject(at: usize): usize {
  at = skipBlank(at + 1);
  if (load<u8>(at) === closeBrace) return at + 1;
  if (!enter()) return unsure;
  while (true) {
    if (load<u8>(at) !== quote) return unsure;
    at = skipString(at + 1);
    if (at === unsure) return unsure;
    at = skipBlank(at);
    if (load<u8>(at) !== colon) return unsure;
    at = skip(skipBlank(at + 1));
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

function skipArray(at: usize): usize {
  at = skipBlank(at + 1);
  if (load<u8>(at) === closeBracket) return at + 1;
  if (!enter()) return unsure;
  while (true) {
    at = skip(at);
    if (at === unsure) return unsure;
    at = skipBlank(at);
    const next = load<u8>(at);
    at++;
    if (next === closeBracket) break;
    if (next !== comma) return unsure;
    at = skipBlank(at);
  }
  leave();
  return at;
}

function skipNumber(at: usize): usize {
  if (load<u8>(at) === minus) at++;
  if (load<u8>(at) === zero) at++;
  else {
    at = skipDigits(at);
    if (at === unsure) return unsure;
  }
  if (load<u8>(at) === dot) {
    at = skipDigits(at + 1);
    if (at === unsure) return unsure;
  }
  if (isE(load<u8>(at))) {
    at++;
    const sign = load<u8>(at);
    if (sign === plus || sign === minus) at++;
    return skipDigits(at);
  }
  return at;
}

function skipDigits(begin: usize): usize {
  let at = begin;
  while (isDigit(load<u8>(at))) at++;
  return at === begin ? unsure : at;
}
