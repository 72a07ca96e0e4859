/** Puts what a torture run executes into a folder of its own, so that a build under way elsewhere can't disturb it. */
import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { inRepository } from '../support/paths.mjs';

/**
 * `dist/` must have been built. Answers the folder: what `dist/` holds, `engineWithClock.js` and `window.js`.
 * @param {string} folder
 */
export async function prepare(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(inRepository('dist'))) {
    if (/\.(js|wasm)$/.test(name)) copyFileSync(inRepository('dist', name), path.join(folder, name));
  }
  await build({
    entryPoints: {
      engineWithClock: inRepository('test', 'support', 'engineWithClock.mjs'),
      window: inRepository('test', 'torture', 'window.ts'),
    },
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  return folder;
}
