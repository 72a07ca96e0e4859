/** Puts what a torture run executes into a folder of its own, so that a build under way elsewhere can't disturb it. */
import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { inRepository } from '../support/paths.mjs';

/**
 * `dist/` must have been built. Answers the folder in the shape that `TestEngine` expects, with `window.js` beside.
 * @param {string} folder
 */
export async function prepare(folder) {
  const product = path.join(folder, 'product');
  mkdirSync(product, { recursive: true });
  for (const name of readdirSync(inRepository('dist'))) {
    if (/\.(js|wasm)$/.test(name)) copyFileSync(inRepository('dist', name), path.join(product, name));
  }
  for (const name of ['reader.js', 'scanner.wasm', 'sql-wasm.wasm']) {
    copyFileSync(path.join(product, name), path.join(folder, name));
  }
  await build({
    entryPoints: {
      engine: inRepository('test', 'torture', 'engineWithClock.ts'),
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
