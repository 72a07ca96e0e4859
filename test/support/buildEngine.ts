/** Vitest global set-up: the engine's threads run from bundles, so the bundles are made before any test. */
import { spawnSync } from 'node:child_process';
import { repositoryRoot } from './paths.mjs';

export function setup(): void {
  const { status, stderr } = spawnSync(process.execPath, ['esbuild.mjs'], { cwd: repositoryRoot, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the bundles can't be built:\n${stderr}`);
}
