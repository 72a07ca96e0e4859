/** `npm ci`, when and only when node_modules is not what package-lock.json asks for. */
import { existsSync, readFileSync } from 'node:fs';
import { npm } from './npm.mjs';
import { inRepository, repositoryRoot } from './paths.mjs';

/** @typedef {{ version?: string, optional?: boolean, os?: string[], cpu?: string[] }} LockedPackage */

/** Installs the development dependencies when they are missing or out of date. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  console.log('Installing the development dependencies (npm ci) …');
  const code = await npm(['ci', '--no-audit', '--no-fund'], { cwd: repositoryRoot });
  if (code !== 0) throw new Error(`npm ci ended with ${code}; see its output above`);
}

function isInstalled() {
  const wanted = lockedPackages(inRepository('package-lock.json'));
  const present = lockedPackages(inRepository('node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(
    ([folder, { version, optional }]) =>
      folder === '' ||
      // What is optional may belong to another platform.
      (optional === true && present[folder] === undefined) ||
      (present[folder]?.version === version && existsSync(inRepository(folder))),
  );
}

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage>}
 */
function lockedPackages(file) {
  if (!existsSync(file)) return {};
  return (
    /** @type {{ packages?: Record<string, LockedPackage> }} */ (JSON.parse(readFileSync(file, 'utf8'))).packages ?? {}
  );
}
