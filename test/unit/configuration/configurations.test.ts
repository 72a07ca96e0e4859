import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import { Configurations, type ConfigurationOptions } from '../../../src/engine/configuration/configurations';
import type { Caller } from '../../../src/engine/support/view';
import { longestWorkspaceText, mostWorkspaceText } from '../../../src/protocol/vocabulary';
import { until } from '../../support/until';

const view: Caller = {
  kind: 'window',
  window: 'w',
  sessionStartMs: 0,
  timezone: 'UTC',
  workspaces: [],
  environment: {},
};
const live: Configurations[] = [];

afterEach(async () => {
  for (const one of live.splice(0)) await one.stop();
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'agent-meter-configuration-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function make(data: string, more: Partial<ConfigurationOptions> = {}): Configurations {
  const file = join(data, 'config.yaml');
  const resolve = resolveConfiguration;
  const nothing = (): void => undefined;
  const made = new Configurations({
    file,
    chosen: false,
    dataDirectory: data,
    resolve,
    parse: nothing,
    log: nothing,
    ...more,
  });
  live.push(made);
  return made;
}

async function start(data: string, file = join(data, 'config.yaml')): Promise<Configurations> {
  const made = make(data, { file });
  await made.start();
  return made;
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

const day = (usd: number): string => `limits: { global: { max_cost_per_day: ${usd} } }\n`;

function dayLimit(configurations: Configurations, of = view): number | undefined {
  const { budgets } = configurations.for(of).configuration;
  const found = budgets.find(
    ({ scope, period, measure }) => scope === 'global' && period === 'day' && measure === 'cost',
  );
  return found === undefined ? undefined : found.limit / 1e9;
}

const problems = (configurations: Configurations, of = view): string[] =>
  configurations.for(of).problems.map(({ message }) => message);

describe('the user’s configuration', () => {
  it('is obeyed from the start, and again at every change of the file, however it is written', async () => {
    const data = folder();
    const file = join(data, 'etc', 'config.yaml');
    const configurations = await start(data, file);
    expect(dayLimit(configurations)).toBeUndefined();
    mkdirSync(join(data, 'etc'));
    writeFileSync(file, day(5));
    await until('the first limit', () => dayLimit(configurations) === 5);
    writeFileSync(file, day(6));
    await until('the limit written over', () => dayLimit(configurations) === 6);
    writeFileSync(`${file}.tmp`, day(7));
    renameSync(`${file}.tmp`, file);
    await until('the limit of the replaced file', () => dayLimit(configurations) === 7);
    rmSync(join(data, 'etc'), { recursive: true });
    await until('no limit', () => dayLimit(configurations) === undefined);
    mkdirSync(join(data, 'etc'));
    writeFileSync(file, day(8));
    await until('a limit again', () => dayLimit(configurations) === 8);
  });

  it('is followed where a link leads', async () => {
    const data = folder();
    mkdirSync(join(data, 'dotfiles'));
    writeFileSync(join(data, 'dotfiles', 'meter.yaml'), day(5));
    symlinkSync(join(data, 'dotfiles', 'meter.yaml'), join(data, 'config.yaml'));
    const configurations = await start(data);
    expect(dayLimit(configurations)).toBe(5);
    writeFileSync(join(data, 'dotfiles', 'meter.yaml'), day(6));
    await until('the new limit', () => dayLimit(configurations) === 6);
  });

  it('stays as it was while its file is broken, which is told with its place', async () => {
    const data = folder();
    const file = join(data, 'config.yaml');
    writeFileSync(file, day(5));
    const configurations = await start(data);
    let told = 0;
    configurations.onDidChange(() => (told += 1));
    writeFileSync(file, 'timezone: Europe/Berlin\nlimits: { global: { max_cost_per_day: lots } }\n');
    await until('the problem', () => problems(configurations).length > 0);
    expect(dayLimit(configurations)).toBe(5);
    expect(problems(configurations)[0]).toContain(`${file}:2:`);
    expect(problems(configurations)[0]).toContain('What it said before stays in force.');
    writeFileSync(file, day(6));
    await until('the mended file', () => dayLimit(configurations) === 6);
    expect(problems(configurations)).toEqual([]);
    expect(told).toBe(2);
  });

  it('that is broken at the start does not lift its limits', async () => {
    const data = folder();
    const file = join(data, 'config.yaml');
    writeFileSync(file, day(5));
    await (await start(data)).stop();
    writeFileSync(file, 'limits: [');
    const configurations = await start(data);
    expect(dayLimit(configurations)).toBe(5);
    expect(problems(configurations)).toHaveLength(1);
    const other = await start(data, join(data, 'other.yaml'));
    expect(dayLimit(other)).toBeUndefined();
  });

  it.each([
    ['with a byte order mark', `\ufeff${day(6)}`],
    ['with carriage returns', `# Mine.\r\n${day(6).replaceAll('\n', '\r\n')}`],
    ['with nothing but comments above', `${'# x\n'.repeat(1000)}${day(6)}`],
  ])('is read %s', async (_, text) => {
    const data = folder();
    writeFileSync(join(data, 'config.yaml'), text);
    const configurations = await start(data);
    expect(dayLimit(configurations)).toBe(6);
    expect(problems(configurations)).toEqual([]);
  });

  it.each([
    ['a directory', 'it is no file', (path: string) => mkdirSync(path)],
    ['a pipe that nobody writes', 'it is no file', (path: string) => execFileSync('mkfifo', [path])],
    ['too large', 'more than 1000000', (path: string) => writeFileSync(path, '#'.repeat(1_000_001))],
    ['in UTF-16', 'not encoded in UTF-8', (path: string) => writeFileSync(path, `\ufeff${day(6)}`, 'utf16le')],
    ['full of null bytes', `config.yaml:1:`, (path: string) => writeFileSync(path, day(6), 'utf16le')],
    ['a link to itself', 'ELOOP', (path: string) => symlinkSync(path, path)],
  ])('that becomes %s changes nothing, and is told', async (_, told, make) => {
    const data = folder();
    const file = join(data, 'config.yaml');
    writeFileSync(file, day(5));
    const configurations = await start(data);
    rmSync(file);
    make(file);
    await until('the problem', () => problems(configurations).length > 0);
    expect(problems(configurations)[0]).toContain(told);
    expect(dayLimit(configurations)).toBe(5);
    rmSync(file, { recursive: true });
    writeFileSync(file, day(6));
    await until('the mended file', () => dayLimit(configurations) === 6);
    expect(problems(configurations)).toEqual([]);
    await configurations.stop();
    live.splice(0);
  });

  it('of which nothing sound is known counts as far as it is right', async () => {
    const data = folder();
    writeFileSync(join(data, 'config.yaml'), `${day(5)}strategy: nonsense\n`);
    const configurations = await start(data);
    expect(dayLimit(configurations)).toBe(5);
    expect(problems(configurations)[0]).toContain('Only what is right of it is in force.');
  });

  it('can be another file from now on', async () => {
    const data = folder();
    writeFileSync(join(data, 'config.yaml'), day(5));
    writeFileSync(join(data, 'other.yaml'), day(9));
    const configurations = await start(data);
    await configurations.setFile(join(data, 'other.yaml'), true);
    expect(dayLimit(configurations)).toBe(9);
    writeFileSync(join(data, 'config.yaml'), day(6));
    writeFileSync(join(data, 'other.yaml'), day(10));
    await until('the other file', () => dayLimit(configurations) === 10);
  });
});

describe('a switch to another file', () => {
  it('that is not there has the defaults in force, says so, and takes the file when it comes', async () => {
    const data = folder();
    writeFileSync(join(data, 'config.yaml'), day(5));
    const configurations = await start(data);
    expect(dayLimit(configurations)).toBe(5);
    let told = 0;
    configurations.onDidChange(() => (told += 1));
    const missing = join(data, 'none', 'there.yaml');
    await configurations.setFile(missing, true);
    expect(dayLimit(configurations)).toBeUndefined();
    expect(configurations.own().budgets).toEqual(resolveConfiguration({ user: null }).configuration.budgets);
    expect(problems(configurations)).toEqual([
      expect.stringMatching(/none\/there\.yaml.* is not there\. The defaults are in force/),
    ]);
    expect(told).toBe(1);
    mkdirSync(join(data, 'none'));
    writeFileSync(missing, day(7));
    await until('the file that came', () => dayLimit(configurations) === 7);
    expect(problems(configurations)).toEqual([]);
    rmSync(missing);
    await until('no limit', () => dayLimit(configurations) === undefined);
    expect(problems(configurations)).toHaveLength(1);
    await configurations.setFile(join(data, 'usual.yaml'), false);
    expect(problems(configurations), 'the usual place may be empty').toEqual([]);
  });

  it('that is broken, or can’t be read, does not leave the limits of the one before', async () => {
    const data = folder();
    writeFileSync(join(data, 'config.yaml'), day(5));
    writeFileSync(join(data, 'broken.yaml'), 'limits: [');
    mkdirSync(join(data, 'directory.yaml'));
    const configurations = await start(data);
    for (const name of ['broken.yaml', 'directory.yaml']) {
      await configurations.setFile(join(data, name), true);
      expect(dayLimit(configurations), name).toBeUndefined();
      expect(problems(configurations), name).toHaveLength(1);
    }
  });

  it.each([
    ['there.yaml', 'none.yaml', undefined],
    ['none.yaml', 'there.yaml', 9],
    ['there.yaml', 'config.yaml', 5],
    ['broken.yaml', 'none.yaml', undefined],
  ])('to %s and at once to %s ends with the last one', async (first, second, limit) => {
    const data = folder();
    writeFileSync(join(data, 'config.yaml'), day(5));
    writeFileSync(join(data, 'there.yaml'), day(9));
    writeFileSync(join(data, 'broken.yaml'), `${day(4)}limits: [`);
    for (let round = 0; round < 10; round += 1) {
      const configurations = make(data);
      // Also while the first file is still being read.
      const starting = configurations.start();
      if (round % 2 === 1) await starting;
      const switching = configurations.setFile(join(data, first), true);
      if (round > 5) await turn();
      await Promise.all([starting, switching, configurations.setFile(join(data, second), true)]);
      expect(dayLimit(configurations)).toBe(limit);
      await configurations.stop();
    }
    const again = await start(data, join(data, second));
    expect(dayLimit(again), 'and no file is remembered under another’s name').toBe(limit);
  });
});

describe('a listener that fails', () => {
  it('keeps nobody else from hearing of a change, and is logged', async () => {
    const data = folder();
    const file = join(data, 'config.yaml');
    const log: string[] = [];
    const configurations = make(data, { log: (level, message) => log.push(`${level} ${message}`) });
    await configurations.start();
    let heard = 0;
    configurations.onDidChange(() => {
      throw new Error('the disk is full');
    });
    configurations.onDidChange(() => (heard += 1));
    writeFileSync(file, day(5));
    await until('the second listener', () => heard === 1);
    await configurations.setFile(join(data, 'other.yaml'), true);
    expect(heard).toBe(2);
    expect(log.filter((line) => line.startsWith('error') && line.includes('the disk is full'))).toHaveLength(2);
  });

  it('and a bundle that is gone end nothing', async () => {
    const data = folder();
    const log: string[] = [];
    let gone = true;
    const resolve: ConfigurationOptions['resolve'] = (layers) => {
      if (gone && layers.user !== null) throw new Error('Cannot find module');
      return resolveConfiguration(layers);
    };
    const configurations = make(data, { resolve, log: (level, message) => log.push(`${level} ${message}`) });
    await configurations.start();
    writeFileSync(join(data, 'config.yaml'), day(5));
    await until('the failure', () => log.some((line) => line.includes('Cannot find module')));
    gone = false;
    writeFileSync(join(data, 'config.yaml'), day(6));
    await until('the limit', () => dayLimit(configurations) === 6);
  });
});

describe('long configurations of workspaces', () => {
  const layer = (text: string, at = 0) => ({ id: `file:///${at}`, name: `${at}/x.yaml`, text, trusted: true });
  const long = (length: number): string => day(3) + '#'.repeat(length - day(3).length);

  it('are parsed one at a time before they are asked for, each once', async () => {
    const parsed: string[] = [];
    const configurations = make(folder(), { parse: (text) => void parsed.push(text) });
    await configurations.start();
    const workspaces = Array.from({ length: 5 }, (_, at) => layer(long(10_000 + at), at));
    const ready = configurations.ready({ workspaces });
    expect(parsed).toEqual([]);
    await turn();
    expect(parsed.length).toBeLessThan(3);
    expect(configurations.ready({ workspaces })).toBe(ready);
    await ready;
    expect(parsed).toEqual(workspaces.map(({ text }) => text));
    expect(configurations.ready({ workspaces })).toBeNull();
    expect(configurations.ready({ workspaces: [layer(day(2))] })).toBeNull();
  });

  it('are read up to a length, each and together, and say why not further', async () => {
    const configurations = await start(folder());
    const tooLong = { ...view, workspaces: [layer(long(longestWorkspaceText + 1))] };
    expect(dayLimit(configurations, tooLong)).toBeUndefined();
    expect(problems(configurations, tooLong)).toEqual([expect.stringContaining('more than 131072')]);
    const most = Math.floor(mostWorkspaceText / longestWorkspaceText);
    const all = Array.from({ length: most + 1 }, (_, at) => layer(long(longestWorkspaceText), at));
    expect(problems(configurations, { ...view, workspaces: all })).toEqual([expect.stringContaining('together')]);
  });

  it('are told apart by what they say', async () => {
    const configurations = await start(folder());
    const same = layer(day(2));
    expect(dayLimit(configurations, { ...view, workspaces: [same] })).toBe(2);
    expect(dayLimit(configurations, { ...view, workspaces: [{ ...same }] })).toBe(2);
    expect(dayLimit(configurations, { ...view, workspaces: [layer(day(4))] })).toBe(4);
    expect(
      dayLimit(configurations, { ...view, workspaces: [{ ...layer(`strategy: budget\n${day(4)}`), trusted: false }] }),
    ).toBe(4);
  });
});

describe('a workspace’s configuration', () => {
  const layer = (text: string, id = 'file:///a') => ({ id, name: 'a/.vscode/agent-meter.yaml', text, trusted: true });

  it('is its own windows’ alone', async () => {
    const data = folder();
    writeFileSync(join(data, 'config.yaml'), day(5));
    const configurations = await start(data);
    expect(dayLimit(configurations, { ...view, workspaces: [layer(day(2))] })).toBe(2);
    expect(dayLimit(configurations)).toBe(5);
    expect(configurations.own().budgets).toEqual(configurations.for(view).configuration.budgets);
  });

  it('that becomes broken stays as it was, and says so in its windows', async () => {
    const data = folder();
    const configurations = await start(data);
    expect(dayLimit(configurations, { ...view, workspaces: [layer(day(2))] })).toBe(2);
    const broken = { ...view, workspaces: [layer('limits: [')] };
    expect(dayLimit(configurations, broken)).toBe(2);
    expect(problems(configurations, broken)[0]).toMatch(/a\/\.vscode\/agent-meter\.yaml:1:/);
    expect(dayLimit(configurations, { ...view, workspaces: [layer('limits: [', 'file:///b')] })).toBeUndefined();
    expect(problems(configurations)).toEqual([]);
  });

  it('that can’t be read any more stays as it was, and says why', async () => {
    const configurations = await start(folder());
    expect(dayLimit(configurations, { ...view, workspaces: [layer(day(2))] })).toBe(2);
    const unreadable = { ...layer(''), unreadable: 'NoPermissions' };
    expect(dayLimit(configurations, { ...view, workspaces: [unreadable] })).toBe(2);
    expect(problems(configurations, { ...view, workspaces: [unreadable] })).toEqual([
      expect.stringContaining("a/.vscode/agent-meter.yaml can't be read: NoPermissions. What it said before stays"),
    ]);
    const other = { ...unreadable, id: 'file:///b' };
    expect(dayLimit(configurations, { ...view, workspaces: [other] })).toBeUndefined();
    expect(problems(configurations, { ...view, workspaces: [other] })[0]).toContain('It says nothing.');
  });

  it('of several folders all count, and the tightest wins, also over one that is not trusted yet', async () => {
    const data = folder();
    writeFileSync(join(data, 'config.yaml'), day(5));
    const configurations = await start(data);
    const limitOf = (...texts: [string, boolean][]): number | undefined => {
      const workspaces = texts.map(([text, trusted], at) => ({ ...layer(text, `file:///${at}`), trusted }));
      return dayLimit(configurations, { ...view, workspaces });
    };
    expect(limitOf([day(2), true], [day(4), true])).toBe(2);
    expect(limitOf([day(4), true], [day(2), true])).toBe(2);
    expect(limitOf([day(4), true], [day(3), false])).toBe(3);
    expect(limitOf([day(50), true], [day(60), false])).toBe(5);
    expect(limitOf(['limits: { global: { max_cost_per_day: null } }\n', false], [day(4), true])).toBe(4);
    expect(limitOf([day(4).replace('limits', 'strategy: budget\nlimits'), false])).toBe(4);
  });

  it('may name the zone; else the file’s counts, else the window’s', async () => {
    const data = folder();
    writeFileSync(join(data, 'config.yaml'), 'timezone: Asia/Tokyo\n');
    const configurations = await start(data);
    expect(configurations.for(view).view.timezone).toBe('Asia/Tokyo');
    const none = await start(data, join(data, 'none.yaml'));
    expect(none.for({ ...view, timezone: 'Europe/Berlin' }).view.timezone).toBe('Europe/Berlin');
  });
});

describe('D3 the environment', () => {
  it('is the asking window’s, and a wrong variable is told', async () => {
    const configurations = await start(folder());
    const rich = { ...view, environment: { AGENT_METER_BUDGET_PER_DAY: '3.50' } };
    expect(dayLimit(configurations, rich)).toBe(3.5);
    expect(dayLimit(configurations)).toBeUndefined();
    const wrong = { ...view, environment: { AGENT_METER_BUDGET_PER_DAY: 'lots' } };
    expect(problems(configurations, wrong)[0]).toContain('AGENT_METER_BUDGET_PER_DAY');
  });
});
