import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { countTests } from '../../support/testReport.mjs';

const tests = (...statuses: string[]) => statuses.map((status) => ({ status }));

test.each([
  ['tests', [{ status: 'failed', assertionResults: tests('passed', 'passed', 'failed', 'skipped') }], 1, 2, 1],
  ['a file that does not load as one failed', [{ status: 'failed', assertionResults: [] }], 1, 0, 1],
  ['a failure outside of any test as one', [{ status: 'passed', assertionResults: tests('passed') }], 1, 1, 1],
  ['a clean run', [{ status: 'passed', assertionResults: tests('passed') }], 0, 1, 0],
])('counts %s', (_, testResults, exitCode, passed, failed) => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'report-')), 'report.json');
  writeFileSync(file, JSON.stringify({ testResults }));
  expect(countTests(file, exitCode)).toEqual({ passed, failed });
});

test('counts a run without a report as failed', () => {
  expect(countTests(path.join(tmpdir(), 'no-report.json'), 0)).toEqual({ passed: 0, failed: 1 });
});
