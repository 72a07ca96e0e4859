/** The characters that JSON is made of. */

export const lineFeed: u8 = 0x0a;
export const quote: u8 = 0x22;
export const plus: u8 = 0x2b;
export const comma: u8 = 0x2c;
export const minus: u8 = 0x2d;
export const dot: u8 = 0x2e;
export const zero: u8 = 0x30;
export const colon: u8 = 0x3a;
export const openBracket: u8 = 0x5b;
export const backslash: u8 = 0x5c;
export const closeBracket: u8 = 0x5d;
export const letterE: u8 = 0x65;
export const openBrace: u8 = 0x7b;
export const closeBrace: u8 = 0x7d;

/** The first four letters of `null`, `true` and `false`, as one number. */
export const nullWord: u32 = 0x6c6c756e;
export const trueWord: u32 = 0x65757274;
export const falseWord: u32 = 0x736c6166;

/** The bit between a capital and its small letter. */
const small: u8 = 0x20;

export function isDigit(byte: u8): bool {
  return byte - zero < 10;
}

export function isHex(at: usize): bool {
  const byte = load<u8>(at);
  const letter: u8 = (byte | small) - 0x61;
  return isDigit(byte) || letter < 6;
}

/** Of an exponent. */
export function isE(byte: u8): bool {
  return (byte | small) === letterE;
}

/** Behind blanks; not behind the line feed, which ends the line. */
export function skipBlank(at: usize): usize {
  while (load<u8>(at) <= 0x20) {
    const byte = load<u8>(at);
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) break;
    at++;
  }
  return at;
}
