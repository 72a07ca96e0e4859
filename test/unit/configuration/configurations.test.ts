import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import { Configurations } from '../../../src/engine/configuration/configurations';
import type { WindowView } from '../../../src/engine/service';
import { until } from '../../support/until';

const view: WindowView = { window: 'w', sessionStartMs: 0, timezone: 'UTC', workspaces: [], environment: {} };
const live: Configurations[] = [];

afterEach(async () => {
  for (const one of live.splice(0)) await one.dispose();
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'agent-meter-configuration-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function start(data: string, file = join(data, 'config.yaml')): Promise<Configurations> {
  const made = new Configurations({ file, dataDirectory: data, resolve: resolveConfiguration, log: () => undefined });
  live.push(made);
  await made.start();
  return made;
}

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
    await (await start(data)).dispose();
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
    await configurations.dispose();
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
    await configurations.setFile(join(data, 'other.yaml'));
    expect(dayLimit(configurations)).toBe(9);
    writeFileSync(join(data, 'config.yaml'), day(6));
    writeFileSync(join(data, 'other.yaml'), day(10));
    await until('the other file', () => dayLimit(configurations) === 10);
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
