import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    globalSetup: ['test/support/buildEngine.ts'],
    setupFiles: ['test/support/throwAwayHome.ts'],
    pool: 'forks',
    // For what hangs, not for what is slow: a busy machine takes five times as long.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/extension.ts', 'src/composition.ts', 'src/host/**', 'src/scanner/**'],
      reporter: ['text-summary', 'json-summary', 'html'],
      reportsDirectory: 'coverage',
      // What must be right: a test that fails when it is wrong stands behind each line. A miss fails the run, and `npm test` counts it.
      thresholds: {
        'src/domain/**': { lines: 97, branches: 97 },
        'src/ledger/**': { lines: 97, branches: 97 },
      },
    },
  },
});
