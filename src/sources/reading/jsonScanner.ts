/**
 * Walks through the JSON text of one line, byte by byte, and makes values only of what is asked for. It accepts exactly what
 * JSON.parse accepts, which makes an object of all of it: of an agent's log line, mostly text that nobody here wants.
 */

const lineFeed = 0x0a;
const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const letterU = 0x75;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** What stands in a string for itself. */
const plain = table((char, code) => code >= 0x20 && char !== '"' && char !== '\\');
/** And is the same in every encoding. */
const plainAscii = table((_, code) => plain[code] === 1 && code < 0x80);
/** Not the line feed: it ends the line. */
const blank = table((char) => ' \t\r'.includes(char));
const escapable = table((char) => '"\\/bfnrt'.includes(char));
const hexadecimal = table((char) => /[0-9a-f]/i.test(char));
const digit = table((char) => /\d/.test(char));
const exponent = table((char) => /e/i.test(char));
const sign = table((char) => /[+-]/.test(char));
const literals = [null, true, false].map((value) => ({ value, text: Buffer.from(String(value)) }));

/** So many digits are an exact number. */
const exactDigits = 15;
/** Nobody's logs are as deep; JSON.parse knows no such limit. */
const deepest = 200;

/** Thrown: this is no JSON, or something about it is so unusual that JSON.parse should have a look. */
export const unsure = new SyntaxError('Not plainly JSON');

/** A key that is looked for; `index` is its place among those of its object. */
export interface Key<Name extends string> {
  name: Name;
  index: number;
}

/** The keys that one kind of object is searched for. */
export class Keys<Name extends string> {
  private readonly byLength: { key: Key<Name>; bytes: Buffer }[][] = [];

  constructor(names: readonly Name[]) {
    names.forEach((name, index) => {
      const bytes = Buffer.from(name);
      (this.byLength[bytes.length] ??= []).push({ key: { name, index }, bytes });
    });
  }

  find(text: Uint8Array, begin: number, end: number): Key<Name> | null {
    const candidates = this.byLength[end - begin];
    if (candidates === undefined) return null;
    for (const { key, bytes } of candidates) if (isSame(text, begin, bytes, end - begin)) return key;
    return null;
  }
}

/** A text that is mostly the one of the line before: then it is made only once. */
export class Repeated {
  private raw: Uint8Array = new Uint8Array(64);
  private length = -1;
  private value = '';

  /** Of bytes [begin, end), ASCII without escapes. */
  of(bytes: Buffer, begin: number, end: number): string {
    const length = end - begin;
    if (length !== this.length || !isSame(bytes, begin, this.raw, length)) {
      if (length > this.raw.length) this.raw = new Uint8Array(2 * length);
      this.raw.set(bytes.subarray(begin, end));
      this.length = length;
      this.value = bytes.toString('latin1', begin, end);
    }
    return this.value;
  }
}

export class JsonScanner {
  private bytes: Buffer = Buffer.alloc(1);
  private at = 0;
  private depth = 0;

  /** Bytes [begin, end) are the text, and a line feed comes behind it, which no line has inside: nothing reads beyond. */
  begin(bytes: Buffer, begin: number, end: number): void {
    if (bytes[end] !== lineFeed) throw unsure;
    this.bytes = bytes;
    this.at = begin;
    this.depth = 0;
  }

  /** Nothing comes behind the value. */
  finish(end: number): void {
    this.skipBlank();
    if (this.at !== end) throw unsure;
  }

  isAtObject(): boolean {
    this.skipBlank();
    return this.bytes[this.at] === openBrace;
  }

  /** Into an object; false where it is empty. Then `key` and a value take turns as long as `more`. */
  enterObject(): boolean {
    return this.enter(openBrace, closeBrace);
  }

  more(): boolean {
    return this.goOn(closeBrace);
  }

  /** `null`: none of those looked for. */
  key<Name extends string>(keys: Keys<Name>): Key<Name> | null {
    this.skipBlank();
    if (this.bytes[this.at] !== quote) throw unsure;
    const begin = ++this.at;
    this.skipPlainAscii();
    const end = this.at;
    // An escaped key may be any key.
    if (this.bytes[end] !== quote) throw unsure;
    this.at++;
    this.skipBlank();
    if (this.bytes[this.at++] !== colon) throw unsure;
    return keys.find(this.bytes, begin, end);
  }

  /** What JSON.parse makes of the value. */
  value(repeated?: Repeated): unknown {
    this.skipBlank();
    const { bytes, at: begin } = this;
    if (bytes[begin] === quote) {
      this.at++;
      this.skipPlainAscii();
      if (bytes[this.at] === quote) {
        const end = this.at++;
        return repeated?.of(bytes, begin + 1, end) ?? bytes.toString('latin1', begin + 1, end);
      }
      this.at = begin;
    } else {
      const number = this.count();
      if (number >= 0) return number;
      const literal = this.literal();
      if (literal !== undefined) return literal;
    }
    this.skip();
    return JSON.parse(bytes.toString('utf8', begin, this.at));
  }

  /** Passes over any value, and sees to it that it is one. */
  skip(): void {
    this.skipBlank();
    switch (this.bytes[this.at]) {
      case quote:
        this.skipString();
        break;
      case openBrace:
        for (let more = this.enterObject(); more; more = this.more()) {
          this.skipBlank();
          this.skipString();
          this.skipBlank();
          if (this.bytes[this.at++] !== colon) throw unsure;
          this.skip();
        }
        break;
      case openBracket:
        for (let more = this.enter(openBracket, closeBracket); more; more = this.goOn(closeBracket)) this.skip();
        break;
      default:
        this.skipNumberOrLiteral();
    }
  }

  private enter(open: number, close: number): boolean {
    this.skipBlank();
    if (this.bytes[this.at] !== open || this.depth === deepest) throw unsure;
    this.at++;
    this.skipBlank();
    if (this.bytes[this.at] === close) {
      this.at++;
      return false;
    }
    this.depth++;
    return true;
  }

  private goOn(close: number): boolean {
    this.skipBlank();
    const byte = this.bytes[this.at++];
    if (byte === comma) return true;
    if (byte !== close) throw unsure;
    this.depth--;
    return false;
  }

  private skipString(): void {
    const { bytes } = this;
    let at = this.at;
    if (bytes[at++] !== quote) throw unsure;
    for (;;) {
      while (plain[bytes[at] ?? 0] === 1) at++;
      const byte = bytes[at++];
      if (byte === quote) break;
      if (byte !== backslash) throw unsure;
      const escaped = bytes[at++] ?? 0;
      if (escapable[escaped] === 1) continue;
      if (escaped !== letterU) throw unsure;
      for (const end = at + 4; at < end; at++) if (hexadecimal[bytes[at] ?? 0] === 0) throw unsure;
    }
    this.at = at;
  }

  private skipPlainAscii(): void {
    const { bytes } = this;
    let at = this.at;
    while (plainAscii[bytes[at] ?? 0] === 1) at++;
    this.at = at;
  }

  private skipBlank(): void {
    const { bytes } = this;
    let at = this.at;
    while (blank[bytes[at] ?? 0] === 1) at++;
    this.at = at;
  }

  /** Passes over a plain natural number and answers it; where there is something else, answers -1 and stays. */
  private count(): number {
    const { bytes, at: begin } = this;
    let at = begin;
    let value = 0;
    for (; digit[bytes[at] ?? 0] === 1; at++) value = value * 10 + (bytes[at] ?? 0) - zero;
    const digits = at - begin;
    if (digits === 0 || digits > exactDigits || (digits > 1 && bytes[begin] === zero)) return -1;
    const next = bytes[at] ?? 0;
    if (next === dot || exponent[next] === 1) return -1;
    this.at = at;
    return value;
  }

  /** `undefined`: something else. */
  private literal(): boolean | null | undefined {
    for (const { value, text } of literals) {
      if (!isSame(this.bytes, this.at, text, text.length)) continue;
      this.at += text.length;
      return value;
    }
    return undefined;
  }

  private skipNumberOrLiteral(): void {
    if (this.literal() !== undefined) return;
    const { bytes } = this;
    if (bytes[this.at] === minus) this.at++;
    if (bytes[this.at] === zero) this.at++;
    else this.skipDigits();
    if (bytes[this.at] === dot) {
      this.at++;
      this.skipDigits();
    }
    if (exponent[bytes[this.at] ?? 0] === 1) {
      this.at++;
      if (sign[bytes[this.at] ?? 0] === 1) this.at++;
      this.skipDigits();
    }
  }

  private skipDigits(): void {
    const begin = this.at;
    while (digit[this.bytes[this.at] ?? 0] === 1) this.at++;
    if (this.at === begin) throw unsure;
  }
}

function isSame(text: Uint8Array, begin: number, other: Uint8Array, length: number): boolean {
  for (let index = 0; index < length; index++) if (text[begin + index] !== other[index]) return false;
  return true;
}

function table(test: (char: string, code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (test(String.fromCharCode(code), code) ? 1 : 0));
}
