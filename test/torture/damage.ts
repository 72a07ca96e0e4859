/** Damages a ledger that nobody has open: unfinished writes, flipped bits, stale claims and sockets. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import initSqlJs from 'sql.js';
import type { Random } from './random';

function segments(dataDirectory: string): string[] {
  const directory = path.join(dataDirectory, 'journal');
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory).filter((name) => /^\d+-\d+\.ndjson$/.test(name));
  const order = (name: string): number => {
    const [epoch = 0, number = 0] = name.split(/[-.]/).map(Number);
    return epoch * 1e6 + number;
  };
  return names.toSorted((a, b) => order(a) - order(b)).map((name) => path.join(directory, name));
}

/** A write that power loss cut off: bytes that nobody was told are stored, behind the newest segment's last record. */
export function tear(dataDirectory: string, random: Random): boolean {
  const newest = segments(dataDirectory).at(-1);
  if (newest === undefined) return false;
  const record = '{"t":"events","a":[["acme","acme-1"]],"e":[[1,2,0,1790000000000,0,10,20,0,0,0,0,0,5,null,0]],"c":[]}';
  const whole = `{"crc":"0badc0de","record":${record}}`;
  const torn = random.pick([
    whole.slice(0, random.between(1, whole.length)),
    '\0'.repeat(random.between(1, 5000)),
    Buffer.from(Array.from({ length: random.between(1, 300) }, () => random.below(256) || 1))
      .toString('latin1')
      .replaceAll('\n', ' '),
  ]);
  appendFileSync(newest, torn, 'latin1');
  return true;
}

export interface Flip {
  place: 'journal' | 'checkpoint';
  where: string;
  /** Hashes of the calls in the damaged record, as `hashOf` makes them; for a checkpoint: any. */
  mayLack: ReadonlySet<string> | 'any';
  /** Whether the user must be told. */
  mustTell: boolean;
}

/** Flips one bit of a segment or of the checkpoint. `null`: nothing there to damage. */
export async function flip(dataDirectory: string, random: Random): Promise<Flip | null> {
  const checkpoint = path.join(dataDirectory, 'ledger.sqlite');
  const files = segments(dataDirectory).filter((file) => readFileSync(file).length > 0);
  if (existsSync(checkpoint) && (files.length === 0 || random.chance(0.4))) {
    const { byte } = flipBit(checkpoint, random);
    return { place: 'checkpoint', where: `byte ${byte} of ledger.sqlite`, mayLack: 'any', mustTell: true };
  }
  if (files.length === 0) return null;
  const file = random.pick(files);
  const text = readFileSync(file, 'latin1');
  const { byte, now } = flipBit(file, random);
  const start = text.lastIndexOf('\n', byte - 1) + 1;
  let end = text.indexOf('\n', byte) + 1;
  if (end === byte + 1) end = text.indexOf('\n', byte + 1) + 1 || text.length;
  const lines = text.slice(start, end).split('\n');
  const covered = (await coveredBytes(checkpoint)).get(path.basename(file, '.ndjson')) ?? 0;
  const hashes = byte < covered ? [] : lines.flatMap(hashesIn);
  // Cut without a word: what was never finished, and what became zeros as if a page of it had never come to the disk.
  const isLast = !text.includes('\n', end);
  const looksUnfinished =
    end === 0 ||
    (isLast && (now === 0 || (text[byte] === '\n' && byte + 1 < text.length))) ||
    frameWord(text, start, byte);
  return {
    place: 'journal',
    where: `byte ${byte} of ${path.basename(file)}`,
    mayLack: new Set(hashes),
    mustTell: byte >= covered && !looksUnfinished,
  };
}

/** Whether it is one of the words of a line's frame that nobody reads: the record is taken all the same. */
function frameWord(text: string, start: number, byte: number): boolean {
  return /^\{"crc":"\w{8}.{0,10}$/.test(text.slice(start, byte));
}

function flipBit(file: string, random: Random): { byte: number; now: number } {
  const bytes = readFileSync(file);
  const byte = random.below(bytes.length);
  const now = (bytes[byte] ?? 0) ^ (1 << random.below(8));
  bytes[byte] = now;
  writeFileSync(file, bytes);
  return { byte, now };
}

function hashesIn(line: string): string[] {
  try {
    const { record } = JSON.parse(line) as { record: { t: string; e?: [number, number][] } };
    return (record.e ?? []).map(([base, check]) => `${base} ${check}`);
  } catch {
    return [];
  }
}

async function coveredBytes(checkpoint: string): Promise<Map<string, number>> {
  if (!existsSync(checkpoint)) return new Map();
  const SQL = await initSqlJs();
  const db = new SQL.Database(readFileSync(checkpoint));
  const rows = db.exec('SELECT name, covered FROM segment')[0]?.values ?? [];
  db.close();
  return new Map(rows.map(([name, covered]) => [String(name), Number(covered)]));
}

export const staleClaims = ['nobody', 'dead socket', 'garbage', 'empty', 'deaf'] as const;

/** A claim above all others whose owner is not there any more, or does not answer. Answers how to take it away again. */
export async function claimStale(
  dataDirectory: string,
  kind: (typeof staleClaims)[number],
  socketDirectory: string,
): Promise<() => void> {
  const directory = path.join(dataDirectory, 'lead');
  mkdirSync(directory, { recursive: true });
  const epochs = readdirSync(directory).flatMap((name) => (/^\d+\.json$/.test(name) ? [Number.parseInt(name)] : []));
  const epoch = Math.max(0, ...epochs) + 1;
  const socket = path.join(socketDirectory, `stale-${epoch}.sock`);
  const claim = { pid: 1, address: socket, token: 'stale' };
  let server: Server | null = null;
  if (kind === 'dead socket') writeFileSync(socket, '');
  if (kind === 'deaf') {
    // Takes calls, says nothing: a lead in a debugger.
    const deaf = createServer((connection) => connection.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => deaf.listen(socket, resolve));
    deaf.unref();
    server = deaf;
  }
  const text = kind === 'garbage' ? '{"pid":1,"addr' : kind === 'empty' ? '' : JSON.stringify(claim);
  writeFileSync(path.join(directory, 'leftover.draft'), 'x');
  writeFileSync(path.join(directory, `${epoch}.json`), text);
  return () => {
    server?.close();
    rmSync(socket, { force: true });
  };
}
