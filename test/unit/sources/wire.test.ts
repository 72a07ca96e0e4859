import { expect, test } from 'vitest';
import { decodeBatch, encodeBatch } from '../../../src/engine/reader/wire';
import { traps, writeClaudeTree } from '../../support/claudeTree';
import { newFolder, readAll } from './reading';

test('a batch arrives as it was sent', () => {
  const directory = newFolder();
  writeClaudeTree({ directory, sessions: 12, traps });
  const { batches } = readAll(directory);
  expect(batches.length).toBeGreaterThan(0);
  for (const batch of batches) expect(decodeBatch(encodeBatch(batch))).toEqual(batch);
  expect(decodeBatch(encodeBatch({ events: [], cursors: [] }))).toEqual({ events: [], cursors: [] });
});
