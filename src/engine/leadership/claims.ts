/**
 * Who leads: the owner of the highest-numbered claim file whose address answers.
 *
 * A claim is `<data>/lead/<epoch>.json`. It is created whole and exclusively (a hard link of a finished file), so of two
 * contenders for an epoch one wins; and the highest claim is never deleted, so an epoch is never given twice. A lead that
 * finds a higher claim has lost the lead, whatever it believed while it slept.
 */
import { randomBytes } from 'node:crypto';
import { watch } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { makeFolder } from '../../shared/node/makeFolder';

/** Nobody takes this long from making a file to claiming with it. */
const leftoverMs = 60_000;
const newMs = 5_000;

export interface Claim {
  epoch: number;
  pid: number;
  /** Unix socket path or Windows pipe name. */
  address: string;
  /** Whoever can read this file may connect. */
  token: string;
}

export class Claims {
  private readonly leadDirectory: string;
  /** Whose files begin with the epoch that wrote them. */
  private readonly writtenDirectories: readonly string[];

  constructor(dataDirectory: string) {
    this.leadDirectory = path.join(dataDirectory, 'lead');
    this.writtenDirectories = ['journal', 'reservations'].map((name) => path.join(dataDirectory, name));
  }

  get directory(): string {
    return this.leadDirectory;
  }

  async prepare(): Promise<void> {
    await makeFolder(this.leadDirectory);
  }

  /** The claim in force, or `null` where nobody ever claimed. */
  async highest(): Promise<Claim | null> {
    const epoch = Math.max(0, ...(await this.claimed()));
    return epoch === 0 ? null : this.read(epoch);
  }

  /**
   * Claims the epoch after `observed`, the one that was found without a living lead (0: none). `null`: somebody else was
   * quicker, and leads now.
   */
  async claim(address: string, observed: number): Promise<Claim | null> {
    // Above what earlier leads wrote, too: somebody may have deleted the claims alone.
    const written = await Promise.all(this.writtenDirectories.map((one) => epochsIn(one, /^(\d+)-\d+\.ndjson/)));
    const epoch = Math.max(observed, ...written.flat()) + 1;
    if (Math.max(0, ...(await this.claimed())) > observed) return null;
    const claim = { pid: process.pid, address, token: randomBytes(24).toString('hex') };
    const draft = path.join(this.leadDirectory, `${randomBytes(6).toString('hex')}.draft`);
    await fs.writeFile(draft, JSON.stringify(claim), { mode: 0o600 });
    try {
      await fs.link(draft, this.fileOf(epoch));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
      // Some file systems have no hard links: exclusive creation is nearly as good (a reader may see it half written).
      const created = await createExclusively(this.fileOf(epoch), JSON.stringify(claim));
      if (!created) return null;
    } finally {
      await fs.rm(draft, { force: true });
    }
    if (!(await this.holds(epoch))) {
      await fs.rm(this.fileOf(epoch), { force: true });
      return null;
    }
    await this.forgetBelow(epoch);
    await this.sweep(epoch, address);
    return { ...claim, epoch };
  }

  /** Whether this claim was made within the last seconds. */
  async isNew(epoch: number, nowMs: number): Promise<boolean> {
    try {
      return Math.abs(nowMs - (await fs.stat(this.fileOf(epoch))).mtimeMs) < newMs;
    } catch {
      return false;
    }
  }

  /** Tells of claims as they come; `null` where the system can't watch the folder. What it misses, a look finds. */
  watch(onChange: () => void): { close: () => void } | null {
    try {
      const watcher = watch(this.leadDirectory, { persistent: false }, onChange);
      return watcher.on('error', () => watcher.close());
    } catch {
      return null;
    }
  }

  /** Whether the owner of this epoch still leads. */
  async holds(epoch: number): Promise<boolean> {
    return Math.max(0, ...(await this.claimed())) === epoch;
  }

  private claimed(): Promise<number[]> {
    return epochsIn(this.leadDirectory, /^(\d+)\.json$/);
  }

  private fileOf(epoch: number): string {
    return path.join(this.leadDirectory, `${epoch}.json`);
  }

  /** An unreadable claim counts as one that nobody answers. */
  private async read(epoch: number): Promise<Claim> {
    const unreadable = { epoch, pid: 0, address: '', token: '' };
    try {
      return claimOf(JSON.parse(await fs.readFile(this.fileOf(epoch), 'utf8')), epoch) ?? unreadable;
    } catch {
      return unreadable;
    }
  }

  private async forgetBelow(epoch: number): Promise<void> {
    for (const old of await this.claimed()) {
      if (old >= epoch) continue;
      const { address } = await this.read(old);
      if (address.endsWith('.sock')) await fs.rm(address, { force: true });
      await fs.rm(this.fileOf(old), { force: true });
    }
  }

  /** What contenders left that were killed before they had a claim. Young files may be a living contender's. */
  private async sweep(epoch: number, ownAddress: string): Promise<void> {
    try {
      const { mtimeMs } = await fs.stat(this.fileOf(epoch));
      for (const name of await fs.readdir(this.leadDirectory)) {
        const file = path.join(this.leadDirectory, name);
        if (!/\.(draft|sock)$/.test(name) || file === ownAddress) continue;
        if ((await fs.stat(file)).mtimeMs < mtimeMs - leftoverMs) await fs.rm(file, { force: true });
      }
    } catch {
      // Somebody else sweeps too.
    }
  }
}

/** By hand: a start has no other use for schemas. `null`: it is none. */
function claimOf(value: unknown, epoch: number): Claim | null {
  if (typeof value !== 'object' || value === null) return null;
  const { pid, address, token } = value as Record<string, unknown>;
  const isClaim = typeof pid === 'number' && typeof address === 'string' && typeof token === 'string';
  return isClaim ? { epoch, pid, address, token } : null;
}

async function epochsIn(directory: string, pattern: RegExp): Promise<number[]> {
  const names = await fs.readdir(directory).catch((error: unknown): string[] => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return names.flatMap((name) => {
    const epoch = pattern.exec(name)?.[1];
    return epoch === undefined ? [] : [Number(epoch)];
  });
}

async function createExclusively(file: string, text: string): Promise<boolean> {
  try {
    await fs.writeFile(file, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
