import { describe, expect, test } from 'vitest';
import { traps, writeClaudeTree, type ClaudeTreeOptions } from '../../support/claudeTree';
import { judged, newFolder, readAll, summed, truthOf } from './reading';

function found(options: Omit<ClaudeTreeOptions, 'directory'>): void {
  const directory = newFolder();
  const truth = writeClaudeTree({ directory, ...options });
  const { events, cursors, walk } = readAll(directory);
  expect(walk.files.size).toBe(truth.files);
  expect(summed(judged(events))).toEqual(truthOf(truth));
  expect(cursors.reduce((sum, { skipped }) => sum + skipped, 0)).toBe(truth.unreadable);
}

describe('a generated tree is read to the token', () => {
  test('plain', () => found({ sessions: 12 }));
  test('plain, spaced JSON', () => found({ sessions: 12, spaced: true }));
  test.each(traps)('with %s', (trap) => found({ sessions: 12, traps: [trap] }));
  test('with everything at once', () => found({ sessions: 24, traps }));
  test('with everything at once, spaced JSON, other seed', () =>
    found({ sessions: 24, traps, spaced: true, seed: 77 }));
});

test('about one event per call leaves the reader', () => {
  const directory = newFolder();
  const truth = writeClaudeTree({ directory, sessions: 12, traps: ['placeholders'] });
  expect(readAll(directory).events).toHaveLength(truth.total.calls);
});

test('the same options write the same tree', () => {
  const [one, two] = [newFolder(), newFolder()].map((directory) => writeClaudeTree({ directory, traps, seed: 5 }));
  expect(one).toEqual(two);
});
