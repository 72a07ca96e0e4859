/**
 * `npm run pictures`: makes the pictures of the README and of docs/ anew, from generated data, in a real VS Code with the
 * extension as it ships: media/readme/*.png and docs/pictures/*.png.
 */
import { ensureBrowser } from './ensureBrowser.mjs';
import { ensureInstalled } from './ensureInstalled.mjs';
import { ensureVsCode } from './ensureVsCode.mjs';
import { packageExtension } from './package.mjs';
import { inRepository, repositoryRoot } from './paths.mjs';
import { run } from './processes.mjs';

try {
  await ensureInstalled();
  await packageExtension();
  await ensureBrowser();
  await ensureVsCode();
  const vitest = inRepository('node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', '--config', 'test/real-vscode/vitest.config.mts', 'test/real-vscode/pictures.test.ts'];
  process.exitCode = await run(process.execPath, [vitest, ...args], {
    cwd: repositoryRoot,
    env: { ...process.env, AGENT_METER_PICTURES: '1' },
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
