import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../../support/paths.mjs';
import { countTests } from '../../support/testReport.mjs';

const named = path.join(repositoryRoot, 'test', 'unit', 'some.test.ts');
const tests = (...statuses: string[]) =>
  statuses.map((status) => ({
    status,
    fullName: `is ${status}`,
    failureMessages: status === 'failed' ? ['Error: expected 1 to be 2\n    at some line'] : [],
  }));

test.each([
  [
    'tests',
    { status: 'failed', assertionResults: tests('passed', 'passed', 'failed', 'skipped') },
    1,
    2,
    ['test/unit/some.test.ts: is failed: Error: expected 1 to be 2'],
  ],
  [
    'a file that does not load as one failed',
    { status: 'failed', message: `Error: ${'x'.repeat(400)}`, assertionResults: [] },
    1,
    0,
    [`test/unit/some.test.ts: Error: ${'x'.repeat(293)}…`],
  ],
  [
    'a failure outside of any test as one',
    { status: 'passed', assertionResults: tests('passed') },
    1,
    1,
    ['the run failed outside of its tests'],
  ],
  ['a clean run', { status: 'passed', assertionResults: tests('passed') }, 0, 1, []],
])('counts %s, and names what failed', (_, result, exitCode, passed, failures) => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'report-')), 'report.json');
  writeFileSync(file, JSON.stringify({ testResults: [{ name: named, ...result }] }));
  expect(countTests(file, exitCode)).toEqual({ passed, failed: failures.length, failures });
});

test('counts a run without a report as failed', () => {
  const file = path.join(tmpdir(), 'no-report.json');
  expect(countTests(file, 0)).toEqual({ passed: 0, failed: 1, failures: ['no report was written'] });
});
