/** The lint rules that keep the rooms apart see TypeScript: rules about imports that are not told of it are silent. */
import { ESLint } from 'eslint';
import path from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../../support/paths.mjs';

async function importErrors(...files: string[]): Promise<(string | null)[]> {
  const linter = new ESLint({
    cwd: repositoryRoot,
    ignore: false,
    // Types are not needed here, and cost seconds.
    overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
    ruleFilter: ({ ruleId }) => ruleId.startsWith('import-x/'),
  });
  const results = await linter.lintFiles(files.map((file) => path.join(repositoryRoot, file)));
  return results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
}

test('a circle of two files is seen from both', async () => {
  expect(await importErrors('test/fixtures/circle/one.ts', 'test/fixtures/circle/two.ts')).toEqual([
    'import-x/no-cycle',
    'import-x/no-cycle',
  ]);
});
