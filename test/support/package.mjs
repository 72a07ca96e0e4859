/** `npm run package`: a production build, packed into dist/agent-meter.vsix, and not larger than we promised. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled } from './ensureInstalled.mjs';
import { inRepository, packageFile, repositoryRoot } from './paths.mjs';
import { run } from './processes.mjs';

const largestBytes = 2_000_000;

/** Builds and packs the extension and answers the file; throws when that fails. */
export async function packageExtension() {
  const manifestIcon = inRepository('media', 'icon.png');
  if (!existsSync(manifestIcon)) throw new Error('media/icon.png is missing; the manifest names it.');
  const vsce = inRepository('node_modules', '@vscode', 'vsce', 'vsce');
  // vsce builds through the script `vscode:prepublish`, so that a package is never made of an old build.
  const code = await run(process.execPath, [vsce, 'package', '--no-dependencies', '--out', packageFile], {
    cwd: repositoryRoot,
  });
  if (code !== 0) throw new Error(`packaging ended with ${code}; see its output above`);
  const { size } = statSync(packageFile);
  const name = path.relative(repositoryRoot, packageFile);
  console.log(`${name}: ${(size / 1e6).toFixed(2)} MB of at most ${largestBytes / 1e6} MB`);
  if (size > largestBytes) throw new Error(`${name} is larger than ${largestBytes / 1e6} MB.`);
  return packageFile;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await ensureInstalled();
    await packageExtension();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
