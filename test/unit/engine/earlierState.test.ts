/** What earlier versions left on disk, word for word: reservations, who waits, runs, overrides and alerts go on with the next lead. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import type { Kept } from '../../../src/ledger/journal/record';
import { Machine, usd, view } from './memoryMachine';

const home = mkdtempSync(join(tmpdir(), 'agent-meter-earlier-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const day = { startMs: 1_795_219_200_000, endMs: 1_795_305_600_000 };
const nowMs = 1_795_262_400_000;
const subject = '["day","",""]';

const reservations = [
  `{"t":"hold","reservation":{"id":"one","atMs":${nowMs - 9},"expiresMs":${nowMs + 600_000},"provider":"acme","model":"acme-1","subject":{"agent":"a","run":"r","provider":"acme","model":"acme-1"},"sessionStartMs":${nowMs - 99},"sums":{"costNanos":500000000,"tokens":0,"requests":1}}}`,
  `{"t":"hold","reservation":{"id":"two","atMs":${nowMs - 9},"expiresMs":${nowMs + 600_000},"provider":"acme","model":"acme-1","subject":{"provider":"acme","model":"acme-1"},"sessionStartMs":${nowMs - 99},"sums":{"costNanos":900000000,"tokens":0,"requests":1}}}`,
  '{"t":"close","id":"two"}',
  `{"t":"wait","ticket":{"id":"gone","kind":"run","limits":["[\\"agents\\",\\"\\"]"],"argument":{"kind":"run","request":{"run":"gone","agent":"a"},"view":{"window":"w","sessionStartMs":${nowMs - 99},"timezone":"UTC"}},"window":"w","queuedMs":${nowMs - 8},"expiresMs":${nowMs + 3_600_000}}}`,
  `{"t":"wait","ticket":{"id":"waits","kind":"run","limits":["[\\"agents\\",\\"\\"]"],"argument":{"kind":"run","request":{"run":"waits","agent":"a"},"view":{"window":"w","sessionStartMs":${nowMs - 99},"timezone":"UTC"}},"window":"w","queuedMs":${nowMs - 7},"expiresMs":${nowMs + 3_600_000}}}`,
  '{"t":"leave","id":"gone"}',
  '{"t":"of a newer version"}',
  '{"t":"wait","ticket":{"id":"to',
];

const kept: Kept[] = [
  {
    family: 'run',
    id: 'r',
    value: `{"id":"r","subject":{"agent":"a"},"window":"w","startedMs":${nowMs - 50},"touchedMs":${nowMs - 50},"seenMs":${nowMs - 50},"called":false}`,
  },
  {
    family: 'override',
    id: 'o',
    value: `{"budget":"day","value":null,"amount":1000000000,"reason":"a release","id":"o","atMs":${nowMs - 40},"untilMs":${day.endMs}}`,
  },
  {
    family: 'alert',
    id: `threshold:${subject}`,
    value: JSON.stringify({
      subject,
      limitId: 'day',
      value: null,
      interval: day,
      kind: 'threshold',
      percent: 80,
      level: 'warning',
      message: 'As it was told.',
      id: `threshold:${subject}@80/${day.startMs}`,
      firedMs: nowMs - 30,
      acknowledged: false,
      snoozedUntilMs: null,
      told: true,
    }),
  },
  { family: 'telling', id: 'known', value: String(nowMs - 1_000_000) },
  { family: 'telling', id: 'today', value: `{"dayStartMs":${day.startMs},"count":1}` },
];

it('goes on with the next lead', async () => {
  const { configuration, user } = resolveConfiguration({
    user: 'budgets: { rules: [{ id: day, scope: global, period: day, limit: 9 }] }\nlimits: { global: { max_concurrent_agents: 1 } }',
  });
  expect(user?.issues).toEqual([]);
  const folder = join(home, 'data');
  const one = new Machine(folder, configuration);
  one.nowMs = nowMs;
  one.ledger.add(nowMs - 20, { provider: 'acme', model: 'acme-1' }, 8.2 * usd);
  await one.ledger.keeping.keep(kept, []);
  mkdirSync(join(folder, 'reservations'), { recursive: true });
  writeFileSync(join(folder, 'reservations', '0-1.ndjson'), reservations.join('\n'));
  one.takeOver();
  one.pass(1_000);
  const state = one.states.statuses(view).find(({ id }) => id === 'day');
  expect(state).toMatchObject({ used: 8.2, reserved: 0.5, limit: 10, override: [{ id: 'o', reason: 'a release' }] });
  expect(one.waiting).toEqual(['waits']);
  expect(one.alerts.active().filter(({ kind }) => kind === 'threshold')).toMatchObject([
    { message: 'As it was told.', told: true, due: false },
  ]);
  expect(one.gate.settle(['one', 'two'])).toEqual(['settled', 'unknown']);
  expect(one.gate.endRun('r')).toMatchObject({ id: 'r', startedMs: nowMs - 50 });
  await one.gate.begun('waits');
  expect(one.events).toMatchObject([{ kind: 'turn', run: 'waits', decision: 'allow' }]);
});
