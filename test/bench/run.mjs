/** `npm run bench`: builds the product as it ships, bundles the benchmark, runs it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled } from '../support/ensureInstalled.mjs';
import { ensureVsCode } from '../support/ensureVsCode.mjs';
import { downloadsFolder, repositoryRoot } from '../support/paths.mjs';

await ensureInstalled();
/**
 * @param {string} node
 * @param {string[]} args
 */
const run = (node, ...args) => {
  const { status } = spawnSync(node, args, { cwd: repositoryRoot, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};
run(process.execPath, 'esbuild.mjs', '--production');

const folder = path.join(downloadsFolder, 'bench');
mkdirSync(folder, { recursive: true });
const { build } = await import('esbuild');
const bundle = path.join(folder, 'bench.mjs');
await build({
  entryPoints: [path.join(repositoryRoot, 'test/bench/main.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
// On the Node of the VS Code that the tests run in: what the engine runs on at its users' is of that age.
const { node: runtime } = await ensureVsCode();
run(runtime, bundle, repositoryRoot, ...process.argv.slice(2));
