/** Windows that opened in the same millisecond, as an editor's do that are restored at once: each keeps what is its own. */
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import type { ApiCommand, ApiValues } from '../../../src/protocol/api/api';
import { TestEngine } from '../../support/engine';
import { isolatedEnvironment } from '../../support/isolation.mjs';
import { inRepository } from '../../support/paths.mjs';
import { Machine, view } from './memoryMachine';

let folder: string;
let windows: TestEngine[];
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'agent-meter-twins-'));
  windows = [];
  environment = isolatedEnvironment(folder);
});

afterEach(async () => {
  await Promise.all(windows.map((window) => window.shutdown().catch(() => undefined)));
  await fs.rm(folder, { recursive: true, force: true });
});

async function open(tightened: string | null): Promise<TestEngine> {
  const layer = { id: 'tight', name: 'agent-meter.yaml', text: tightened ?? '', trusted: false };
  const window = new TestEngine({
    dataDirectory: path.join(folder, 'data'),
    distDirectory: inRepository('dist'),
    environment,
    claudeCode: false,
    sessionStartMs: 1_790_000_000_000,
    workspaces: tightened === null ? [] : [layer],
  });
  windows.push(window);
  await window.until(({ ledgerOpen }) => ledgerOpen);
  return window;
}

async function ask<C extends ApiCommand>(window: TestEngine, command: C, argument?: unknown): Promise<ApiValues[C]> {
  const answer = await window.api(command, argument);
  if (!answer.ok) throw new Error(`${command}: ${JSON.stringify(answer.error)}`);
  return answer.value;
}

it('are judged each by its own configuration', async () => {
  const dear = { provider: 'acme', model: 'acme-1', estimate: { costUsd: 0.5 } };
  const lead = await open(null);
  const tight = await open('budgets: { daily_limit_usd: 0.10 }\n');
  const decisions = [await ask(lead, 'authorize', dear), await ask(tight, 'authorize', dear)];
  expect(decisions.map(({ decision }) => decision)).toEqual(['allow', 'block']);
  expect((await ask(lead, 'authorize', dear)).decision).toBe('allow');
  // The next lead knows them apart, too.
  await lead.kill();
  const another = await open(null);
  expect((await ask(tight, 'authorize', dear)).decision).toBe('block');
  expect((await ask(another, 'authorize', dear)).decision).toBe('allow');
});

it('hold no run and no ticket for each other', () => {
  const yaml = 'limits: { global: { max_concurrent_agents: 1 } }';
  const { configuration, user } = resolveConfiguration({ user: yaml });
  expect(user?.issues).toEqual([]);
  const one = new Machine(folder, configuration);
  const twin = { ...view, window: 'twin' };
  const start = (run: string, of: typeof view): string => one.gate.startRun({ run, agent: 'coder' }, of).decision;
  expect(start('first', view)).toBe('allow');
  expect(start('second', twin)).toBe('queue');
  // The twin has gone; the window that is there keeps only its own.
  for (let minutes = 0; minutes < 3; minutes++) {
    one.nowMs += 60_000;
    one.controls.tick(new Set([view.window]));
  }
  expect(one.gate.endOf('first')).toBeNull();
  expect(one.waiting).toEqual([]);
});
