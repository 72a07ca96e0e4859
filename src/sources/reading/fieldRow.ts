/** What the WebAssembly scanner found in one line: a slot for each field. Values are made when somebody asks for them. */

/** As src/scanner/fields.ts writes them. */
export const headSize = 16;
export const slotSize = 16;

const kinds = { missing: 0, null: 1, false: 2, true: 3, count: 4, text: 5, other: 6, object: 7 } as const;

const wordsPerSlot = slotSize / Int32Array.BYTES_PER_ELEMENT;
const slotsInHead = headSize / slotSize;

export class FieldRow {
  private readonly words: Int32Array;
  private readonly doubles: Float64Array;
  private readonly texts: string[];
  /** Which text of its slot each of `texts` is. */
  private readonly numbers: Int32Array;
  /** Its first slot, in words. */
  private at = 0;
  /** From a row to the next, in words. */
  private readonly length: number;

  constructor(
    readonly memory: Buffer,
    slots: number,
  ) {
    this.length = (slots + slotsInHead) * wordsPerSlot;
    this.words = new Int32Array(memory.buffer);
    this.doubles = new Float64Array(memory.buffer);
    this.texts = Array.from({ length: slots }, () => '');
    this.numbers = new Int32Array(slots);
  }

  moveTo(address: number): void {
    this.at = address / Int32Array.BYTES_PER_ELEMENT + slotsInHead * wordsPerSlot;
  }

  /** Of the line, in memory. */
  get begin(): number {
    return this.words[this.at - 4] ?? 0;
  }

  get end(): number {
    return this.words[this.at - 3] ?? 0;
  }

  /** The line is JSON, and all is in the row. */
  get isSure(): boolean {
    return this.words[this.at - 2] === 1;
  }

  /** The line before is in the row before, and nothing but the source's varying fields differs; those are of the same kinds. */
  get isAlike(): boolean {
    return this.words[this.at - 1] === 1;
  }

  /** Of a row that is alike: whether this text is the one of the row before. */
  repeatsText(slot: number): boolean {
    const at = this.at + slot * wordsPerSlot + 3;
    return this.words[at] === this.words[at - this.length];
  }

  isText(slot: number): boolean {
    return this.words[this.at + slot * wordsPerSlot] === kinds.text;
  }

  /** Neither there nor anything but `null`. */
  isNothing(slot: number): boolean {
    const kind = this.words[this.at + slot * wordsPerSlot];
    return kind === kinds.missing || kind === kinds.null;
  }

  /** Where a text is in `memory`, where its characters are bytes. */
  beginOf(slot: number): number {
    return this.words[this.at + slot * wordsPerSlot + 1] ?? 0;
  }

  lengthOf(slot: number): number {
    const at = this.at + slot * wordsPerSlot;
    return (this.words[at + 2] ?? 0) - (this.words[at + 1] ?? 0);
  }

  /** ASCII without escapes, and mostly the one of the line before. */
  text(slot: number): string {
    const { words } = this;
    const at = this.at + slot * wordsPerSlot;
    const number = words[at + 3] ?? 0;
    if (this.numbers[slot] !== number) {
      this.numbers[slot] = number;
      this.texts[slot] = this.memory.toString('latin1', words[at + 1], words[at + 2]);
    }
    return this.texts[slot] ?? '';
  }

  /** 0 where there is no count. */
  count(slot: number): number {
    const at = this.at + slot * wordsPerSlot;
    return this.words[at] === kinds.count ? (this.doubles[(at >> 1) + 1] ?? 0) : 0;
  }

  isObject(slot: number): boolean {
    return this.words[this.at + slot * wordsPerSlot] === kinds.object;
  }

  /** What JSON.parse makes of it; `undefined`: missing or `null`, or an object whose own fields are in the row. */
  value(slot: number): unknown {
    const { words } = this;
    const at = this.at + slot * wordsPerSlot;
    switch (words[at]) {
      case kinds.false:
        return false;
      case kinds.true:
        return true;
      case kinds.count:
        return this.doubles[(at >> 1) + 1];
      case kinds.text:
        return this.text(slot);
      case kinds.other:
        return JSON.parse(this.memory.toString('utf8', words[at + 1], words[at + 2]));
      default:
        return undefined;
    }
  }
}
