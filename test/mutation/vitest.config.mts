import { defineConfig } from 'vitest/config';

/** What the mutation tester runs for each mutant of `src/domain`: its own tests, which need no bundle and no thread. */
export default defineConfig({
  test: { include: ['test/unit/domain/**/*.test.ts'], testTimeout: 30_000 },
});
