/**
 * Finds lines with the marker, and in their JSON the fields that a source asks for, by a WebAssembly module (src/scanner), which
 * reads sixteen bytes at a time and is quick from its first line on. It works in its own memory: files are read into `home`.
 */
import type { LineReader, LineSource } from '../source';
import { FieldRow, headSize, slotSize } from './fieldRow';

/** `home`: room for two chunks of a file. Longer lines are not for this scanner. */
const homeLength = 2 << 20;
/** Searches may read so far behind the bytes. */
const margin = 64;
const pageSize = 1 << 16;

/** Where what is in memory: the keys' table, the texts that stood last in the slots, the keys' and the marker's bytes, rows, lines. */
const tableAt = 1 << 10;
const tableCapacity = 256;
const mostFields = 128;
const lastTextsAt = 8 << 10;
const wordsAt = 12 << 10;
const rowsAt = 16 << 10;
const rowsLength = 112 << 10;
const homeAt = rowsAt + rowsLength;

/** What we use of WebAssembly; neither the language's types nor Node's tell it. */
interface Api {
  Memory: new (size: { initial: number }) => { buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
}
const { WebAssembly: api } = globalThis as unknown as { WebAssembly: Api };

interface Exports {
  layOut(table: number, capacity: number, lastTexts: number): void;
  addKey(object: number, key: number, length: number, slot: number, opens: number): void;
  vary(slot: number): void;
  scan(
    from: number,
    to: number,
    marker: number,
    markerLength: number,
    rows: number,
    rowSize: number,
    most: number,
  ): number;
  stoppedAt: { readonly value: number };
}

export class FieldScanner {
  /** Where a file's bytes have to be. */
  readonly home: Buffer;
  private readonly memory: Buffer;
  private readonly exports: Exports;
  private source: LineSource | null = null;
  private row: FieldRow;
  private rowSize = headSize;
  private wordsEnd = wordsAt;
  private markerAt = 0;

  private constructor(module: Uint8Array) {
    const memory = new api.Memory({ initial: Math.ceil((homeAt + homeLength + margin) / pageSize) });
    const { exports } = new api.Instance(new api.Module(module), { env: { memory } });
    // src/scanner/index.ts, of this very build.
    this.exports = exports as Exports;
    this.memory = Buffer.from(memory.buffer);
    this.home = this.memory.subarray(homeAt, homeAt + homeLength);
    this.row = new FieldRow(this.memory, 0);
  }

  /** `null` where the module is not there, or the processor too old for it: then lines are read by JavaScript alone. */
  static create(module: Uint8Array | null): FieldScanner | null {
    try {
      return module === null ? null : new FieldScanner(module);
    } catch {
      return null;
    }
  }

  /** Looks at the lines of bytes [from, to) of `home`; the last one ends there, with its line feed. */
  scan(from: number, to: number, source: LineSource, reader: LineReader): void {
    if (this.source !== source) this.layOut(source);
    const { exports, row, rowSize, markerAt } = this;
    const most = Math.floor(rowsLength / rowSize);
    const end = homeAt + to;
    let at = homeAt + from;
    while (at < end) {
      const rows = exports.scan(at, end, markerAt, source.marker.length, rowsAt, rowSize, most);
      at = exports.stoppedAt.value;
      for (let index = 0; index < rows; index++) {
        row.moveTo(rowsAt + index * rowSize);
        if (row.isSure) reader.readFields?.(row);
        else reader.read(this.memory, row.begin, row.end);
      }
    }
  }

  /** From now on it is this source's lines. */
  private layOut(source: LineSource): void {
    const { exports, memory } = this;
    const fields = source.fields ?? [];
    if (fields.length > mostFields) throw new Error(`${source.id} asks for more than ${mostFields} fields`);
    this.source = source;
    this.row = new FieldRow(memory, fields.length);
    this.rowSize = headSize + fields.length * slotSize;
    memory.fill(0, tableAt, rowsAt);
    this.wordsEnd = wordsAt;
    this.markerAt = this.place(source.marker);
    exports.layOut(tableAt, tableCapacity, lastTextsAt);
    fields.forEach((field, slot) => {
      const cut = field.lastIndexOf('.');
      const key = field.slice(cut + 1);
      const opens = fields.some((other) => other.startsWith(`${field}.`));
      const object = cut < 0 ? 1 : fields.indexOf(field.slice(0, cut)) + 2;
      exports.addKey(object, this.place(key), key.length, slot, opens ? slot + 2 : 0);
      if (source.varying?.includes(field) === true) exports.vary(slot);
    });
  }

  private place(word: string): number {
    const at = this.wordsEnd;
    this.wordsEnd += this.memory.write(word, at, 'latin1');
    return at;
  }
}
