/** Counts what Vitest's JSON report tells, and names what failed. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './paths.mjs';

const longestLine = 300;

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} failures a line about each that failed, as far as it is known what failed
 */

/**
 * The tests of a run. A file that could not even be loaded counts as one failed, and so does a run that failed without
 * telling why.
 * @param {string} file
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countTests(file, exitCode) {
  if (!existsSync(file)) return { passed: 0, failed: 1, failures: ['no report was written'] };
  const report = /** @type {VitestReport} */ (JSON.parse(readFileSync(file, 'utf8')));
  /** @type {Counts} */
  const counts = { passed: 0, failed: 0, failures: [] };
  for (const { name, status, message, assertionResults } of report.testResults) {
    const where = path.relative(repositoryRoot, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    counts.passed += assertionResults.filter((test) => test.status === 'passed').length;
    for (const { fullName, failureMessages } of failed) {
      counts.failures.push(`${where}: ${fullName}: ${firstLine(failureMessages?.[0])}`);
    }
    if (failed.length === 0 && status === 'failed') counts.failures.push(`${where}: ${firstLine(message)}`);
  }
  if (exitCode !== 0 && counts.failures.length === 0) counts.failures.push('the run failed outside of its tests');
  counts.failed = counts.failures.length;
  return counts;
}

/** @param {string} [message] */
function firstLine(message = '') {
  const [line = ''] = message.split('\n');
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
}

/**
 * @typedef {object} VitestReport
 * @property {{ name: string, status: string, message?: string, assertionResults: VitestTest[] }[]} testResults
 */
/**
 * @typedef {object} VitestTest
 * @property {string} status
 * @property {string} fullName
 * @property {string[]} [failureMessages]
 */
