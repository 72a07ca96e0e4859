/** The long-running programs of this folder's neighbours (benchmark, torture, fuzz): TypeScript, so they are bundled, then run. */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { downloadsFolder, inRepository, repositoryRoot } from './paths.mjs';
import { run } from './processes.mjs';

/**
 * A folder for what this process builds, outside git; it goes with the process.
 * @param {string} name of the program
 */
export function buildFolder(name) {
  const folder = path.join(downloadsFolder, name, String(process.pid));
  mkdirSync(folder, { recursive: true });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Bundles `test/<name>/main.ts`; answers the bundle.
 * @param {string} name
 * @param {string} folder where the bundle goes
 */
export async function bundleProgram(name, folder) {
  const { build } = await import('esbuild');
  const outfile = path.join(folder, 'main.mjs');
  await build({
    entryPoints: [inRepository('test', name, 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  return outfile;
}

/** Builds the product as it ships. */
export async function buildProduct() {
  await runOrExit(process.execPath, 'esbuild.mjs', '--production');
}

/**
 * Runs a Node; ends this process with its exit code unless all went well.
 * @param {string} node
 * @param {string[]} args
 */
export async function runOrExit(node, ...args) {
  const code = await run(node, args, { cwd: repositoryRoot });
  if (code !== 0) process.exit(code);
}
