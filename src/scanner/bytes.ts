/** Searches in bytes, sixteen at a time: up to fifteen bytes behind what is searched are read, and ignored. */
import { lineFeed } from './characters';

const width: usize = 16;

/** Where the first line feed from `at` is; there must be one. */
export function nextLineFeed(at: usize): usize {
  const wanted = i8x16.splat(lineFeed);
  while (true) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (found !== 0) return at + ctz(found);
    at += width;
  }
}

/** Where the line begins that `at` is in, not before `from`. */
export function lineBegin(from: usize, at: usize): usize {
  const wanted = i8x16.splat(lineFeed);
  while (at >= from + width) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at - width), wanted));
    if (found !== 0) return at - width + 32 - clz(found);
    at -= width;
  }
  while (at > from && load<u8>(at - 1) !== lineFeed) at--;
  return at;
}

/** Where `text` first is within [at, to); `to` where it is not. Looks for its first and last byte, then at what is between. */
export function find(text: usize, length: usize, at: usize, to: usize): usize {
  const first = i8x16.splat(load<u8>(text));
  const last = i8x16.splat(load<u8>(text + length - 1));
  const toLast = length - 1;
  while (at < to) {
    const half = v128.and(i8x16.eq(v128.load(at), first), i8x16.eq(v128.load(at + toLast), last));
    const other = v128.and(i8x16.eq(v128.load(at + width), first), i8x16.eq(v128.load(at + width + toLast), last));
    if (v128.any_true(v128.or(half, other))) {
      let found = i8x16.bitmask(half) | (i8x16.bitmask(other) << 16);
      while (found !== 0) {
        const begin = at + ctz(found);
        if (isSame(begin, text, length)) return begin + length <= to ? begin : to;
        found &= found - 1;
      }
    }
    at += 2 * width;
  }
  return to;
}

export function isSame(one: usize, other: usize, length: usize): bool {
  let at: usize = 0;
  for (; at + 8 <= length; at += 8) if (load<u64>(one + at) !== load<u64>(other + at)) return false;
  // The bytes behind both texts are there, and are shifted out.
  const rest = length - at;
  return rest === 0 || (load<u64>(one + at) ^ load<u64>(other + at)) << (64 - 8 * (rest as u64)) === 0;
}
