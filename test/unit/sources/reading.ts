/** Reads logs without a thread, and judges copies as the ledger does, for the tests of this folder. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { FileCursor, UsageEvent } from '../../../src/protocol/event';
import { eventsOf } from '../../../src/protocol/eventColumns';
import type { ReaderBatch } from '../../../src/protocol/reader';
import { FieldScanner } from '../../../src/sources/reading/fieldScanner';
import { realFileSystem, type FileSystem } from '../../../src/sources/reading/fileSystem';
import { readLines } from '../../../src/sources/reading/lines';
import { positionOf, type Position } from '../../../src/sources/reading/position';
import { Scan } from '../../../src/sources/reading/scan';
import { Walk } from '../../../src/sources/reading/walk';
import { claudeCode } from '../../../src/sources/claudeCode/source';
import { machineOf } from '../../../src/sources/machine';
import { noProjectNames } from '../../../src/sources/projects';
import { Transcript } from '../../../src/sources/claudeCode/transcript';
import { Collected } from '../../../src/sources/reading/collected';
import type { OpenedFile } from '../../../src/sources/source';
import { add, noSums, type ClaudeTruth } from '../../support/claudeTruth';
import { repositoryRoot } from '../../support/paths.mjs';

export function newFolder(): string {
  return fs.mkdtempSync(path.join(process.env['HOME'] ?? '', 'logs-'));
}

/** As the build made it. */
export const scanner = FieldScanner.create(fs.readFileSync(path.join(repositoryRoot, 'dist/scanner.wasm')));

export interface Reading {
  batches: ReaderBatch[];
  events: UsageEvent[];
  /** The latest of each file. */
  cursors: FileCursor[];
  walk: Walk;
  scan: Scan;
}

export function walkOf(variables: Record<string, string>, fileSystem: FileSystem = realFileSystem): Walk {
  const roots = claudeCode.roots(machineOf(variables, 'linux'));
  return new Walk({ source: claudeCode, roots, fileSystem, home: undefined, onDirectory: () => undefined });
}

export interface ReadingOptions {
  fileSystem?: FileSystem;
  most?: number;
  /** `null`: by JavaScript alone. */
  by?: FieldScanner | null;
}

/** Everything below a configuration directory that is new behind `cursors`; `most` batches at most. */
export function readAll(
  directory: string,
  cursors: readonly FileCursor[] = [],
  { fileSystem = realFileSystem, most = Infinity, by = scanner }: ReadingOptions = {},
): Reading {
  const walk = walkOf({ CLAUDE_CONFIG_DIR: directory }, fileSystem);
  walk.all();
  const scan = new Scan(fileSystem, by);
  scan.goOnFrom(cursors);
  const files = scan.changed(walk.files.values());
  const batches: ReaderBatch[] = [];
  const latest = new Map(cursors.map((cursor) => [cursor.file, cursor]));
  for (const batch of scan.read(files, scan.extent(files))) {
    if (batch === null || batch instanceof Promise) continue;
    batches.push({ ...batch, events: eventsOf(batch.events) });
    for (const cursor of batch.cursors) latest.set(cursor.file, cursor);
    if (batches.length >= most) break;
  }
  return { batches, events: batches.flatMap(({ events }) => events), cursors: [...latest.values()], walk, scan };
}

/** What a cursor's position says; fails where it says nothing. */
export function positionIn({ position }: FileCursor): Position {
  const found = positionOf(position);
  if (found === null) throw new Error(`no position: ${position}`);
  return found;
}

/** One transcript by itself, read by JavaScript alone. */
export class OneTranscript {
  private readonly out = new Collected();
  private readonly reader: Transcript;

  constructor({
    place = ['-home-ana-shop', 's.jsonl'],
    state = null,
    projects = noProjectNames,
  }: Partial<Pick<OpenedFile, 'place' | 'state' | 'projects'>> = {}) {
    this.reader = new Transcript({ place, state, projects });
  }

  /** Lines that could not be read, or not in full. */
  get skipped(): number {
    return this.out.skippedCount;
  }

  get state(): string | null {
    return this.reader.state();
  }

  feed(lines: readonly unknown[]): void {
    const { reader, out } = this;
    const bytes = lines.map((line) =>
      Buffer.isBuffer(line) ? line : Buffer.from(typeof line === 'string' ? line : JSON.stringify(line)),
    );
    const all = Buffer.concat(bytes.flatMap((line) => [line, Buffer.from('\n')]));
    readLines(all, 0, all.length, {
      markers: reader.markers,
      fields: reader.fields,
      line: (row, at) => reader.line(row, at, out),
      unreadable: () => out.skipped('unreadable'),
    });
  }

  /** Since the last time. */
  events(): UsageEvent[] {
    return eventsOf(this.out.handOver().events);
  }
}

/** One call per key, as event.ts tells: the better copy, with the first seen attribution and instant. */
export function judged(events: readonly UsageEvent[]): UsageEvent[] {
  const calls = new Map<string, UsageEvent[]>();
  for (const event of events) {
    const call = `${event.key.call} ${event.key.within ?? ''}`;
    const same = calls.get(call) ?? [];
    calls.set(call, same);
    const at = same.findIndex((known) => isSameCall(known, event));
    const known = same[at];
    if (known === undefined) same.push({ ...event });
    else same[at] = better(known, event);
  }
  return [...calls.values()].flat();
}

function isSameCall(a: UsageEvent, b: UsageEvent): boolean {
  const requests = [a.key.request, b.key.request];
  return requests[0] === requests[1] || requests.includes(null) || a.copy.sidechain || b.copy.sidechain;
}

function better(known: UsageEvent, event: UsageEvent): UsageEvent {
  const rank = penalty(event) - penalty(known) || known.tokens.output - event.tokens.output;
  const best = rank <= 0 ? event : known;
  return { ...best, atMs: Math.min(known.atMs, event.atMs), attribution: known.attribution };
}

function penalty({ copy: { sidechain, forked, nested } }: UsageEvent): number {
  return (sidechain ? 4 : 0) + (forked ? 2 : 0) + (nested ? 1 : 0);
}

type Found = Pick<ClaudeTruth, 'total' | 'byModel' | 'byProject' | 'bySession' | 'byDay'>;

export function summed(events: readonly UsageEvent[]): Found {
  const found: Found = { total: noSums(), byModel: {}, byProject: {}, bySession: {}, byDay: {} };
  for (const { tokens, webSearches, model, attribution, atMs } of events) {
    const call = { ...tokens, webSearches };
    const day = new Date(atMs).toISOString().slice(0, 10);
    add(found.total, call);
    add((found.byModel[model] ??= noSums()), call);
    add((found.byProject[attribution.project ?? '-'] ??= noSums()), call);
    add((found.bySession[attribution.session ?? '-'] ??= noSums()), call);
    add((found.byDay[day] ??= noSums()), call);
  }
  return found;
}

export function truthOf({ total, byModel, byProject, bySession, byDay }: ClaudeTruth): Found {
  return { total, byModel, byProject, bySession, byDay };
}

/** Writes one transcript and answers its path. */
export function writeTranscript(directory: string, lines: readonly unknown[], name = 'session.jsonl'): string {
  const file = path.join(directory, 'projects', '-home-ana-shop', name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return file;
}
