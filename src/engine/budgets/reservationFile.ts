/**
 * Reservations and who waits, over a takeover: a file beside the ledger, to which each change is written before it counts.
 * Without a sync: what is written outlives this process, and nobody who could still spend outlives the machine.
 *
 * `<data>/reservations/<epoch>-<n>.ndjson`. The next lead renames what it finds before it reads it; whoever writes looks,
 * after each write, whether its file still has its name. So a grant is either found by the next lead or not given.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Ticket } from '../../domain/budgets/queue';
import type { Reservation } from '../../domain/budgets/reservation';
import { hasReason } from '../support/hasReason';
import { messageOf, type Log } from '../support/log';

type Line =
  | { t: 'hold'; reservation: Reservation }
  | { t: 'close'; id: string }
  | { t: 'wait'; ticket: Ticket }
  | { t: 'leave'; id: string };

/** What is reserved and who waits, each by its id. */
interface Contents {
  reservations: Map<string, Reservation>;
  tickets: Map<string, Ticket>;
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

/** The disk did not take it: what was to be granted is not. */
export class NotWritten extends Error {
  readonly reason = 'not_written';

  static is(error: unknown): error is NotWritten {
    return hasReason(error, 'not_written');
  }
}

export type Disk = Pick<
  typeof fs,
  | 'closeSync'
  | 'existsSync'
  | 'ftruncateSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readdirSync'
  | 'readFileSync'
  | 'renameSync'
  | 'rmSync'
  | 'writeSync'
>;

const rewriteBytes = 1 << 20;
const ownName = /^(\d+)-(\d+)\.ndjson$/;

interface OpenFile {
  path: string;
  descriptor: number;
  size: number;
  /** Of it, what counts towards the next rewriting. */
  bytes: number;
  /** It ends in a part of a line that could not be cut off. */
  isTorn: boolean;
}

export class ReservationFile {
  private readonly contents: Contents = { reservations: new Map(), tickets: new Map() };
  private number = 0;
  private file: OpenFile | null = null;
  /** Something that is over is still in the file: it is to be written anew. */
  private isStale = false;

  private constructor(
    private readonly directory: string,
    private readonly epoch: number,
    private readonly log: Log,
    private readonly disk: Disk,
  ) {}

  /** Takes over what earlier leads left. */
  static open(dataDirectory: string, epoch: number, log: Log, disk: Disk = fs): ReservationFile {
    const directory = path.join(dataDirectory, 'reservations');
    disk.mkdirSync(directory, { recursive: true });
    const file = new ReservationFile(directory, epoch, log, disk);
    try {
      file.takeOver();
    } catch (error) {
      file.dispose();
      throw error;
    }
    return file;
  }

  reservations(): Reservation[] {
    return [...this.contents.reservations.values()];
  }

  tickets(): Ticket[] {
    return [...this.contents.tickets.values()];
  }

  /** Throws `NotWritten`; only then it may count. */
  hold(reservation: Reservation): void {
    this.write({ t: 'hold', reservation });
  }

  /** As `hold`. */
  wait(ticket: Ticket): void {
    this.write({ t: 'wait', ticket });
  }

  /** It is over, whatever the disk says: what can't be written now is written later. */
  close(id: string): void {
    this.end({ t: 'close', id });
  }

  /** As `close`. */
  leave(id: string): void {
    this.end({ t: 'leave', id });
  }

  /** Now and then: writes what could not be written. */
  again(): void {
    if (this.isStale && this.file !== null) this.tryToRewrite();
  }

  dispose(): void {
    if (this.file !== null) this.disk.closeSync(this.file.descriptor);
    this.file = null;
  }

  /** A new file with what counts now, in the place of the one before it. */
  private rewrite(): void {
    const before = this.file;
    this.number += 1;
    const name = path.join(this.directory, `${this.epoch}-${this.number}.ndjson`);
    const lines: Line[] = [
      ...this.reservations().map((reservation): Line => ({ t: 'hold', reservation })),
      ...this.tickets().map((ticket): Line => ({ t: 'wait', ticket })),
    ];
    const descriptor = this.disk.openSync(name, 'ax', 0o600);
    const file: OpenFile = { path: name, descriptor, size: 0, bytes: 0, isTorn: false };
    try {
      this.append(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      if (before !== null && !this.disk.existsSync(before.path)) throw new Superseded();
    } catch (error) {
      // A part of it beside the one before it would make count again what is over.
      this.disk.closeSync(file.descriptor);
      this.disk.rmSync(name, { force: true });
      if (Superseded.is(error)) this.dispose();
      throw error;
    }
    this.file = file;
    this.isStale = false;
    if (before === null) return;
    this.disk.closeSync(before.descriptor);
    this.disk.rmSync(before.path, { force: true });
  }

  private write(line: Line): void {
    if (this.file === null) throw new Superseded();
    // Before the new line: it does not count yet.
    if (this.file.bytes > rewriteBytes) {
      this.tryToRewrite();
      // Many that are open make a long file, and rewriting it each time would help nobody.
      if (this.file.bytes > rewriteBytes / 2) this.file.bytes -= rewriteBytes;
    }
    this.append(this.file, `${JSON.stringify(line)}\n`);
    if (!this.disk.existsSync(this.file.path)) throw new Superseded();
    apply(this.contents, line);
  }

  private end(line: Line): void {
    apply(this.contents, line);
    try {
      this.write(line);
    } catch (error) {
      if (!NotWritten.is(error)) throw error;
      this.isStale = true;
      this.log('warn', `that something was given back is written later: ${error.message}`);
    }
  }

  /** What stands in the file before it stays good when this fails. */
  private tryToRewrite(): void {
    try {
      this.rewrite();
    } catch (error) {
      if (Superseded.is(error)) throw error;
      this.log('warn', `reservations could not be written anew: ${messageOf(error)}`);
    }
  }

  /** All of it or nothing. */
  private append(file: OpenFile, text: string): void {
    // What is behind it makes a torn line one that says nothing.
    const bytes = Buffer.from(file.isTorn ? `#\n${text}` : text);
    let written = 0;
    try {
      while (written < bytes.length) {
        written += this.disk.writeSync(file.descriptor, bytes, written, bytes.length - written);
      }
    } catch (error) {
      if (written > 0) this.cutOff(file);
      throw new NotWritten(`the disk does not take it: ${messageOf(error)}`, { cause: error });
    }
    file.isTorn = false;
    file.size += bytes.length;
    file.bytes += bytes.length;
  }

  private cutOff(file: OpenFile): void {
    try {
      this.disk.ftruncateSync(file.descriptor, file.size);
    } catch {
      file.isTorn = true;
    }
  }

  /** Two leads that come at once both have a file before they look, so that one of them sees the other's. */
  private takeOver(): void {
    this.rewrite();
    const taken = new Set(this.disk.readdirSync(this.directory).filter((name) => name.endsWith('.taken')));
    const looked = new Set<string>();
    for (let isComplete = false; !isComplete;) {
      this.claimAll(taken);
      isComplete = true;
      for (const name of [...taken].filter((one) => !looked.has(one)).sort(byEpochAndNumber)) {
        looked.add(name);
        const text = this.textOf(name);
        // Another lead was taking it over, and has put what was in it into a file of its own, which is there by now.
        if (text === null) isComplete = false;
        else read(text, this.contents);
      }
    }
    this.rewrite();
    for (const name of taken) this.disk.rmSync(path.join(this.directory, name), { force: true });
  }

  /** Renames what other leads write to, until there is nothing more. */
  private claimAll(taken: Set<string>): void {
    for (let more = true; more;) {
      more = false;
      for (const name of this.disk.readdirSync(this.directory)) {
        const [, epoch = ''] = ownName.exec(name) ?? [];
        if (epoch === '' || Number(epoch) === this.epoch) continue;
        if (Number(epoch) > this.epoch) throw new Superseded();
        more = true;
        const mark = `${name}.${this.epoch}.taken`;
        if (this.renamed(path.join(this.directory, name), path.join(this.directory, mark))) taken.add(mark);
      }
    }
  }

  /** `null`: it is not there any more. */
  private textOf(name: string): string | null {
    try {
      return this.disk.readFileSync(path.join(this.directory, name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** `false`: its owner has just put another in its place. */
  private renamed(from: string, to: string): boolean {
    try {
      this.disk.renameSync(from, to);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }
}

function byEpochAndNumber(a: string, b: string): number {
  const [epochA = 0, numberA = 0] = a.split(/[-.]/).map(Number);
  const [epochB = 0, numberB = 0] = b.split(/[-.]/).map(Number);
  return epochA - epochB || numberA - numberB;
}

/** A torn last line was not answered; a line that makes no sense says nothing. */
function read(text: string, contents: Contents): void {
  for (const one of text.split('\n').slice(0, -1)) {
    const line = parsed(one);
    if (line !== null) apply(contents, line);
  }
}

/** A line of a newer version may be of a kind that we do not know. */
function apply({ reservations, tickets }: Contents, line: Line): void {
  switch (line.t) {
    case 'hold':
      reservations.set(line.reservation.id, line.reservation);
      break;
    case 'close':
      reservations.delete(line.id);
      break;
    case 'wait':
      tickets.set(line.ticket.id, line.ticket);
      break;
    case 'leave':
      tickets.delete(line.id);
      break;
  }
}

function parsed(text: string): Line | null {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}
