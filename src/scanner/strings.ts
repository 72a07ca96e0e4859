/** Passes over the strings of JSON, sixteen or sixty-four bytes at a time. */
import { backslash, isHex, quote } from './characters';

/** Answered instead of an address: this is no JSON, or so unusual that JSON.parse should have a look. */
export const unsure: usize = 0;

const width: usize = 16;
/** Every second bit. */
const odd: u64 = 0xaaaaaaaaaaaaaaaa;

/** From behind the opening quote to behind the closing one. */
export function skipString(at: usize): usize {
  const end = skipPlain(at);
  return load<u8>(end) === quote ? end + 1 : skipLongString(end);
}

/**
 * Prose with its many escapes, 64 bytes at a time and nearly without branches: which bytes are escaped follows from the runs
 * of backslashes, by the carry of a subtraction.
 */
function skipLongString(at: usize): usize {
  let escapes: u64 = 0;
  while (true) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    const backslashes = mask(isByte(a, backslash), isByte(b, backslash), isByte(c, backslash), isByte(d, backslash));
    let wrong = mask(isControl(a), isControl(b), isControl(c), isControl(d));
    let ends = mask(isByte(a, quote), isByte(b, quote), isByte(c, quote), isByte(d, quote));
    let unicode: u64 = 0;
    if ((backslashes | escapes) !== 0) {
      const begins = backslashes & ~escapes;
      const runs = (((begins << 1) | odd) - begins) ^ odd;
      const escaped = runs ^ (backslashes | escapes);
      escapes = (runs & backslashes) >> 63;
      ends &= ~escaped;
      const kindA = escapeKind(a);
      const kindB = escapeKind(b);
      const kindC = escapeKind(c);
      const kindD = escapeKind(d);
      unicode = mask(kindA, kindB, kindC, kindD) & escaped;
      wrong |= mask(isByte(kindA, 0), isByte(kindB, 0), isByte(kindC, 0), isByte(kindD, 0)) & escaped;
    }
    const inside = ends === 0 ? ~(0 as u64) : (ends & -ends) - 1;
    if ((wrong & inside) !== 0) return unsure;
    for (unicode &= inside; unicode !== 0; unicode &= unicode - 1) {
      const digits = at + (ctz(unicode) as usize) + 1;
      if (!(isHex(digits) && isHex(digits + 1) && isHex(digits + 2) && isHex(digits + 3))) return unsure;
    }
    if (ends !== 0) return at + (ctz(ends) as usize) + 1;
    at += 64;
  }
}

function mask(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = i8x16.bitmask(a) | (i8x16.bitmask(b) << 16);
  const high = i8x16.bitmask(c) | (i8x16.bitmask(d) << 16);
  return (low as u32 as u64) | ((high as u32 as u64) << 32);
}

function isByte(bytes: v128, byte: u8): v128 {
  return i8x16.eq(bytes, i8x16.splat(byte));
}

function isControl(bytes: v128): v128 {
  return i8x16.eq(i8x16.min_u(bytes, i8x16.splat(0x1f)), bytes);
}

/** Of each byte 0 where it may not follow a backslash, the sign bit where four digits have to follow it: by its two halves. */
function escapeKind(bytes: v128): v128 {
  const low = i8x16(0, 0, 0x0d, 0, 0x08, -128, 0x04, 0, 0, 0, 0, 0, 0x02, 0, 0x04, 0x01);
  const high = i8x16(0, 0, 0x01, 0, 0, 0x02, 0x04, -120, 0, 0, 0, 0, 0, 0, 0, 0);
  const half = i8x16.splat(0x0f);
  return v128.and(
    i8x16.swizzle(low, v128.and(bytes, half)),
    i8x16.swizzle(high, v128.and(i16x8.shr_u(bytes, 4), half)),
  );
}

/** To the first byte that does not stand for itself or is no ASCII. */
export function skipPlain(at: usize): usize {
  const quotes = i8x16.splat(quote);
  const backslashes = i8x16.splat(backslash);
  const space = i8x16.splat(0x20);
  while (true) {
    const bytes = v128.load(at);
    // Signed: what is no ASCII is negative.
    const special = i8x16.bitmask(
      v128.or(v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, backslashes)), i8x16.lt_s(bytes, space)),
    );
    if (special !== 0) return at + ctz(special);
    at += width;
  }
}
