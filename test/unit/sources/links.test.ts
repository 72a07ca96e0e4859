import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { claudeCode } from '../../../src/sources/claudeCode/source';
import { machineOf } from '../../../src/sources/machine';
import { realFileSystem, type FileSystem } from '../../../src/sources/reading/fileSystem';
import type { FolderBounds } from '../../../src/sources/reading/linkedFolders';
import { Walk } from '../../../src/sources/reading/walk';
import { assistant } from '../../support/claudeLines';
import { newFolder, writeTranscript } from './reading';

interface Walked {
  walk: Walk;
  /** Directories that were listed, by their paths. */
  listed: Set<string>;
  watched: { directory: string; top: string }[];
  files: () => string[];
  told: () => string[];
}

function walkIn(home: string, bounds?: FolderBounds): Walked {
  const listed = new Set<string>();
  const watched: Walked['watched'] = [];
  const fileSystem: FileSystem = {
    ...realFileSystem,
    list(directory) {
      listed.add(directory);
      return realFileSystem.list(directory);
    },
  };
  const walk = new Walk({
    source: claudeCode,
    roots: claudeCode.roots(machineOf({ HOME: home }, 'linux')),
    fileSystem,
    home,
    onDirectory: (directory, top) => watched.push({ directory, top }),
    ...(bounds !== undefined && { bounds }),
  });
  walk.all();
  return {
    walk,
    listed,
    watched,
    files: () => [...walk.files.keys()].sort(),
    told: () => walk.omissions.map(({ message }) => message),
  };
}

function makeFolders(parent: string, count: number): void {
  for (let made = 0; made < count; made++) fs.mkdirSync(path.join(parent, `folder ${made}`), { recursive: true });
}

function inHome(): { home: string; claude: string; projects: string; file: string } {
  const home = fs.realpathSync(newFolder());
  const claude = path.join(home, '.claude');
  const file = writeTranscript(claude, [assistant()]);
  return { home, claude, projects: path.join(claude, 'projects'), file };
}

const oneLink = 'a link in ~/.claude/projects leads to far more folders than logs can be in, and is not followed.';

test('a link to the whole disk is not followed', () => {
  const { home, projects, file } = inHome();
  fs.symlinkSync(path.parse(home).root, path.join(projects, 'x'));
  const { files, listed, watched, told } = walkIn(home);
  expect(files()).toEqual([file]);
  expect([...listed].every((directory) => directory.startsWith(home))).toBe(true);
  expect(watched).toHaveLength(2);
  expect(told()).toEqual([oneLink]);
});

test('a link to what is around the logs is not followed, even if that is small', () => {
  const { home, claude, projects, file } = inHome();
  fs.symlinkSync(claude, path.join(projects, 'up'));
  fs.symlinkSync(home, path.join(projects, 'home'));
  fs.writeFileSync(path.join(claude, 'history.jsonl'), '');
  const { files, watched, told } = walkIn(home);
  expect(files()).toEqual([file]);
  expect(watched).toHaveLength(2);
  expect(told()).toEqual([
    '2 links in ~/.claude/projects lead to far more folders than logs can be in, and are not followed.',
  ]);
});

test('a link to a large tree without logs is not followed, one into a large tree with logs is', () => {
  const { home, projects, file } = inHome();
  const [sources, archive] = [newFolder(), newFolder()];
  makeFolders(sources, 1_100);
  fs.symlinkSync(sources, path.join(projects, 'sources'));
  const archived = writeTranscript(archive, [assistant({ id: 'old' })]);
  for (let session = 0; session < 400; session++) {
    const name = `session ${session}`;
    fs.mkdirSync(path.join(path.dirname(archived), name, 'subagents'), { recursive: true });
    fs.mkdirSync(path.join(path.dirname(archived), name, 'tool-results'));
    writeTranscript(archive, [assistant({ id: name })], `${name}.jsonl`);
  }
  fs.symlinkSync(archive, path.join(projects, 'archive'));
  const { files, listed, watched, told } = walkIn(home);
  expect(files()).toHaveLength(402);
  expect(files()).toContain(file);
  expect([...listed].filter((directory) => directory.startsWith(sources)).length).toBeLessThanOrEqual(1_001);
  expect(watched.filter(({ directory }) => directory.startsWith(sources))).toEqual([]);
  expect(told()).toEqual([oneLink]);
});

test('any number of links to large trees costs no more than a few', () => {
  const { home, projects } = inHome();
  const trees = Array.from({ length: 30 }, () => newFolder());
  for (const [index, tree] of trees.entries()) {
    makeFolders(tree, 20);
    fs.symlinkSync(tree, path.join(projects, `link ${index}`));
  }
  const bounds = { withoutLogs: 10, perLog: 8, perLink: 50, behindLinks: 45, inAll: 1_000 };
  const { listed, told } = walkIn(home, bounds);
  expect(listed.size).toBeLessThan(60);
  expect(told()).toEqual([
    '30 links in ~/.claude/projects lead to far more folders than logs can be in, and are not followed.',
  ]);
});

test('more folders than can be are told, and the rest is read', () => {
  const { home, projects } = inHome();
  makeFolders(projects, 30);
  const { walk, told } = walkIn(home, { withoutLogs: 1, perLog: 1, perLink: 1, behindLinks: 1, inAll: 20 });
  expect(walk.directories.size).toBe(20);
  expect(told()).toEqual(['~/.claude/projects has so many folders that some are not read: at most 20 are.']);
});

test('a root that leads to the whole disk or around the home directory is not read', () => {
  for (const to of [
    (home: string) => path.parse(home).root,
    (home: string) => home,
    (home: string) => path.dirname(home),
  ]) {
    const home = fs.realpathSync(newFolder());
    fs.mkdirSync(path.join(home, '.claude'));
    fs.symlinkSync(to(home), path.join(home, '.claude', 'projects'));
    const { walk, listed, told } = walkIn(home);
    expect(listed.size).toBe(0);
    expect(walk).toMatchObject({ present: 1, readable: 0 });
    expect(told()).toEqual(['~/.claude/projects leads to far more folders than logs can be in, and is not read.']);
    expect(walk.rootsChanged()).toBe(false);
  }
});

test('what is linked from a folder of dotfiles or another disk is read', () => {
  const [dotfiles, disk] = [fs.realpathSync(newFolder()), fs.realpathSync(newFolder())];
  const home = fs.realpathSync(newFolder());
  const near = writeTranscript(path.join(dotfiles, 'claude'), [assistant()]);
  const far = writeTranscript(disk, [assistant({ id: 'far' })], 'far.jsonl');
  fs.symlinkSync(path.join(dotfiles, 'claude'), path.join(home, '.claude'));
  const project = path.join(home, '.claude', 'projects', '-home-ana-other');
  fs.symlinkSync(path.dirname(far), project);
  // A folder that is still empty, for a project that begins.
  fs.mkdirSync(path.join(disk, 'new'));
  fs.symlinkSync(path.join(disk, 'new'), path.join(home, '.claude', 'projects', '-home-ana-new'));
  const { walk, files, watched, told } = walkIn(home);
  expect(files()).toEqual([near, far].sort());
  expect(walk.files.get(far)?.place).toEqual(['-home-ana-other', 'far.jsonl']);
  expect(told()).toEqual([]);
  // Where the system watches whole trees, what a link leads to is a tree of its own.
  expect(watched.find(({ directory }) => directory === path.dirname(far))?.top).toBe(path.dirname(far));
  expect(watched.map(({ directory }) => directory)).toContain(path.join(disk, 'new'));
  fs.writeFileSync(path.join(disk, 'new', 'first.jsonl'), '');
  expect(walk.again(path.join(disk, 'new', 'first.jsonl')).map(({ path: found }) => found)).toEqual([
    path.join(disk, 'new', 'first.jsonl'),
  ]);
});

test('a file that is reached by several ways is one, at its own place', () => {
  const { home, projects, file } = inHome();
  const config = path.join(home, '.config', 'claude', 'projects');
  fs.mkdirSync(path.join(config, '-home-ana-two'), { recursive: true });
  const other = path.join(config, '-home-ana-two', 'two.jsonl');
  fs.writeFileSync(other, '');
  fs.symlinkSync(config, path.join(projects, '0-all-others'));
  fs.symlinkSync(other, path.join(projects, 'link.jsonl'));
  fs.symlinkSync(path.dirname(file), path.join(config, 'back'));
  const { walk, files, told } = walkIn(home);
  expect(files()).toEqual([file, other].sort());
  expect(walk.files.get(file)?.place).toEqual(['-home-ana-shop', 'session.jsonl']);
  expect(told()).toEqual([]);
});

test('a link that comes or goes while it is watched', () => {
  const { home, projects, file } = inHome();
  const walked = walkIn(home);
  const link = path.join(projects, 'x');
  fs.symlinkSync(path.parse(home).root, link);
  expect(walked.walk.again(link)).toEqual([]);
  expect(walked.told()).toEqual([oneLink]);
  expect(walked.files()).toEqual([file]);
  fs.rmSync(link);
  walked.walk.again(link);
  expect(walked.told()).toEqual([]);
  const disk = fs.realpathSync(newFolder());
  const far = writeTranscript(disk, [assistant({ id: 'far' })], 'far.jsonl');
  fs.symlinkSync(path.dirname(far), link);
  expect(walked.walk.again(link).map(({ path: found }) => found)).toEqual([far]);
});

test('a home directory is hidden in what is told, and only itself', () => {
  const parent = fs.realpathSync(newFolder());
  const home = path.join(parent, 'ana');
  fs.mkdirSync(home);
  const config = path.join(parent, 'anabel');
  fs.mkdirSync(config);
  fs.writeFileSync(path.join(config, 'projects'), '');
  const walk = new Walk({
    source: claudeCode,
    roots: claudeCode.roots(machineOf({ CLAUDE_CONFIG_DIR: config }, 'linux')),
    fileSystem: realFileSystem,
    home,
    onDirectory: () => undefined,
  });
  walk.all();
  expect([...walk.problems.values()].map(({ message }) => message)).toEqual([
    `some logs in ${path.join(config, 'projects')} can't be read (ENOTDIR). Trying again.`,
  ]);
});
