/**
 * Lines of JSON → rows, by a WebAssembly module (src/scanner), which finds lines with a marker, and in them the fields that are
 * asked for. It reads sixteen bytes at a time, is quick from its first line on, and leaves to JSON.parse what it is unsure of. It
 * works in its own memory: files are read into `home`.
 */
import {
  headSize,
  kindCount,
  kindFalse,
  kindNull,
  kindObject,
  kindOther,
  kindText,
  kindTrue,
  slotSize,
} from '../../scanner/layout';
import { parseLine, type LineVisitor } from './lines';
import { Row, type Fields } from './row';

/** `home`: room for two chunks of a file. Longer lines are not for this scanner. */
const homeLength = 2 << 20;
/** Searches may read so far behind the bytes. */
const margin = 64;
const pageSize = 1 << 16;

/** Where what is in memory: tables of keys, of markers and of the slots' latest texts, the words of keys and markers, rows, lines. */
const keysAt = 1 << 10;
const keysCapacity = 256;
const markersAt = 7 << 10;
const mostMarkers = 64;
const textsAt = 8 << 10;
const mostSlots = 128;
const wordsAt = 12 << 10;
const rowsAt = 20 << 10;
const homeAt = 128 << 10;

/** What we use of WebAssembly; neither the language's types nor Node's tell it. */
interface Api {
  Memory: new (size: { initial: number }) => { buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
}
const { WebAssembly: api } = globalThis as unknown as { WebAssembly: Api };

interface Exports {
  layOut(keys: number, capacity: number, markers: number, texts: number, slots: number): void;
  addKey(object: number, key: number, length: number, slot: number, opens: number): void;
  addMarker(text: number, length: number): void;
  begin(): void;
  scan(from: number, to: number, rows: number, most: number): number;
  stoppedAt: { readonly value: number };
}

export class FieldScanner {
  /** Where a file's bytes have to be. */
  readonly home: Buffer;
  private readonly memory: Buffer;
  private readonly exports: Exports;
  private wanted: Pick<LineVisitor, 'markers' | 'fields'> = { markers: [], fields: {} };
  private row: ScannedRow;
  private wordsEnd = wordsAt;

  private constructor(module: Uint8Array) {
    const memory = new api.Memory({ initial: Math.ceil((homeAt + homeLength + margin) / pageSize) });
    const { exports } = new api.Instance(new api.Module(module), { env: { memory } });
    // src/scanner/index.ts, of this very build.
    this.exports = exports as Exports;
    this.memory = Buffer.from(memory.buffer);
    this.home = this.memory.subarray(homeAt, homeAt + homeLength);
    this.row = new ScannedRow(this.memory, [], {});
  }

  /** `null` where the module is not there, or the processor too old for it: then lines are read by JSON.parse alone. */
  static create(module: Uint8Array | null): FieldScanner | null {
    try {
      return module === null ? null : new FieldScanner(module);
    } catch {
      return null;
    }
  }

  /** Looks at the lines of bytes [from, to) of `home`; the last one ends there, with its line feed. */
  scan(from: number, to: number, visitor: LineVisitor): void {
    if (this.wanted.fields !== visitor.fields || this.wanted.markers !== visitor.markers) this.layOut(visitor);
    const { exports, row } = this;
    const most = Math.floor((homeAt - rowsAt) / row.size);
    const end = homeAt + to;
    exports.begin();
    for (let at = homeAt + from; at < end; at = exports.stoppedAt.value) {
      const rows = exports.scan(at, end, rowsAt, most);
      for (let index = 0; index < rows; index++) {
        row.moveTo(rowsAt + index * row.size);
        if (!row.isSure) {
          parseLine(this.home, row.begin - homeAt, row.end - homeAt, visitor);
          continue;
        }
        try {
          visitor.line(row, row.begin - homeAt);
        } catch {
          visitor.unreadable();
        }
      }
    }
  }

  private layOut({ markers, fields }: LineVisitor): void {
    const { exports, memory } = this;
    const paths = pathsOf(fields);
    if (paths.length > mostSlots || markers.length > mostMarkers) throw new Error('more fields than a row has slots');
    memory.fill(0, keysAt, rowsAt);
    this.wordsEnd = wordsAt;
    exports.layOut(keysAt, keysCapacity, markersAt, textsAt, paths.length);
    for (const marker of markers) exports.addMarker(this.place(marker), marker.length);
    paths.forEach((path, slot) => {
      const cut = path.lastIndexOf('.');
      const key = path.slice(cut + 1);
      const object = cut < 0 ? 1 : paths.indexOf(path.slice(0, cut)) + 2;
      const opens = paths.some((other) => other.startsWith(`${path}.`)) ? slot + 2 : 0;
      exports.addKey(object, this.place(key), key.length, slot, opens);
    });
    this.row = new ScannedRow(memory, paths, fields);
    this.wanted = { markers, fields };
  }

  private place(word: string): number {
    const at = this.wordsEnd;
    this.wordsEnd += word.length;
    if (this.wordsEnd > rowsAt) throw new Error('longer fields than there is room for');
    this.memory.write(word, at, 'latin1');
    return at;
  }
}

/** Those of fields, and of the objects that they are in; an object before what is in it. */
function pathsOf(fields: Fields): string[] {
  const paths = new Set<string>();
  for (const path of Object.values(fields)) {
    for (let end = path.indexOf('.'); end >= 0; end = path.indexOf('.', end + 1)) paths.add(path.slice(0, end));
    paths.add(path);
  }
  return [...paths];
}

const wordsPerSlot = slotSize / Int32Array.BYTES_PER_ELEMENT;

/** Where the fields of a line are. Their values are made when somebody asks for them, a repeated text once. */
class ScannedRow extends Row {
  /** From a row to the next. */
  readonly size: number;
  private readonly words: Int32Array;
  private readonly doubles: Float64Array;
  /** Of each field its slot's first word in a row. */
  private readonly slots: ReadonlyMap<string, number>;
  /** The latest text of each slot, and its number. */
  private readonly texts: string[];
  private readonly numbers: Int32Array;
  private at = 0;

  constructor(
    private readonly memory: Buffer,
    paths: readonly string[],
    fields: Fields,
  ) {
    super();
    this.size = headSize + paths.length * slotSize;
    this.words = new Int32Array(memory.buffer);
    this.doubles = new Float64Array(memory.buffer);
    this.texts = paths.map(() => '');
    this.numbers = new Int32Array(paths.length);
    this.slots = new Map(Object.entries(fields).map(([name, path]) => [name, paths.indexOf(path)]));
  }

  moveTo(address: number): void {
    this.at = address / Int32Array.BYTES_PER_ELEMENT;
    this.hasFlaw = false;
  }

  /** Of the line, in memory. */
  get begin(): number {
    return this.words[this.at] ?? 0;
  }

  get end(): number {
    return this.words[this.at + 1] ?? 0;
  }

  /** The line is JSON, and all is in the row. */
  get isSure(): boolean {
    return this.words[this.at + 2] === 1;
  }

  value(name: string): unknown {
    const { words } = this;
    const slot = this.slotOf(name);
    const at = this.placeOf(slot);
    switch (words[at]) {
      case kindNull:
        return null;
      case kindFalse:
        return false;
      case kindTrue:
        return true;
      case kindCount:
        return this.doubles[(at >> 1) + 1];
      case kindText:
        return this.textAt(slot, at);
      case kindObject:
      case kindOther:
        return JSON.parse(this.memory.toString('utf8', words[at + 1], words[at + 2]));
      default:
        return undefined;
    }
  }

  override isObject(name: string): boolean {
    return this.words[this.placeOf(this.slotOf(name))] === kindObject;
  }

  private textAt(slot: number, at: number): string {
    const { words } = this;
    const number = words[at + 3] ?? 0;
    if (this.numbers[slot] !== number) {
      this.numbers[slot] = number;
      this.texts[slot] = this.memory.toString('latin1', words[at + 1], words[at + 2]);
    }
    return this.texts[slot] ?? '';
  }

  private slotOf(name: string): number {
    const slot = this.slots.get(name);
    if (slot === undefined) throw new Error(`No field ${name} was asked for`);
    return slot;
  }

  private placeOf(slot: number): number {
    return this.at + headSize / Int32Array.BYTES_PER_ELEMENT + slot * wordsPerSlot;
  }
}
