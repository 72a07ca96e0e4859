import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../support/engine';
import { isolatedEnvironment } from '../../support/isolation.mjs';
import { inRepository } from '../../support/paths.mjs';

const call = (id: string, cost = 1) => ({
  id,
  provider: 'acme',
  model: 'acme-1',
  tokens: { input: 10, output: 20 },
  costUsd: cost,
});

describe('windows that share a ledger', () => {
  let folder: string;
  let windows: TestEngine[];
  let environment: Record<string, string>;

  const open = (dataDirectory = path.join(folder, 'data')): TestEngine => {
    const window = new TestEngine({
      dataDirectory,
      distDirectory: inRepository('dist'),
      environment,
    });
    windows.push(window);
    return window;
  };
  const spent = async (window: TestEngine): Promise<number> => {
    const answer = await window.api('status');
    return answer.ok ? answer.value.today.costUsd : Number.NaN;
  };

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'windows-'));
    environment = isolatedEnvironment(folder);
    windows = [];
  });
  afterEach(async () => {
    await Promise.all(windows.map((window) => window.kill()));
    await fs.rm(folder, { recursive: true, force: true });
  });

  it('see one total, whoever is told', async () => {
    const [a, b, c] = [open(), open(), open()];
    expect(await a.api('report', call('1'))).toMatchObject({ ok: true, value: { accepted: 1, duplicates: 0 } });
    expect(await b.api('report', call('2'))).toMatchObject({ ok: true, value: { accepted: 1 } });
    expect(await c.api('report', [call('2'), call('3')])).toMatchObject({
      ok: true,
      value: { accepted: 1, duplicates: 1 },
    });
    for (const window of windows) {
      expect(await spent(window)).toBe(3);
      await window.until((snapshot) => snapshot.today.total.costUsd === 3);
    }
  });

  it('go on within two seconds when the one that leads is killed, and lose nothing', async () => {
    const lead = open();
    await lead.api('report', call('1'));
    const [b, c] = [open(), open()];
    expect(await spent(b)).toBe(1);
    expect(await spent(c)).toBe(1);
    await lead.kill();
    const killedMs = performance.now();
    const answers = await Promise.all([b.api('report', call('2')), c.api('report', call('3'))]);
    expect(performance.now() - killedMs).toBeLessThan(2_000);
    expect(answers.map((answer) => answer.ok)).toEqual([true, true]);
    expect(await spent(b)).toBe(3);
    expect(await spent(c)).toBe(3);
  });

  it('answer calls that were under way when the lead was killed, once each', async () => {
    const lead = open();
    await lead.api('report', call('0'));
    const follower = open();
    await follower.api('status');
    const calls = Array.from({ length: 200 }, (_, index) => follower.api('report', call(`c${index}`)));
    await lead.kill();
    const answers = await Promise.all(calls);
    expect(answers.filter((answer) => !answer.ok)).toEqual([]);
    expect(await spent(follower)).toBe(201);
  });

  it('show the same after a second start', async () => {
    const first = open();
    await first.api('report', [call('1', 0.1), call('2', 0.2)]);
    await first.shutdown();
    expect(await spent(open())).toBe(0.3);
  });

  it('say so where the folder can not be used, and recover when it can', async () => {
    const blocked = path.join(folder, 'blocked');
    await fs.writeFile(blocked, 'a file, not a folder');
    const window = open(path.join(blocked, 'data'));
    const snapshot = await window.until(({ problems }) => problems.length > 0);
    expect(snapshot.problems[0]?.message).toContain(blocked);
    expect(await window.api('report', call('1'))).toMatchObject({ ok: false, error: { code: 'storage_unavailable' } });
    await fs.rm(blocked);
    await window.until(({ problems }) => problems.length === 0);
    expect(await window.api('report', call('1'))).toMatchObject({ ok: true });
  });
});
