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
  /** @type {Map<string, string>} by the ids of a scenario, of its test case and of the run of that */
  const names = new Map();
  /** @type {Set<string>} */
  const runs = new Set();
  /** @type {Map<string, string>} by the id of the run */
  const failures = new Map();
  for (const line of existsSync(report) ? readFileSync(report, 'utf8').split('\n').filter(Boolean) : []) {
    const { pickle, testCase, testCaseStarted, testStepFinished } = /** @type {Envelope} */ (JSON.parse(line));
    if (pickle !== undefined) names.set(pickle.id, `${pickle.uri}: ${pickle.name}`);
    if (testCase !== undefined) names.set(testCase.id, names.get(testCase.pickleId) ?? '');
    if (testCaseStarted !== undefined) {
      names.set(testCaseStarted.id, names.get(testCaseStarted.testCaseId) ?? '');
      runs.add(testCaseStarted.id);
    }
    if (testStepFinished !== undefined) {
      const { testCaseStartedId: id, testStepResult } = testStepFinished;
      const [wrong = testStepResult.status] = (testStepResult.message ?? testStepResult.status).split('\n');
      if (testStepResult.status !== 'PASSED' && !failures.has(id)) failures.set(id, `${names.get(id) ?? ''}: ${wrong}`);
    }
  }
  const told = [...failures.values()];
  if (told.length === 0 && (exitCode !== 0 || runs.size === 0)) told.push('the run failed outside of its scenarios');
  return { passed: runs.size - failures.size, failed: told.length, failures: told };
}

/**
 * @typedef {object} Envelope one of Cucumber's messages
 * @property {{ id: string, uri: string, name: string }} [pickle]
 * @property {{ id: string, pickleId: string }} [testCase]
 * @property {{ id: string, testCaseId: string }} [testCaseStarted]
 * @property {{ testCaseStartedId: string, testStepResult: { status: string, message?: string } }} [testStepFinished]
 */

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { failed } = await runFeatures(process.argv.slice(2));
  process.exitCode = failed === 0 ? 0 : 1;
}
