/**
 * `<data>/prices/`: the list that was fetched last, and the prices that were taken. `feed.json` says which files those are, with
 * the SHA-256 of each, which is the file's name, too. Every file is written beside its place, synced and renamed: whoever is killed
 * on the way leaves what was in force. A file whose checksum is another is none; then the one before it counts.
 */
import { createHash } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../../shared/node/makeFolder';
import { packageDay } from '../version';
import type { KeptListFacts } from '../../../protocol/prices/priceFeed';
import type { Validators } from './fetchList';
import type { TakenLines } from './merge';

const formatVersion = 1;
const headName = 'feed.json';
const folderOf = (dataDirectory: string): string => join(dataDirectory, 'prices');

/** What `feed.json` holds. */
export interface FeedHead {
  format: typeof formatVersion;
  /** As it came. */
  fetched: (KeptListFacts & Validators) | null;
  /** What was taken, and what was taken before that. */
  inForce: KeptListFacts | null;
  previous: KeptListFacts | null;
  /** Keys of what the user took though it was held back. */
  accepted: string[];
  /** When a server was asked last, how often in vain since it last answered, and when it is next. */
  askedMs: number | null;
  failures: number;
  nextMs: number | null;
}

const noHead: FeedHead = {
  format: formatVersion,
  fetched: null,
  inForce: null,
  previous: null,
  accepted: [],
  askedMs: null,
  failures: 0,
  nextMs: null,
};

/** Prices that were taken from a list. */
export interface FeedPrices {
  facts: KeptListFacts;
  lines: TakenLines;
}

/** Of the prices in force, as events remember it; empty: only the package's are. */
export function feedVersion(facts: KeptListFacts | null): string {
  return facts === null
    ? ''
    : `list of ${new Date(facts.fetchedMs).toISOString().slice(0, 10)} ${facts.checksum.slice(0, 8)}`;
}

/** A list that is older than the price package says nothing new. */
function newer(facts: KeptListFacts | null): KeptListFacts | null {
  return facts !== null && facts.fetchedMs >= Date.parse(packageDay) ? facts : null;
}

export class KeptPrices {
  private readonly folder: string;

  constructor(dataDirectory: string) {
    this.folder = folderOf(dataDirectory);
  }

  /** `null`: nobody has kept any, or what says so is damaged. */
  async head(): Promise<FeedHead> {
    const text = await readFile(join(this.folder, headName), 'utf8').catch(() => null);
    return (text === null ? null : headOf(text)) ?? noHead;
  }

  /** The list as it came; `null`: it is gone or damaged. */
  fetched({ fetched }: FeedHead): Promise<Buffer | null> {
    return this.read(fetched);
  }

  /** The last that is sound. `damaged`: one of which that can't be said. */
  async inForce(head: FeedHead): Promise<{ prices: FeedPrices | null; damaged: KeptListFacts | null }> {
    let damaged: KeptListFacts | null = null;
    for (const kept of [head.inForce, head.previous]) {
      const facts = newer(kept);
      if (facts === null) continue;
      const body = await this.read(facts);
      // Its checksum says that we wrote it.
      if (body !== null) return { prices: { facts, lines: JSON.parse(body.toString('utf8')) as TakenLines }, damaged };
      damaged ??= facts;
    }
    return { prices: null, damaged };
  }

  /** Answers its checksum. */
  async keep(body: Uint8Array): Promise<string> {
    const checksum = sha256(body);
    await this.write(`${checksum}.json`, body);
    return checksum;
  }

  /** From now on this is so; what it does not name any more is removed. */
  async put(head: FeedHead): Promise<void> {
    await this.write(headName, Buffer.from(JSON.stringify(head)));
    const named = [head.fetched, head.inForce, head.previous].map((facts) => `${facts?.checksum ?? ''}.json`);
    for (const name of await readdir(this.folder)) {
      if (name !== headName && !named.includes(name)) await rm(join(this.folder, name), { force: true });
    }
  }

  private async read(facts: KeptListFacts | null): Promise<Buffer | null> {
    if (facts === null) return null;
    const body = await readFile(join(this.folder, `${facts.checksum}.json`)).catch(() => null);
    return body !== null && sha256(body) === facts.checksum ? body : null;
  }

  private async write(name: string, body: Uint8Array): Promise<void> {
    await makeFolder(this.folder);
    const path = join(this.folder, name);
    const temporary = `${path}.${process.pid}.tmp`;
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(body);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  }
}

function sha256(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

function headOf(text: string): FeedHead | null {
  try {
    const head = JSON.parse(text) as Partial<FeedHead> | null;
    const isOurs =
      head?.format === formatVersion &&
      [head.fetched, head.inForce, head.previous].every((facts) => facts === null || isFacts(facts)) &&
      Array.isArray(head.accepted);
    return isOurs ? { ...noHead, ...head } : null;
  } catch {
    return null;
  }
}

function isFacts(facts: Partial<KeptListFacts> | undefined): boolean {
  return (
    typeof facts?.address === 'string' &&
    typeof facts.fetchedMs === 'number' &&
    Number.isFinite(new Date(facts.fetchedMs).getTime()) &&
    /^[0-9a-f]{64}$/.test(facts.checksum ?? '')
  );
}
