/**
 * `npm run features [-- cucumber's own arguments]`: the scenarios of this folder against the engine as it is built. The
 * steps are TypeScript, so they are bundled first.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled } from '../support/ensureInstalled.mjs';
import { isolatedEnvironment } from '../support/isolation.mjs';
import { inRepository, repositoryRoot, resultsFolder } from '../support/paths.mjs';
import { run } from '../support/processes.mjs';

/** @typedef {import('../support/testReport.mjs').Counts} Counts */

const features = inRepository('test', 'features');
const steps = path.join(resultsFolder, 'features');
const report = path.join(resultsFolder, 'features.ndjson');

/**
 * @param {readonly string[]} args for cucumber, as `--tags @D6`
 * @returns {Promise<Counts>} of scenarios
 */
export async function runFeatures(args = []) {
  await ensureInstalled();
  await bundleSteps();
  rmSync(report, { force: true });
  const home = mkdtempSync(path.join(tmpdir(), 'agent-meter-features-'));
  try {
    await run(process.execPath, ['esbuild.mjs'], { cwd: repositoryRoot });
    const program = inRepository('node_modules', '@cucumber', 'cucumber', 'bin', 'cucumber.js');
    const files = readdirSync(features).filter((name) => name.endsWith('.feature'));
    const named = args.some((argument) => argument.includes('.feature'));
    const all = named ? [] : files.map((name) => `test/features/${name}`);
    const worldParameters = JSON.stringify({ dist: inRepository('dist') });
    const options = [
      '--import',
      `${path.relative(repositoryRoot, steps)}/*.mjs`,
      '--parallel',
      '2',
      '--format',
      'progress',
    ];
    const code = await run(
      process.execPath,
      [program, ...all, ...options, '--format', `message:${report}`, '--world-parameters', worldParameters, ...args],
      { cwd: repositoryRoot, env: isolatedEnvironment(home) },
    );
    return countScenarios(code);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** What they share is bundled once, so that all of them describe one world. */
async function bundleSteps() {
  const { build } = await import('esbuild');
  rmSync(steps, { recursive: true, force: true });
  mkdirSync(steps, { recursive: true });
  const folder = path.join(features, 'steps');
  await build({
    entryPoints: readdirSync(folder).map((name) => path.join(folder, name)),
    outdir: steps,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
}

/**
 * A scenario passed when each of its steps did; one that no step is written for has not. A run that ended badly without
 * telling why counts as one failed.
 * @param {number} exitCode
 * @returns {Counts}
 */
function countScenarios(exitCode) {
  const counts = { passed: 0, failed: 0 };
  if (existsSync(report)) {
    /** @type {Map<string, boolean>} */
    const good = new Map();
    for (const line of readFileSync(report, 'utf8').split('\n').filter(Boolean)) {
      const { testCaseStarted, testStepFinished } = /** @type {Envelope} */ (JSON.parse(line));
      if (testCaseStarted !== undefined) good.set(testCaseStarted.id, true);
      if (testStepFinished !== undefined && testStepFinished.testStepResult.status !== 'PASSED')
        good.set(testStepFinished.testCaseStartedId, false);
    }
    for (const passed of good.values()) counts[passed ? 'passed' : 'failed'] += 1;
  }
  if (counts.failed === 0 && (exitCode !== 0 || counts.passed === 0)) counts.failed = 1;
  return counts;
}

/**
 * @typedef {object} Envelope one of Cucumber's messages
 * @property {{ id: string }} [testCaseStarted]
 * @property {{ testCaseStartedId: string, testStepResult: { status: string } }} [testStepFinished]
 */

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { failed } = await runFeatures(process.argv.slice(2));
  process.exitCode = failed === 0 ? 0 : 1;
}
