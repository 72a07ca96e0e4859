/** A process of no editor's, as of a terminal, in the ledger: it joins whoever leads, and leads where nobody does. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Claims } from '../../../src/engine/leadership/claims';
import { Member } from '../../../src/engine/leadership/member';
import type { ApiCommand } from '../../../src/protocol/api/api';
import { TestEngine } from '../../support/engine';
import { isolatedEnvironment } from '../../support/isolation.mjs';
import { inRepository } from '../../support/paths.mjs';
import { TestClock } from '../../support/testClock.mjs';
import { until } from '../../support/until';
import type { FromPlain, PlainBirth } from './plainProcess';

const clock = TestClock.standing();
const report = { id: '1', provider: 'acme', model: 'acme-1', tokens: { input: 1, output: 2 }, costUsd: 1 };

let scripts: string;
let folder: string;
let data: string;
let environment: Record<string, string>;
/** Of whatever the test started. */
const ends: (() => Promise<unknown>)[] = [];

/** What the scripts are made of, by script. */
const madeOf = new Map<string, string[]>();

beforeAll(async () => {
  scripts = await fs.mkdtemp(path.join(os.tmpdir(), 'plain-scripts-'));
  for (const name of ['asksOnly', 'leadsToo']) {
    const { metafile } = await build({
      entryPoints: [path.join(import.meta.dirname, `${name}.ts`)],
      outfile: path.join(scripts, `${name}.cjs`),
      bundle: true,
      metafile: true,
      platform: 'node',
      format: 'cjs',
      mainFields: ['module', 'main'],
      logLevel: 'error',
    });
    madeOf.set(name, Object.keys(metafile.inputs));
  }
  return () => fs.rm(scripts, { recursive: true, force: true });
});

beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'plain-'));
  environment = isolatedEnvironment(folder);
  data = path.join(folder, 'data');
});
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
  await fs.rm(folder, { recursive: true, force: true });
});

class Plain {
  readonly log: string[] = [];
  readonly process: ChildProcess;

  /** How often it was told what a window shows. */
  shown = 0;

  constructor(script: 'asksOnly' | 'leadsToo', limits = '') {
    const birth: PlainBirth = {
      dataDirectory: data,
      wasmPath: inRepository('dist', 'sql-wasm.wasm'),
      readerPath: inRepository('dist', 'reader.js'),
      nowMs: clock.now(),
      workspaces: limits === '' ? [] : [{ id: 'here', name: 'agent-meter.yaml', text: limits, trusted: false }],
    };
    this.process = fork(path.join(scripts, `${script}.cjs`), [JSON.stringify(birth)], { env: environment });
    const ended = once(this.process, 'exit');
    ends.push(() => {
      this.process.kill('SIGKILL');
      return ended;
    });
    this.process.on('message', (message: FromPlain) => {
      if (message.kind === 'log') this.log.push(message.message);
      if (message.kind === 'shown') this.shown += 1;
    });
  }

  async api(command: ApiCommand, argument: unknown): Promise<unknown> {
    this.process.send({ command, argument });
    for (;;) {
      const [message] = (await once(this.process, 'message')) as [FromPlain];
      if (message.kind === 'answer') return message.answer;
    }
  }

  async leave(): Promise<void> {
    const gone = once(this.process, 'exit');
    this.process.send(null as never);
    await gone;
  }
}

function open(): TestEngine {
  const distDirectory = inRepository('dist');
  const window = new TestEngine({ dataDirectory: data, distDirectory, environment, claudeCode: false, clock });
  ends.push(() => window.kill());
  return window;
}

const epoch = async (): Promise<number> => (await new Claims(data).highest())?.epoch ?? 0;
const spent = (costUsd: number): object => ({ ok: true, value: { today: { costUsd } } });

it('joins the lead of a window and asks it, without anything of a lead', async () => {
  const window = open();
  expect(await window.api('report', report)).toMatchObject({ ok: true, value: { accepted: 1 } });
  const plain = new Plain('asksOnly');
  expect(await plain.api('status', {})).toMatchObject(spent(1));
  expect(await plain.api('report', { ...report, id: '2' })).toMatchObject({ ok: true, value: { accepted: 1 } });
  await window.until(({ today }) => today.total.costUsd === 2);
  expect(plain.log).toEqual(['following the lead of epoch 1']);
  const inputs = madeOf.get('asksOnly') ?? [];
  expect(inputs.some((input) => input.endsWith('src/engine/leadership/member.ts'))).toBe(true);
  expect(inputs.filter((input) => /src\/engine\/(lead|openLedger)\.ts|sql\.js/.test(input))).toEqual([]);
  await plain.leave();
  expect(plain.shown).toBe(0);
  expect(await epoch()).toBe(1);
});

it('is judged by the limits of the folder that it is in', async () => {
  const window = open();
  const dear = { provider: 'acme', model: 'acme-1', estimate: { costUsd: 0.5 } };
  expect(await window.api('authorize', dear)).toMatchObject({ ok: true, value: { decision: 'allow' } });
  const plain = new Plain('asksOnly', 'budgets: { daily_limit_usd: 0.10 }\n');
  expect(await plain.api('authorize', dear)).toMatchObject({ ok: true, value: { decision: 'block' } });
  expect(await window.api('authorize', dear)).toMatchObject({ ok: true, value: { decision: 'allow' } });
});

it('leads where nobody does, is joined, and gives the lead to a window when it goes', async () => {
  const plain = new Plain('leadsToo');
  expect(await plain.api('report', report)).toMatchObject({ ok: true, value: { accepted: 1 } });
  expect(await new Claims(data).highest()).toMatchObject({ epoch: 1, pid: plain.process.pid });
  const window = open();
  const other = new Plain('asksOnly');
  expect(await window.api('report', { ...report, id: '2' })).toMatchObject({ ok: true, value: { accepted: 1 } });
  await window.until(({ today }) => today.total.costUsd === 2);
  expect(await other.api('status', {})).toMatchObject(spent(2));
  expect(await plain.api('status', {})).toMatchObject(spent(2));
  expect(window.log.some((line) => line.includes('following the lead of epoch 1'))).toBe(true);
  await plain.leave();
  await until('the window to lead', async () => (await epoch()) === 2);
  expect(await other.api('status', {})).toMatchObject(spent(2));
});

it('says that nobody is ready where it only asks and nobody leads', async () => {
  const member = new Member({
    dataDirectory: data,
    caller: { kind: 'program', window: 'p', sessionStartMs: 0, timezone: 'UTC', workspaces: [], environment: {} },
    version: { snapshot: 7, product: '0.1.0' },
    makeLead: null,
    patienceMs: 50,
    now: clock.now,
    log: () => undefined,
  });
  expect(await member.api({ command: 'status' })).toMatchObject({ ok: false, error: { code: 'not_ready' } });
  await expect(member.ask('models', {})).rejects.toMatchObject({ reason: 'not_ready' });
  await member.dispose();
  expect(await epoch()).toBe(0);
});
