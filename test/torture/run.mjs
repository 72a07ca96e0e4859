/** `npm run torture -- --rounds 1000 --seed N --minutes M`: builds the product as it ships and runs the torture on a copy. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled } from '../support/ensureInstalled.mjs';
import { downloadsFolder, repositoryRoot } from '../support/paths.mjs';

await ensureInstalled();
/** @param {string[]} args */
const node = (...args) => {
  const { status } = spawnSync(process.execPath, args, { cwd: repositoryRoot, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};
node('esbuild.mjs', '--production');

const { build } = await import('esbuild');
const { prepare } = await import('./prepare.mjs');
const folder = path.join(downloadsFolder, 'torture', String(process.pid));
mkdirSync(folder, { recursive: true });
const product = await prepare(path.join(folder, 'product'));
const bundle = path.join(folder, 'main.mjs');
await build({
  entryPoints: [path.join(repositoryRoot, 'test/torture/main.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
node(bundle, '--product', product, ...process.argv.slice(2));
