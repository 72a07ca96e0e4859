import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { sourceProblems } from '../../../src/engine/figures/problems';
import { SourceState } from '../../../src/engine/ingest/sourceState';
import type { SourceProgress } from '../../../src/protocol/reader';
import { claudeCode } from '../../../src/sources/claudeCode/source';
import { realFileSystem, type FileSystem } from '../../../src/sources/reading/fileSystem';
import { machineOf } from '../../../src/sources/machine';
import { Scan } from '../../../src/sources/reading/scan';
import { Watches } from '../../../src/sources/reading/watches';
import type { Source } from '../../../src/sources/source';
import { assistant } from '../../support/claudeLines';
import { newFolder, writeTranscript } from './reading';

/** Two agents, of which the first has a root and the second another one. */
function twoSources(watches: Watches, scan: Scan, [one, two]: readonly [string, string]) {
  const other: Source = {
    ...claudeCode,
    id: 'api',
    label: 'Other Agent',
    roots: () => [{ directory: path.join(two, 'projects'), below: [] }],
  };
  const machine = (directory: string) => machineOf({ CLAUDE_CONFIG_DIR: directory }, 'linux');
  const states = [new SourceState(claudeCode, machine(one), watches), new SourceState(other, machine(two), watches)];
  return {
    read(): void {
      for (const { walk } of states) {
        walk.all();
        const files = scan.changed(walk.files.values());
        expect([...scan.read(files, scan.extent(files))].length).toBeLessThanOrEqual(1);
      }
    },
    progress: (): SourceProgress[] => states.map((state) => state.progress(false, scan, watches)),
  };
}

function messages(progress: readonly SourceProgress[]): string[] {
  return sourceProblems(progress).map(({ message }) => message);
}

function failing(fails: (file: string) => boolean): FileSystem {
  return {
    ...realFileSystem,
    open(file) {
      if (fails(file)) throw Object.assign(new Error('denied'), { code: 'EACCES' });
      return realFileSystem.open(file);
    },
  };
}

test('a log that can not be read is told of its own source alone, which is named once', () => {
  const folders = [newFolder(), newFolder()] as const;
  for (const folder of folders) writeTranscript(folder, [assistant()]);
  const watches = new Watches('linux', () => undefined);
  let denied: string = folders[0];
  const scan = new Scan(
    failing((file) => file.startsWith(denied)),
    null,
  );
  const sources = twoSources(watches, scan, folders);
  sources.read();
  expect(messages(sources.progress())).toEqual(["Claude Code: a log file can't be read (EACCES). Trying again."]);
  [, denied] = folders;
  for (const folder of folders) fs.appendFileSync(writeTranscript(folder, [assistant()]), '\n\n');
  sources.read();
  expect(messages(sources.progress())).toEqual(["Other Agent: a log file can't be read (EACCES). Trying again."]);
  watches.dispose();
});

test('a root that can not be listed is told of its own source alone, which is named once', () => {
  const folders = [newFolder(), newFolder()] as const;
  writeTranscript(folders[0], [assistant()]);
  fs.writeFileSync(path.join(folders[1], 'projects'), '');
  const watches = new Watches('linux', () => undefined);
  const sources = twoSources(watches, new Scan(realFileSystem, null), folders);
  sources.read();
  const shown = path.join(folders[1], 'projects');
  expect(messages(sources.progress())).toEqual([
    `Other Agent: some logs in ${shown} can't be read (ENOTDIR). Trying again.`,
  ]);
  watches.dispose();
});

test('a folder that can not be watched is told of its own source alone, until it can be', () => {
  const folders = [newFolder(), newFolder()] as const;
  for (const folder of folders) writeTranscript(folder, [assistant()]);
  const projects = path.join(folders[1], 'projects');
  const full = Object.assign(new Error('no space left for watches'), { code: 'ENOSPC' });
  let isFull = true;
  const watches = new Watches(
    'linux',
    () => undefined,
    (directory, ...rest) => {
      if (isFull && directory === projects) throw full;
      return fs.watch(directory, ...rest);
    },
  );
  const sources = twoSources(watches, new Scan(realFileSystem, null), folders);
  sources.read();
  expect(messages(sources.progress())).toEqual([
    "Other Agent: new usage shows up with a delay, because the system can't watch all its folders (ENOSPC).",
  ]);
  expect(watches.areTroubled).toBe(true);
  isFull = false;
  sources.read();
  expect(messages(sources.progress())).toEqual([]);
  expect(watches.areTroubled).toBe(false);
  watches.dispose();
});
