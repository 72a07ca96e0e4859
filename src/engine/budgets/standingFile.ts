/**
 * Reservations and who waits, over a takeover: a file beside the ledger, to which each change is written before it is
 * answered. Without a sync: what is written outlives this process, and nobody who could still spend outlives the machine.
 *
 * `<data>/reservations/<epoch>-<n>.ndjson`. The next lead renames what it finds before it reads it; whoever writes looks,
 * after each write, whether its file still has its name. So a grant is either found by the next lead or not given.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Ticket } from '../../domain/queue';
import type { Reservation } from '../../domain/reservation';
import { hasReason } from '../hasReason';

type Line =
  | { t: 'hold'; reservation: Reservation }
  | { t: 'close'; id: string }
  | { t: 'wait'; ticket: Ticket }
  | { t: 'leave'; id: string };

export interface Standing {
  reservations: Reservation[];
  tickets: Ticket[];
}

/** Another lead has taken over: what was just written may not count. */
export class Superseded extends Error {
  readonly reason = 'superseded';

  constructor() {
    super('another window leads now');
  }

  static is(error: unknown): error is Superseded {
    return hasReason(error, 'superseded');
  }
}

const rewriteBytes = 1 << 20;
const ownName = /^(\d+)-(\d+)\.ndjson$/;

export class StandingFile {
  private number = 0;
  private file: { path: string; descriptor: number; bytes: number } | null = null;

  private constructor(
    private readonly directory: string,
    private readonly epoch: number,
  ) {}

  /** Takes over what earlier leads left. */
  static open(dataDirectory: string, epoch: number): { file: StandingFile; found: Standing } {
    const directory = path.join(dataDirectory, 'reservations');
    fs.mkdirSync(directory, { recursive: true });
    const file = new StandingFile(directory, epoch);
    const found = file.takeOver();
    return { file, found };
  }

  hold(reservation: Reservation, all: () => Standing): void {
    this.write({ t: 'hold', reservation }, all);
  }

  close(id: string, all: () => Standing): void {
    this.write({ t: 'close', id }, all);
  }

  wait(ticket: Ticket, all: () => Standing): void {
    this.write({ t: 'wait', ticket }, all);
  }

  leave(id: string, all: () => Standing): void {
    this.write({ t: 'leave', id }, all);
  }

  dispose(): void {
    if (this.file !== null) fs.closeSync(this.file.descriptor);
    this.file = null;
  }

  /** A new file with what stands now, in the place of the one before it. */
  rewrite(standing: Standing): void {
    const before = this.file;
    this.number += 1;
    const name = path.join(this.directory, `${this.epoch}-${this.number}.ndjson`);
    const lines: Line[] = [
      ...standing.reservations.map((reservation): Line => ({ t: 'hold', reservation })),
      ...standing.tickets.map((ticket): Line => ({ t: 'wait', ticket })),
    ];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const descriptor = fs.openSync(name, 'ax', 0o600);
    if (text !== '') fs.writeSync(descriptor, text);
    this.file = { path: name, descriptor, bytes: text.length };
    if (before === null) return;
    const isOurs = fs.existsSync(before.path);
    fs.closeSync(before.descriptor);
    if (!isOurs) throw new Superseded();
    fs.rmSync(before.path, { force: true });
  }

  private write(line: Line, all: () => Standing): void {
    const file = this.file;
    if (file === null) throw new Superseded();
    const text = `${JSON.stringify(line)}\n`;
    fs.writeSync(file.descriptor, text);
    file.bytes += text.length;
    if (!fs.existsSync(file.path)) throw new Superseded();
    if (file.bytes > rewriteBytes) {
      const standing = all();
      // Many that are open make a long file, and rewriting it each time would help nobody.
      this.rewrite(standing);
      if (this.file !== null && this.file.bytes > rewriteBytes / 2) this.file.bytes = -this.file.bytes;
    }
  }

  /** Two leads that come at once both have a file before they look, so that one of them sees the other's. */
  private takeOver(): Standing {
    this.rewrite({ reservations: [], tickets: [] });
    const taken = new Set(fs.readdirSync(this.directory).filter((name) => name.endsWith('.taken')));
    for (let more = true; more;) {
      more = false;
      for (const name of fs.readdirSync(this.directory)) {
        const [, epoch = ''] = ownName.exec(name) ?? [];
        if (epoch === '' || Number(epoch) === this.epoch) continue;
        if (Number(epoch) > this.epoch) throw new Superseded();
        more = true;
        const mark = `${name}.${this.epoch}.taken`;
        if (renamed(path.join(this.directory, name), path.join(this.directory, mark))) taken.add(mark);
      }
    }
    const names = [...taken].sort(byEpochAndNumber);
    const found = read(names.map((name) => fs.readFileSync(path.join(this.directory, name), 'utf8')));
    this.rewrite(found);
    for (const name of names) fs.rmSync(path.join(this.directory, name), { force: true });
    return found;
  }
}

/** `false`: its owner has just put another in its place. */
function renamed(from: string, to: string): boolean {
  try {
    fs.renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function byEpochAndNumber(a: string, b: string): number {
  const [epochA = 0, numberA = 0] = a.split(/[-.]/).map(Number);
  const [epochB = 0, numberB = 0] = b.split(/[-.]/).map(Number);
  return epochA - epochB || numberA - numberB;
}

/** A torn last line was not answered; a line that makes no sense says nothing. */
function read(texts: readonly string[]): Standing {
  const reservations = new Map<string, Reservation>();
  const tickets = new Map<string, Ticket>();
  for (const text of texts.flatMap((whole) => whole.split('\n').slice(0, -1))) {
    const line = parsed(text);
    if (line?.t === 'hold') reservations.set(line.reservation.id, line.reservation);
    else if (line?.t === 'close') reservations.delete(line.id);
    else if (line?.t === 'wait') tickets.set(line.ticket.id, line.ticket);
    else if (line?.t === 'leave') tickets.delete(line.id);
  }
  return { reservations: [...reservations.values()], tickets: [...tickets.values()] };
}

function parsed(text: string): Line | null {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}
