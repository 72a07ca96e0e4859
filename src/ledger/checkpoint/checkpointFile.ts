/**
 * The checkpoint: `ledger.sqlite`, a plain SQLite file, replaced whole or not at all (temporary file, sync, rename,
 * directory sync). One that can not be read gets a second name that is kept, and stays until a sound one replaces it; one
 * of a newer version is left alone.
 *
 * A lead may be stopped for hours between its last look at who leads and its rename. What it would rename is its temporary
 * file, which was there before that look, and so before any later claim: whoever comes to lead takes it away (`#fence`)
 * before replacing anything, and no older checkpoint can come over a newer one any more.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Database, SqlJsStatic } from 'sql.js';
import { openDatabase, versionOf } from '../tables/database';
import { LedgerError, messageOf } from '../ledgerError';
import { errorCode, type LedgerIo } from '../ledgerIo';
import { salvage, type Salvaged } from './salvage';
import { migrate, schemaVersion } from '../tables/schema';
import { integrityOf, writeChecksum, isIntactAs } from '../journal/checksum';

/** Where an unreadable checkpoint went, and what of it could still be read. */
export interface SetAside extends Salvaged {
  name: string;
  reason: string;
}

export interface LoadedCheckpoint {
  db: Database;
  /** Which file this was; `null` when there was none. */
  identity: string | null;
  bytes: number;
  setAside: SetAside | null;
}

export const checkpointName = 'ledger.sqlite';

export class CheckpointFile {
  readonly path: string;
  readonly #io: LedgerIo;
  readonly #directory: string;
  /** Of this ledger alone: claims that somebody deleted may give an epoch twice. */
  readonly #temporary: string;
  #fenced = false;

  constructor(io: LedgerIo, directory: string, epoch: number) {
    this.path = join(directory, checkpointName);
    this.#io = io;
    this.#directory = directory;
    this.#temporary = `${this.path}.${epoch}-${randomBytes(4).toString('hex')}.tmp`;
  }

  identity(): Promise<string | null> {
    return this.#io.identity(this.path);
  }

  async load(sql: SqlJsStatic, nowMs: number): Promise<LoadedCheckpoint> {
    const identity = await this.identity();
    const bytes = await this.#io.read(this.path);
    if (bytes === null) return { db: fresh(sql), identity: null, bytes: 0, setAside: null };
    let db: Database;
    try {
      const integrity = integrityOf(bytes);
      // Every byte as we wrote it needs no second look at each page, which takes longer than all the rest of a start.
      db = openDatabase(sql, bytes, integrity !== 'intact');
      const found = versionOf(db);
      const isOurs = found <= schemaVersion || isIntactAs(bytes, schemaVersion);
      if (found === 0 || (isOurs && integrity === 'damaged')) {
        db.close();
        throw new Error(found === 0 ? 'it has none of our tables' : 'its checksum is wrong');
      }
    } catch (error) {
      const name = await this.#keepAside(identity, nowMs);
      const rescued = fresh(sql);
      const salvaged = salvage(sql, bytes, rescued);
      return { db: rescued, identity, bytes: 0, setAside: { name, reason: messageOf(error), ...salvaged } };
    }
    const version = versionOf(db);
    if (version > schemaVersion) {
      db.close();
      throw new LedgerError(
        'newer_version',
        `The usage ledger was written by a newer version of Agent Meter (format ${version}; this version knows ` +
          `${schemaVersion}). It is left as it is; please update Agent Meter.`,
      );
    }
    if (version < schemaVersion) {
      await this.#io.copy(this.path, join(this.#directory, `ledger.v${version}.sqlite`));
      migrate(db, version);
    }
    return { db, identity, bytes: bytes.length, setAside: null };
  }

  /**
   * Asks `mayReplace` immediately before the rename. Answers the new file's identity, or `null` when it may not, or when a
   * later lead has taken the file away meanwhile.
   */
  async replace(bytes: Uint8Array, mayReplace: () => Promise<boolean>): Promise<string | null> {
    const temporary = this.#temporary;
    writeChecksum(bytes);
    try {
      await this.#fence();
      await this.#io.remove(temporary);
      const file = await this.#io.create(temporary);
      try {
        for (let written = 0; written < bytes.byteLength;) {
          const more = await file.write(bytes.subarray(written), written);
          if (more <= 0) throw new Error('the disk took no more bytes');
          written += more;
        }
        await file.datasync();
      } finally {
        await file.close();
      }
      if (!(await mayReplace())) {
        await this.#io.remove(temporary);
        return null;
      }
      // A rename changes neither inode nor times, and after it the file may be somebody else's already.
      const identity = await this.#io.identity(temporary);
      if (identity === null || !(await this.#renamed(temporary))) return null;
      await this.#io.syncDirectory(this.#directory);
      return identity;
    } catch (error) {
      await this.#io.remove(temporary).catch(() => undefined);
      throw new LedgerError('unavailable', `The ledger's checkpoint could not be written: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /** Temporary files of writers that did not finish. What can't be removed now must be before the next checkpoint. */
  async removeLeftovers(): Promise<void> {
    await this.#fence().catch(() => undefined);
  }

  /** Merger kept by migrations; a good checkpoint of this version exists now. */
  async removeOlderVersions(): Promise<void> {
    await this.#removeWhere((name) => /^ledger\.v\d+\.sqlite$/.test(name));
  }

  async #removeWhere(test: (name: string) => boolean): Promise<void> {
    const names = await this.#io.list(this.#directory).catch(() => []);
    for (const name of names.filter(test)) await this.#io.remove(join(this.#directory, name)).catch(() => undefined);
  }

  /** Once, after this ledger's epoch was claimed: those of earlier epochs can rename nothing from now on. */
  async #fence(): Promise<void> {
    if (this.#fenced) return;
    for (const name of await this.#io.list(this.#directory)) {
      if (name.startsWith(`${checkpointName}.`) && name.endsWith('.tmp'))
        await this.#io.remove(join(this.#directory, name));
    }
    this.#fenced = true;
  }

  async #renamed(temporary: string): Promise<boolean> {
    try {
      await this.#io.rename(temporary, this.path);
      return true;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false;
      throw error;
    }
  }

  /**
   * Not a rename: were it interrupted before the next checkpoint, or its file somebody's newer one by then, the ledger
   * would be gone. Answers the name; one that has it already, where the next checkpoint could not be written.
   */
  async #keepAside(identity: string | null, nowMs: number): Promise<string> {
    const prefix = `${checkpointName}.corrupt-`;
    try {
      for (const kept of await this.#io.list(this.#directory)) {
        const isIt = kept.startsWith(prefix) && (await this.#io.identity(join(this.#directory, kept))) === identity;
        if (isIt) return kept;
      }
      const name = `${prefix}${fileStamp(nowMs)}`;
      await this.#io.link(this.path, join(this.#directory, name));
      return name;
    } catch (error) {
      throw new LedgerError(
        'unavailable',
        `The ledger's checkpoint is damaged and can not be set aside: ${messageOf(error)}`,
      );
    }
  }
}

/** An instant as a part of a file name, on every platform. */
export function fileStamp(nowMs: number): string {
  return new Date(nowMs).toISOString().replaceAll(':', '-');
}

/** Of nothing yet. */
export function fresh(sql: SqlJsStatic): Database {
  const db = openDatabase(sql, null, false);
  migrate(db, 0);
  return db;
}
