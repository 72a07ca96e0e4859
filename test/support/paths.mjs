/** Where things lie in the checkout. Imports only Node's own modules, like everything that runs before `npm ci`. */
import path from 'node:path';

export const repositoryRoot = path.resolve(import.meta.dirname, '..', '..');

/** Downloads and the developer's own VS Code profile; outside git. */
export const downloadsFolder = path.join(repositoryRoot, '.vscode-test');

/** Reports and screenshots of the last run; outside git. */
export const resultsFolder = path.join(repositoryRoot, 'test-results');
export const screenshotsFolder = path.join(resultsFolder, 'screenshots');

export const packageFile = path.join(repositoryRoot, 'dist', 'agent-meter.vsix');

/** @param {string[]} segments */
export function inRepository(...segments) {
  return path.join(repositoryRoot, ...segments);
}
