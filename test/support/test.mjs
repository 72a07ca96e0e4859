/**
 * `npm test`: everything, from a fresh clone. Every step runs, whatever became of the one before; the last line says
 * `N passed, N failed`, where each test counts, and the type check and the linter as one each.
 * `npm test -- --unit-only`: without the real VS Code.
 */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runAtInstants, runFeatures } from '../features/run.mjs';
import { ensureBrowser } from './ensureBrowser.mjs';
import { ensureInstalled } from './ensureInstalled.mjs';
import { ensureVsCode } from './ensureVsCode.mjs';
import { npm } from './npm.mjs';
import { packageExtension } from './package.mjs';
import { inRepository, repositoryRoot, resultsFolder } from './paths.mjs';
import { run } from './processes.mjs';
import { countTests } from './testReport.mjs';

/** @typedef {import('./testReport.mjs').Counts} Counts */

/** @type {Counts} */
const nothing = { passed: 0, failed: 0, failures: [] };
/** @type {Counts} */
const passed = { ...nothing, passed: 1 };

/**
 * In this order.
 * @type {{ title: string, realVsCode?: boolean, run: () => Promise<Counts> }[]}
 */
const steps = [
  { title: 'Type check', run: () => script('typecheck') },
  { title: 'Lint', run: () => script('lint') },
  { title: 'Unit tests', run: () => vitest('unit', ['--coverage']) },
  { title: 'Scenarios', run: () => runFeatures() },
  { title: 'Scenarios about time, on other days', run: () => runAtInstants() },
  { title: 'Package', realVsCode: true, run: () => prepare(packageExtension) },
  { title: 'Browser', realVsCode: true, run: () => prepare(ensureBrowser) },
  { title: 'VS Code', realVsCode: true, run: () => prepare(ensureVsCode) },
  {
    title: 'Tests in a real VS Code',
    realVsCode: true,
    run: () => vitest('real-vscode', ['--config', 'test/real-vscode/vitest.config.mts']),
  },
];

/**
 * @param {unknown} error
 * @returns {Counts}
 */
function failedBecause(error) {
  return { passed: 0, failed: 1, failures: [error instanceof Error ? error.message : String(error)] };
}

/**
 * @param {string} name of a script in package.json
 * @returns {Promise<Counts>}
 */
async function script(name) {
  return (await npm(['run', '--silent', name], { cwd: repositoryRoot })) === 0
    ? passed
    : failedBecause(`npm run ${name}`);
}

/**
 * What tests need but is no test: only its failure counts.
 * @param {() => Promise<unknown>} work
 * @returns {Promise<Counts>}
 */
async function prepare(work) {
  await work();
  return nothing;
}

/**
 * @param {string} name of the report
 * @param {readonly string[]} args
 * @returns {Promise<Counts>}
 */
async function vitest(name, args) {
  const report = path.join(resultsFolder, `${name}.json`);
  rmSync(report, { force: true });
  const program = inRepository('node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(process.execPath, [program, 'run', ...args, ...reporters], { cwd: repositoryRoot });
  return countTests(report, code);
}

async function main() {
  const { values } = parseArgs({ options: { 'unit-only': { type: 'boolean', default: false } } });
  await ensureInstalled();
  mkdirSync(resultsFolder, { recursive: true });
  const total = { ...nothing };
  for (const step of steps) {
    if (step.realVsCode === true && values['unit-only']) continue;
    console.log(`\n── ${step.title} ${'─'.repeat(70 - step.title.length)}`);
    const counts = await step.run().catch((/** @type {unknown} */ error) => {
      console.error(error instanceof Error ? error.message : error);
      return failedBecause(error);
    });
    if (counts.failed > 0) console.log(`✗ ${step.title}`);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.failures = [...total.failures, ...counts.failures.map((failure) => `✗ ${step.title}: ${failure}`)];
  }
  return total;
}

/** @type {Counts} */
const total = await main().catch(failedBecause);
if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
console.log(`\n${[...total.failures, `${total.passed} passed, ${total.failed} failed`].join('\n')}`);
