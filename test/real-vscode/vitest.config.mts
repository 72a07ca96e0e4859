import { defineConfig } from 'vitest/config';
import { repositoryRoot } from '../support/paths.mjs';

/** Tests in a real VS Code: one file after the other, because each starts a server and a browser of its own. */
export default defineConfig({
  root: repositoryRoot,
  test: {
    include: ['test/real-vscode/**/*.test.ts'],
    setupFiles: ['test/support/throwAwayHome.ts', 'test/support/closeRealVsCodes.ts'],
    globalSetup: ['test/support/realVsCodeSetup.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    teardownTimeout: 30_000,
  },
});
