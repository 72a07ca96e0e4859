/** A lock between processes: a folder that only one can create, with the holder's process id inside. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './processes.mjs';

/**
 * Runs `work` while no other process holds the same lock. A lock whose holder died is taken over.
 * @template T
 * @param {string} lock
 * @param {{ onWait?: (holder: number) => void }} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withFolderLock(lock, options, work) {
  let told = false;
  while (!tryAcquire(lock)) {
    const holder = holderOf(lock);
    if (holder !== undefined && !isAlive(holder)) {
      rmSync(lock, { recursive: true, force: true });
      continue;
    }
    if (!told && holder !== undefined) options.onWait?.(holder);
    told = true;
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** @param {string} lock */
function tryAcquire(lock) {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(path.join(lock, 'pid'), String(process.pid));
  return true;
}

/**
 * The process that holds the lock; -1 if it died before it could say so, undefined if it is just about to.
 * @param {string} lock
 */
function holderOf(lock) {
  try {
    return Number(readFileSync(path.join(lock, 'pid'), 'utf8')) || undefined;
  } catch {
    return ageMs(lock) > 10_000 ? -1 : undefined;
  }
}

/** @param {string} lock */
function ageMs(lock) {
  try {
    return Date.now() - statSync(lock).mtimeMs;
  } catch {
    return 0;
  }
}
