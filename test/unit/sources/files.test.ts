import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FileCursor } from '../../../src/protocol/event';
import { realFileSystem, type FileSystem } from '../../../src/sources/reading/fileSystem';
import { Walk } from '../../../src/sources/reading/walk';
import { claudeCode } from '../../../src/sources/claudeCode/source';
import { assistant, plainUsage, user } from '../../support/claudeLines';
import { traps, writeClaudeTree } from '../../support/claudeTree';
import {
  judged,
  newFolder,
  positionIn,
  readAll,
  summed,
  truthOf,
  walkOf,
  writeTranscript,
  type Reading,
} from './reading';

const line = (id: string, output = 10): string =>
  `${JSON.stringify(assistant({ id, usage: { ...plainUsage, output_tokens: output }, line: { requestId: `r_${id}` } }))}\n`;
const ids = ({ events }: Reading): string[] => events.map(({ key }) => key.call);

/** Counts what is opened and how many bytes are read. */
function counting(): FileSystem & { opened: number; bytes: number } {
  const counter = {
    ...realFileSystem,
    opened: 0,
    bytes: 0,
    open(file: string): number {
      counter.opened++;
      return realFileSystem.open(file);
    },
    read(...args: Parameters<FileSystem['read']>): number {
      const length = realFileSystem.read(...args);
      counter.bytes += length;
      return length;
    },
  };
  return counter;
}

describe('tailing', () => {
  const directory = newFolder();
  const file = writeTranscript(directory, []);
  let cursors: readonly FileCursor[] = [];
  const next = (fileSystem?: FileSystem): string[] => {
    const reading = readAll(directory, cursors, fileSystem && { fileSystem });
    cursors = reading.cursors;
    return ids(reading);
  };

  test('an empty file has no events but a cursor', () => {
    expect(next()).toEqual([]);
    expect(cursors.map(positionIn)).toMatchObject([{ offset: 0, size: 0, headBytes: 0 }]);
  });

  test('whole lines are read once', () => {
    fs.appendFileSync(file, line('a') + line('b'));
    expect(next()).toEqual(['a', 'b']);
    expect(next()).toEqual([]);
  });

  test('half a line waits for its other half', () => {
    const half = line('c');
    fs.appendFileSync(file, half.slice(0, 300));
    expect(next()).toEqual([]);
    const [position] = cursors.map(positionIn);
    expect(position?.offset).toBeLessThan(position?.size ?? 0);
    fs.appendFileSync(file, half.slice(300));
    expect(next()).toEqual(['c']);
  });

  test('an unchanged file is not opened, of a grown one the new bytes are read', () => {
    const fileSystem = counting();
    expect(next(fileSystem)).toEqual([]);
    expect(fileSystem.opened).toBe(0);
    fs.appendFileSync(file, `${JSON.stringify(user('x'.repeat(3_000_000)))}\n`);
    next();
    fs.appendFileSync(file, line('d'));
    expect(next(fileSystem)).toEqual(['d']);
    expect(fileSystem.bytes).toBeLessThan(line('d').length + 2048);
  });

  test('a truncated file is read from its beginning', () => {
    fs.writeFileSync(file, line('e'));
    expect(next()).toEqual(['e']);
  });

  test('a file replaced by one of the same size', () => {
    const { size } = fs.statSync(file);
    fs.writeFileSync(file, line('f'));
    expect(fs.statSync(file).size).toBe(size);
    fs.utimesSync(file, 1_800_000_000, 1_800_000_000);
    expect(next()).toEqual(['f']);
  });

  test('a longer file with another head', () => {
    fs.writeFileSync(file, line('g') + line('h') + line('i'));
    expect(next()).toEqual(['g', 'h', 'i']);
  });

  test('a file moved into its place', () => {
    fs.writeFileSync(`${file}.new`, line('j') + line('k') + line('l') + line('m'));
    fs.renameSync(`${file}.new`, file);
    expect(next()).toEqual(['j', 'k', 'l', 'm']);
  });

  test('the same file copied over itself goes on where it was', () => {
    fs.copyFileSync(file, `${file}.copy`);
    fs.renameSync(`${file}.copy`, file);
    fs.appendFileSync(file, line('n'));
    expect(next()).toEqual(['n']);
  });

  test('a deleted file changes nothing, its return is noticed', () => {
    fs.rmSync(file);
    const before = cursors;
    expect(next()).toEqual([]);
    expect(cursors).toEqual(before);
    fs.writeFileSync(file, line('o'));
    expect(next()).toEqual(['o']);
  });
});

test('a line that can’t be read is counted for the file, over several readings', () => {
  const directory = newFolder();
  const file = writeTranscript(directory, ['{"type":"assistant","x_tokens":']);
  const first = readAll(directory);
  expect(first.cursors).toMatchObject([{ skipped: 1 }]);
  fs.appendFileSync(file, '{"input_tokens":\n' + line('a'));
  const second = readAll(directory, first.cursors);
  expect(ids(second)).toEqual(['a']);
  expect(second.cursors).toMatchObject([{ skipped: 2 }]);
});

test('lines of every length around the chunk', () => {
  const directory = newFolder();
  const lengths = [0, 1, 1023, 1 << 20, (1 << 20) + 1, 3 << 20, 7, 5_000_000];
  writeTranscript(
    directory,
    lengths.flatMap((length, index) => [
      user('y'.repeat(length)),
      assistant({ id: `m${index}`, content: [{ type: 'text', text: '"'.repeat(length) }], line: { requestId: 'r' } }),
    ]),
  );
  expect(ids(readAll(directory))).toEqual(lengths.map((_, index) => `m${index}`));
});

test('a line of 50 MB, and one that is beyond measure', () => {
  const directory = newFolder();
  const file = writeTranscript(directory, []);
  const big = assistant({ id: 'big', content: [{ type: 'text', text: 'z'.repeat(50 << 20) }] });
  fs.writeFileSync(file, `${line('a')}${JSON.stringify(big)}\n${line('b')}{"_tokens":"`);
  for (let written = 0; written < 140; written++) fs.appendFileSync(file, Buffer.alloc(1 << 20, 'w'));
  const endless = readAll(directory);
  expect(ids(endless)).toEqual(['a', 'big', 'b']);
  fs.appendFileSync(file, `"}\n${line('c')}`);
  const complete = readAll(directory, endless.cursors);
  expect(ids(complete)).toEqual(['c']);
  expect(complete.cursors).toMatchObject([{ skipped: 1 }]);
  expect(complete.cursors.map(positionIn)).toMatchObject([{ offset: fs.statSync(file).size }]);
});

test('any intermediate cursors lead to the same union', () => {
  const directory = newFolder();
  const truth = writeClaudeTree({ directory, sessions: 6, responsesPerSession: 900, traps });
  const whole = readAll(directory);
  expect(whole.batches.length).toBeGreaterThan(6);
  for (let most = 1; most <= whole.batches.length; most += 3) {
    const before = readAll(directory, [], { most });
    const after = readAll(directory, before.cursors);
    expect(summed(judged([...before.events, ...after.events]))).toEqual(truthOf(truth));
  }
});

test('an interrupted file goes on at the cursor of its last batch', () => {
  const directory = newFolder();
  const count = 12_000;
  writeTranscript(
    directory,
    Array.from({ length: count }, (_, index) => assistant({ id: `m${index}`, line: { requestId: null } })),
  );
  const before = readAll(directory, [], { most: 2 });
  const after = readAll(directory, before.cursors);
  expect([...ids(before), ...ids(after)]).toEqual(Array.from({ length: count }, (_, index) => `m${index}`));
});

describe('directories', () => {
  test('links neither loop nor count twice', () => {
    const directory = newFolder();
    const file = writeTranscript(directory, [assistant()]);
    const projects = path.join(directory, 'projects');
    fs.symlinkSync(projects, path.join(projects, 'loop'));
    fs.symlinkSync(path.dirname(file), path.join(projects, 'again'));
    fs.symlinkSync(file, path.join(projects, 'link.jsonl'));
    fs.symlinkSync(path.join(projects, 'nowhere'), path.join(projects, 'dangling.jsonl'));
    expect(ids(readAll(directory))).toEqual(['msg_01']);
  });

  test('two roots that are one', () => {
    const directory = newFolder();
    writeTranscript(path.join(directory, 'a'), [assistant()]);
    fs.symlinkSync(path.join(directory, 'a'), path.join(directory, 'b'));
    const both = ['a', 'b', 'a/projects'].map((name) => path.join(directory, name)).join(',');
    expect(ids(readAll(both))).toEqual(['msg_01']);
  });

  test('other files and folders are left alone', () => {
    const directory = newFolder();
    writeTranscript(directory, [assistant()], 'notes.txt');
    writeTranscript(directory, [assistant()], 'node_modules/x.jsonl');
    fs.mkdirSync(path.join(directory, 'projects', 'folder.jsonl'));
    expect(ids(readAll(directory))).toEqual([]);
  });

  test('a file in place of a directory, and errors of the file system, are problems and no more', () => {
    const directory = newFolder();
    fs.writeFileSync(path.join(directory, 'projects'), '');
    expect([...readAll(directory).walk.problems.values()]).toMatchObject([
      { message: expect.stringContaining('ENOTDIR') as string },
    ]);

    const tree = newFolder();
    writeTranscript(tree, [assistant()], 'a.jsonl');
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
    const closed: FileSystem = {
      ...realFileSystem,
      list(name) {
        if (name.includes('-home')) throw denied;
        return realFileSystem.list(name);
      },
    };
    const unlisted = readAll(tree, [], { fileSystem: closed });
    expect(unlisted.walk.problems.size).toBe(1);
    expect(JSON.stringify([...unlisted.walk.problems.values()])).not.toContain('-home');

    const unread = readAll(tree, [], {
      fileSystem: {
        ...realFileSystem,
        open() {
          throw denied;
        },
      },
    });
    expect([...unread.scan.problems.values()]).toEqual([
      { source: 'claude-code', message: "a log file can't be read (EACCES). Trying again." },
    ]);
    expect(ids(readAll(tree, unread.cursors))).toEqual(['msg_01']);
  });

  test('an error in the middle of a file keeps what was read', () => {
    const directory = newFolder();
    writeTranscript(directory, [assistant(), user('x'.repeat(4 << 20)), assistant({ id: 'msg_02' })]);
    let reads = 0;
    const failing: FileSystem = {
      ...realFileSystem,
      read(...args) {
        if (++reads > 3) throw Object.assign(new Error('gone bad'), { code: 'EIO' });
        return realFileSystem.read(...args);
      },
    };
    const first = readAll(directory, [], { fileSystem: failing });
    expect(ids(first)).toEqual(['msg_01']);
    expect(ids(readAll(directory, first.cursors))).toEqual(['msg_02']);
  });

  test('desktop sessions count only below .claude/projects', () => {
    const home = newFolder();
    const sessions = path.join(home, '.config', 'Claude', 'local-agent-mode-sessions', 'x', 'y');
    const file = writeTranscript(path.join(sessions, '.claude'), [assistant()]);
    writeTranscript(path.join(sessions, 'uploads'), [assistant({ id: 'other' })]);
    const walk = walkOf({ HOME: home });
    walk.all();
    expect([...walk.files.values()].map(({ path: found, place }) => [found, place])).toEqual([
      [file, ['-home-ana-shop', 'session.jsonl']],
    ]);
  });

  test('a star in a root stands for what there is', () => {
    const home = newFolder();
    const file = writeTranscript(path.join(home, 'Claude_1', 'Cache', '.claude'), [assistant()]);
    const roots = [{ directory: path.join(home, 'Claude_*', 'Cache'), below: ['.claude', 'projects'] }];
    const walk = new Walk({
      source: claudeCode,
      roots,
      fileSystem: realFileSystem,
      home: undefined,
      onDirectory: () => undefined,
    });
    walk.all();
    expect([...walk.files.keys()]).toEqual([file]);
    expect(walk.rootsChanged()).toBe(false);
    fs.mkdirSync(path.join(home, 'Claude_2', 'Cache'), { recursive: true });
    expect(walk.rootsChanged()).toBe(true);
  });
});
