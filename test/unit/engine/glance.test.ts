/** The picture of the last lead, as long as nothing that it rests on has changed. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { glance, type Present } from '../../../src/engine/glance/glance';
import { keptPictureName, ledgerStamp } from '../../../src/engine/glance/keptPicture';
import { settingsKey } from '../../../src/engine/glance/settingsKey';
import { priceVersion } from '../../../src/engine/prices/version';
import type { MeterSnapshot } from '../../../src/protocol/snapshot';
import { assistant } from '../../support/claudeLines';
import { TestEngine } from '../../support/engine';
import { isolatedEnvironment } from '../../support/isolation.mjs';
import { inRepository } from '../../support/paths.mjs';
import { TestClock } from '../../support/testClock.mjs';
import { until } from '../../support/until';

const dayMs = 86_400_000;
const clock = TestClock.standing();

let folder: string;
let data: string;
let log: string;
let config: string;
let environment: Record<string, string>;
const engines: TestEngine[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'glance-'));
  data = path.join(folder, 'data');
  config = path.join(folder, 'config.yaml');
  environment = isolatedEnvironment(folder);
  const project = path.join(environment['CLAUDE_CONFIG_DIR'] ?? '', 'projects', '-home-ana-shop');
  mkdirSync(project, { recursive: true });
  log = path.join(project, 'a.jsonl');
  writeFileSync(log, call('1'));
});

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** A line of a call a moment ago. */
function call(id: string, atMs = clock.now() - 1_000): string {
  const timestamp = new Date(atMs).toISOString();
  return `${JSON.stringify(assistant({ id: `msg_${id}`, line: { requestId: `req_${id}`, timestamp } }))}\n`;
}

function start(): TestEngine {
  const engine = new TestEngine({
    dataDirectory: data,
    distDirectory: inRepository('dist'),
    environment,
    configFile: config,
    clock,
  });
  engines.push(engine);
  return engine;
}

/** From a start to a close, with something in between; answers the last picture. */
async function lead(meanwhile?: (engine: TestEngine) => Promise<unknown>): Promise<MeterSnapshot> {
  const engine = start();
  await engine.untilRead();
  await meanwhile?.(engine);
  const picture = await engine.refresh();
  await engine.shutdown();
  engines.splice(engines.indexOf(engine), 1);
  return picture;
}

function present(changed: Partial<Present> = {}): Present {
  const settings = {
    timezone: 'UTC',
    claudeCode: true,
    configFile: config,
    workspaces: [],
    prices: { update: 'off' as const, url: '' },
  };
  return {
    dataDirectory: data,
    configFile: config,
    settings: settingsKey(settings, environment),
    timezone: 'UTC',
    sessionStartMs: clock.now(),
    prices: priceVersion,
    reader: { environment, platform: process.platform, enabled: ['claude-code'] },
    ...changed,
  };
}

const look = (changed: Partial<Present> = {}, nowMs = clock.now()): MeterSnapshot | null =>
  glance(present(changed), nowMs);

/** What a picture says, whenever it was taken and by whom. */
function said(picture: MeterSnapshot | null): unknown {
  const limits = picture?.limits.map((limit) => ({ ...limit, asOfMs: 0, pace: 0 }));
  return { ...picture, asOfMs: 0, burn: null, session: picture?.session.total, limits };
}

describe('a start with nothing new', () => {
  it('shows what the engine then shows itself', async () => {
    const before = await lead();
    expect(before).toMatchObject({ ledgerEvents: 1, today: { total: { events: 1 } } });
    const engine = start();
    const first = await engine.until(() => true);
    await engine.until(() => engine.snapshots > 1);
    const own = await engine.untilRead();
    expect(said(first)).toEqual(said(own));
    expect(first.limits).not.toEqual([]);
    expect(first.session).toEqual({ startMs: engine.sessionStartMs, total: { ...own.session.total, events: 0 } });
  });

  it('looks without an engine, and again after a start that ended before it had read anything', async () => {
    const before = await lead();
    expect(said(look())).toEqual(said({ ...before, session: { ...before.session, total: noUsage } }));
    // The first start that opens a database notes in it by which prices it is rated.
    const stamp = ledgerStamp(data);
    await lead(() => until('the note', () => ledgerStamp(data) !== stamp));
    const engine = start();
    await engine.until(() => true);
    await engine.shutdown();
    engines.splice(0);
    expect(look()?.ledgerEvents).toBe(1);
  });

  it('tells how many logs there are now: one that vanished lowers no total', async () => {
    writeFileSync(path.join(path.dirname(log), 'b.jsonl'), call('2'));
    await lead();
    rmSync(log);
    expect(look()).toMatchObject({ ledgerEvents: 2, sources: [{ state: 'watching', files: 1 }] });
    rmSync(environment['CLAUDE_CONFIG_DIR'] ?? '', { recursive: true });
    expect(look()).toMatchObject({ ledgerEvents: 2, sources: [{ state: 'absent', files: 0 }] });
    expect(look({ reader: { ...present().reader, enabled: [] } })).toMatchObject({ sources: [{ state: 'disabled' }] });
  });
});

it('keeps of what the picture rests on no text of a configuration, no path of a log and no value of a variable', async () => {
  environment['AGENT_METER_FALLBACK_PROVIDERS'] = 'ollama,groq';
  await lead();
  const kept = readFileSync(path.join(data, keptPictureName), 'utf8');
  for (const text of ['ollama', config, log, environment['CLAUDE_CONFIG_DIR'] ?? '']) expect(kept).not.toContain(text);
});

describe('no glance', () => {
  const changes: Record<string, () => MeterSnapshot | null> = {
    'a log that grew': () => {
      appendFileSync(log, call('2'));
      return look();
    },
    'a log of another time': () => {
      utimesSync(log, new Date(clock.now()), new Date(clock.now() + 5_000));
      return look();
    },
    'a new log': () => {
      writeFileSync(path.join(path.dirname(log), 'b.jsonl'), call('2'));
      return look();
    },
    'a folder that can not be followed': () => {
      symlinkSync(path.join(folder, 'loop'), path.join(folder, 'loop'));
      const root = path.join(folder, 'loop');
      return look({ reader: { ...present().reader, environment: { ...environment, CLAUDE_CONFIG_DIR: root } } });
    },
    'a journal that another window wrote': () => {
      writeFileSync(path.join(data, 'journal', '77-1.ndjson'), '');
      return look();
    },
    'a ledger that is not there': () => {
      rmSync(path.join(data, 'ledger.sqlite'), { force: true });
      rmSync(path.join(data, 'journal'), { recursive: true });
      return look();
    },
    'a configuration that has come': () => {
      writeFileSync(config, 'budgets: { daily_limit_usd: 5 }\n');
      return look();
    },
    'another configuration file': () => look({ configFile: path.join(folder, 'other.yaml'), settings: 'other' }),
    'a variable that sets a budget': () =>
      look({
        settings: settingsKey(
          { timezone: 'UTC', claudeCode: true, configFile: config, workspaces: [], prices: { update: 'off', url: '' } },
          { ...environment, AGENT_METER_BUDGET_PER_DAY: '1' },
        ),
      }),
    'another zone': () => look({ timezone: 'Asia/Tokyo' }),
    'other prices': () => look({ prices: 'of tomorrow' }),
    'another day': () => look({ sessionStartMs: clock.now() + dayMs }, clock.now() + dayMs),
    'a clock set back': () => look({}, clock.now() - dayMs),
    'a kept picture cut off': () => {
      const file = path.join(data, keptPictureName);
      writeFileSync(file, readFileSync(file, 'utf8').slice(0, -10));
      return look();
    },
    'one of another format': () => {
      const file = path.join(data, keptPictureName);
      writeFileSync(file, readFileSync(file, 'utf8').replace('"format":1', '"format":2'));
      return look();
    },
    'one that is nothing': () => {
      writeFileSync(path.join(data, keptPictureName), 'null');
      return look();
    },
    'one without its figures': () => {
      writeFileSync(path.join(data, keptPictureName), '{"format":1}');
      return look();
    },
  };
  it.each(Object.entries(changes))('at %s', async (_, change) => {
    await lead();
    expect(look()).not.toBeNull();
    expect(change()).toBeNull();
  });

  it('where a period of a budget has ended since', async () => {
    await lead();
    const file = path.join(data, keptPictureName);
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { picture: MeterSnapshot };
    for (const limit of kept.picture.limits) limit.resetsAtMs = clock.now() - 1;
    writeFileSync(file, JSON.stringify(kept));
    expect(look()).toBeNull();
  });
});

describe('nothing is kept of a picture that time changes', () => {
  it.each([
    ['a subscription’s fee', 'subscriptions: [{ id: pro, provider: anthropic, monthly_fee: 20 }]'],
    ['a machine at home', 'providers: { ollama: { billing: local, fixed_monthly_cost: 40 } }'],
    [
      'a quota of a window that rolls',
      'free_tiers: [{ provider: anthropic, quotas: [{ meter: requests, period: hour, limit: 9 }] }]',
    ],
    ['an alert', 'budgets: { daily_limit_usd: 0.0001 }'],
    ['a configuration that is not obeyed', 'budgets: { daily_limit_usd: [] }'],
  ])('%s', async (_, text) => {
    writeFileSync(config, `${text}\n`);
    await lead();
    expect(look()).toBeNull();
  });

  it('what an agent has reserved', async () => {
    writeFileSync(config, 'budgets: { daily_limit_usd: 5 }\n');
    await lead(async (engine) => {
      const asked = {
        provider: 'anthropic',
        model: 'claude-opus-4-8',
        estimate: { costUsd: 0.5 },
      };
      expect(await engine.api('authorize', asked)).toMatchObject({ ok: true, value: { decision: 'allow' } });
    });
    expect(look()).toBeNull();
  });

  it('a call of an agent whose clock is ahead', async () => {
    appendFileSync(log, call('2', clock.now() + 600_000));
    await lead();
    expect(look()).toBeNull();
  });

  it('but a budget’s period, which only ends, is', async () => {
    writeFileSync(config, 'budgets: { daily_limit_usd: 5 }\n');
    await lead();
    expect(look()?.limits.map(({ period }) => period)).toContain('day');
  });
});

const noUsage: MeterSnapshot['session']['total'] = {
  costUsd: 0,
  tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
  events: 0,
  unpricedEvents: 0,
};
