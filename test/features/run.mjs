/**
 * `npm run features [-- cucumber's own arguments]`: the scenarios of this folder against the engine as it is built. The
 * steps are TypeScript, so they are bundled first. They begin at TEST_NOW, else today, in the zone TEST_ZONE, else in UTC.
 * `npm run features -- --at-instants`: those about time, at each instant of instants.mjs.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled } from '../support/ensureInstalled.mjs';
import { isolatedEnvironment } from '../support/isolation.mjs';
import { inRepository, repositoryRoot, resultsFolder } from '../support/paths.mjs';
import { run } from '../support/processes.mjs';
import { testStartMs } from '../support/testClock.mjs';

/** @typedef {import('../support/testReport.mjs').Counts} Counts */

const features = inRepository('test', 'features');
const steps = path.join(resultsFolder, 'features');
const report = path.join(resultsFolder, 'features.ndjson');
const atInstants = path.join(resultsFolder, 'at-instants');
/** As many as the machine of a CI run has processors. */
const processes = 2;

/**
 * @param {readonly string[]} args for cucumber, as `--tags @D6`
 * @returns {Promise<Counts>} of scenarios
 */
export async function runFeatures(args = []) {
  rmSync(report, { force: true });
  return await withSteps(async (env) => {
    const program = inRepository('node_modules', '@cucumber', 'cucumber', 'bin', 'cucumber.js');
    const files = readdirSync(features).filter((name) => name.endsWith('.feature'));
    const named = args.some((argument) => argument.includes('.feature'));
    const all = named ? [] : files.map((name) => `test/features/${name}`);
    const worldParameters = JSON.stringify({
      dist: inRepository('dist'),
      now: new Date(testStartMs).toISOString(),
      zone: process.env['TEST_ZONE'] ?? 'UTC',
    });
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
      { cwd: repositoryRoot, env },
    );
    return countScenarios(code, [report]);
  });
}

/**
 * Those about time, at each of the instants.
 * @returns {Promise<Counts>} of scenarios
 */
export async function runAtInstants() {
  rmSync(atInstants, { recursive: true, force: true });
  mkdirSync(atInstants, { recursive: true });
  return await withSteps(async (env) => {
    const { instants } = await import('./instants.mjs');
    const program = path.join(features, 'atInstants.mjs');
    const args = [program, path.relative(repositoryRoot, steps), inRepository('dist'), atInstants];
    const codes = await Promise.all(
      Array.from({ length: processes }, (_, number) =>
        run(process.execPath, [...args, String(number), String(processes)], { cwd: repositoryRoot, env }),
      ),
    );
    const reports = readdirSync(atInstants).map((name) => path.join(atInstants, name));
    const { passed, failed, failures } = countScenarios(Math.max(...codes), reports);
    if (reports.length === instants.length) return { passed, failed, failures };
    const few = `only ${reports.length} of ${instants.length} instants were tried`;
    return { passed, failed: failed + 1, failures: [...failures, few] };
  });
}

/**
 * @template T
 * @param {(env: Record<string, string>) => Promise<T>} work with the engine built, the steps bundled, and a home of its own
 * @returns {Promise<T>}
 */
async function withSteps(work) {
  await ensureInstalled();
  await bundleSteps();
  const home = mkdtempSync(path.join(tmpdir(), 'agent-meter-features-'));
  try {
    await run(process.execPath, ['esbuild.mjs'], { cwd: repositoryRoot });
    return await work(isolatedEnvironment(home));
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
 * @param {readonly string[]} reports
 * @returns {Counts}
 */
function countScenarios(exitCode, reports) {
  /** @type {Map<string, string>} by the ids of a scenario, of its test case and of the run of that */
  const names = new Map();
  /** @type {Set<string>} */
  const runs = new Set();
  /** @type {Map<string, string>} by the id of the run */
  const failures = new Map();
  const written = reports.filter((file) => existsSync(file));
  for (const line of written.flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean))) {
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
  const args = process.argv.slice(2);
  const { passed, failed, failures } = await (args[0] === '--at-instants' ? runAtInstants() : runFeatures(args));
  console.log([...failures, `${passed} scenarios passed, ${failed} failed`].join('\n'));
  process.exitCode = failed === 0 ? 0 : 1;
}
