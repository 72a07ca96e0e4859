/** Counts what Vitest's JSON report tells. */
import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number }} Counts */

/**
 * The tests of a run. A file that could not even be loaded counts as one failed, and so does a run that failed without
 * telling why.
 * @param {string} file
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countTests(file, exitCode) {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const report = /** @type {VitestReport} */ (JSON.parse(readFileSync(file, 'utf8')));
  const counts = { passed: 0, failed: 0 };
  for (const { status, assertionResults } of report.testResults) {
    const failed = assertionResults.filter((test) => test.status === 'failed').length;
    counts.passed += assertionResults.filter((test) => test.status === 'passed').length;
    counts.failed += failed === 0 && status === 'failed' ? 1 : failed;
  }
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** @typedef {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} VitestReport */
