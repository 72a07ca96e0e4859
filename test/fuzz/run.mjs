/** `npm run fuzz -- --files 100000 --seed N` */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled } from '../support/ensureInstalled.mjs';
import { downloadsFolder, repositoryRoot } from '../support/paths.mjs';

await ensureInstalled();
const { build } = await import('esbuild');
const folder = path.join(downloadsFolder, 'fuzz', String(process.pid));
mkdirSync(folder, { recursive: true });
const bundle = path.join(folder, 'main.mjs');
await build({
  entryPoints: [path.join(repositoryRoot, 'test/fuzz/main.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
const { status } = spawnSync(process.execPath, [bundle, ...process.argv.slice(2)], {
  cwd: repositoryRoot,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
