/** `docs/reference/cost_controls.md` and the loop of `docs/agent-authors.md`: what they show is what works. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runInThisContext } from 'node:vm';
import ts from 'typescript';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReasonKind } from '../../../src/domain/budgets/authorize';
import {
  agentTypeDefaults,
  defaultBudgets,
  defaultConfiguration,
  defaultThresholds,
} from '../../../src/config/normalise/defaults';
import { knownKeys } from '../../../src/config/schema/jsonSchema';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import { authorizeSchema } from '../../../src/protocol/api/budgetApi';
import { decisions } from '../../../src/protocol/api/budgetAnswers';
import { apiErrorCodes, reportSchema } from '../../../src/protocol/api/api';
import { budgetPeriods, limitActions, measures, scopes } from '../../../src/protocol/configuration';

const read = (file: string): string => readFileSync(path.resolve(import.meta.dirname, '../../../docs', file), 'utf8');
const page = read('reference/cost_controls.md');
const examples = [...page.matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, text = '']) => text);

describe('docs/reference/cost_controls.md', () => {
  it.each(examples)('has examples that are obeyed: %#', (text) => {
    const { user } = resolveConfiguration({ user: text });
    expect(user?.issues.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('does at each limit what it says', () => {
    const actions = (text: string | undefined): Record<string, string> =>
      Object.fromEntries(
        resolveConfiguration({ user: text ?? '' }).configuration.budgets.map(({ id, action }) => [id, action]),
      );
    expect(actions(examples[0])).toMatchObject({
      'global.day.cost': 'block',
      'global.run.concurrent_agents': 'queue',
      'agent.run.cost': 'terminate',
    });
    expect(actions(examples[1])).toMatchObject({
      'provider:anthropic.month.cost': 'fallback',
      budget_per_plan: 'fallback',
    });
    expect(actions(examples[2])).toMatchObject({ nightly: 'queue', 'rule.tier:premium.day.cost': 'warn' });
  });

  it('names every scope, period, measure, action and decision', () => {
    const words = [...scopes, ...budgetPeriods, ...measures, ...limitActions, ...decisions];
    expect(words.filter((word) => !page.includes(`\`${word}\``))).toEqual([]);
  });
});

/** The cells of a table's rows, by the head of its first column. */
function rows(head: string): string[][] {
  const lines = page.slice(page.indexOf(`| ${head} |`)).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end).map((line) => line.slice(2, -2).split(' | '));
}

const codes = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

describe('the table of limits', () => {
  /** `max_cost_per_hour`, `_day` → `max_cost_per_hour`, `max_cost_per_day` */
  const whole = (keys: string[]): string[] =>
    keys.map((key) => (key.startsWith('_') ? (keys[0] ?? '').replace(/_[a-z]+$/, key) : key));
  const table = rows('key').map(([keys, where, action = '']) => ({ keys: whole(codes(keys)), where, action }));
  const groups = ['global', 'per_project', 'per_agent', 'per_agent_type', 'per_request'];
  const inLimits = table.flatMap(({ keys, where = '', action }, index) => {
    const places = where === 'the same' ? (table[index - 1]?.where ?? '') : where;
    // “The same” of “the same” is the first.
    const named = codes(places).length > 0 ? codes(places) : groups.slice(0, 4);
    return named
      .filter((group) => groups.includes(group))
      .flatMap((group) => keys.map((key) => ({ group, key, action: action.split(/[ :]/)[0] ?? '' })));
  });
  const pathOf = (group: string): string[] =>
    group === 'global' || group === 'per_request' ? ['limits', group] : ['limits', group, 'default'];

  it.each(inLimits)('$group: $key → $action', ({ group, key, action }) => {
    const [section, ...rest] = pathOf(group);
    const inner = rest.reduceRight<object>((value, part) => ({ [part]: value }), { [key]: 1 });
    const { configuration, user } = resolveConfiguration({ user: JSON.stringify({ [section ?? '']: inner }) });
    expect(user?.issues).toEqual([]);
    const [budget, ...more] = configuration.budgets.filter(({ origin }) => origin.layer === 'user');
    expect(more).toEqual([]);
    expect(budget).toMatchObject({ action, hard: true, softRatio: 0.8 });
  });

  it('has every limit that a file can set, and no other', () => {
    for (const group of groups) {
      const known = [...knownKeys(pathOf(group)).keys()].filter((key) => key.startsWith('max_'));
      const told = inLimits.filter((one) => one.group === group).map(({ key }) => key);
      expect({ group, keys: told.toSorted() }).toEqual({ group, keys: known.toSorted() });
    }
  });

  it('warns from where it says, and only warns when told so', () => {
    const budgetsOf = (text: string) =>
      resolveConfiguration({ user: text }).configuration.budgets.filter(({ origin }) => origin.layer === 'user');
    expect(budgetsOf('budget_per_plan: 2\nbudget_per_day: 10\n')).toMatchObject([
      { id: 'budget_per_plan', softRatio: 0.9, action: 'block' },
      { id: 'budget_per_day', softRatio: 0.9, action: 'block' },
    ]);
    expect(budgetsOf('budgets: { daily_limit_usd: 5, warning_threshold: 0.6 }\n')).toMatchObject([{ softRatio: 0.6 }]);
    expect(budgetsOf('limits: { global: { max_cost_per_day: 5, hard_stop: false } }\n')).toMatchObject([
      { hard: false, action: 'warn' },
    ]);
    expect(budgetsOf('limits: { global: { max_cost_per_month: null } }\n')).toEqual([]);
    const none = resolveConfiguration({ user: 'limits: { global: { max_cost_per_month: null } }\n' });
    expect(none.configuration.budgets.some(({ scope, period }) => scope === 'global' && period === 'month')).toBe(
      false,
    );
  });

  it('takes the short ones from the environment, too', () => {
    const environment = { AGENT_METER_BUDGET_PER_PLAN: '2', AGENT_METER_BUDGET_PER_DAY: '10' };
    for (const name of Object.keys(environment)) expect(page).toContain(`\`${name}\``);
    const { configuration } = resolveConfiguration({ user: null, environment });
    expect(configuration.budgets.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['budget_per_plan', 'budget_per_day']),
    );
  });
});

it('tells the defaults as they are', () => {
  const usd = (limit: number): string => `$${(limit / 1e9).toFixed(limit % 1e9 === 0 ? 0 : 2)}`;
  const limitOf = (scope: string): string =>
    usd(defaultBudgets.find((budget) => budget.scope === scope)?.limit ?? Number.NaN);
  expect(defaultBudgets.every(({ hard }) => !hard)).toBe(true);
  const general = `${limitOf('global')} a month, ${limitOf('project')} a project a month, ${limitOf('request')} a request`;
  const byType = Object.entries(agentTypeDefaults).map(([type, { perRequest }]) => `$${perRequest.toFixed(2)} ${type}`);
  expect(page.replaceAll('\n', ' ')).toContain(`${general} (${byType.join(', ')}), all soft`);
});

it('tells the thresholds and the anomaly as they are without a configuration', () => {
  const text = examples.find((example) => example.startsWith('alerts:')) ?? '';
  const { alerts } = resolveConfiguration({ user: text }).configuration;
  const bare = (of: readonly { percent: number; level: string }[]) =>
    of.map(({ percent, level }) => ({ percent, level }));
  expect(bare(alerts.thresholds)).toEqual(bare(defaultThresholds));
  expect(alerts.anomaly).toEqual(defaultConfiguration.alerts.anomaly);
  expect(rows('level').flatMap(([levels]) => codes(levels))).toEqual(defaultThresholds.map(({ level }) => level));
});

it('tells each reason and each error', () => {
  const kinds: Record<ReasonKind | 'timed_out' | 'cancelled', true> = {
    used_up: true, would_cross: true, approach: true, unestimated: true, waiting: true, timed_out: true, cancelled: true,
  }; // prettier-ignore
  expect(
    rows('kind')
      .flatMap(([kind]) => codes(kind))
      .toSorted(),
  ).toEqual(Object.keys(kinds).toSorted());
  expect(
    rows('code')
      .flatMap(([code]) => codes(code))
      .toSorted(),
  ).toEqual(apiErrorCodes.filter((code) => code !== 'internal').toSorted());
});

describe('the loop of docs/agent-authors.md', () => {
  const [, source = ''] = /^```ts loop\n([^]*?)^```/m.exec(read('agent-authors.md')) ?? [];
  const code = ts.transpile(source, { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 });
  type Metered = (
    run: (command: string, argument: object) => Promise<unknown>,
    ask: object,
    call: (model: string) => Promise<object>,
  ) => Promise<void>;
  const exported: { metered?: Metered } = {};
  const run = runInThisContext(`(exports) => {${code}\n}`) as (exports: object) => void;
  run(exported);
  const ask = { provider: 'acme', model: 'acme-1' };
  const reservation = 'r1';

  const noTrouble = { ok: true, value: { terminate: [] } };

  async function play(
    answers: object[],
    call = () => Promise.resolve({ input: 1, output: 2 }),
    reported: (tries: number) => object = () => noTrouble,
  ) {
    const said: [string, object][] = [];
    const models: string[] = [];
    let reports = 0;
    const run = (command: string, argument: object): Promise<unknown> => {
      said.push([command, argument]);
      if (command === 'authorize') expect(authorizeSchema.safeParse(argument).error).toBeUndefined();
      if (command === 'report') expect(reportSchema.safeParse(argument).error).toBeUndefined();
      if (command === 'report') return Promise.resolve(reported((reports += 1)));
      return Promise.resolve({ ok: true, value: command === 'authorize' ? answers.shift() : { released: true } });
    };
    const failure = await exported.metered?.(run, ask, (model) => (models.push(model), call())).catch(String);
    return { commands: said.map(([command]) => command), said, models, failure };
  }

  it('calls and reports with the reservation', async () => {
    const { commands, said } = await play([{ decision: 'allow', ...ask, reservation, reasons: [] }]);
    expect(commands).toEqual(['authorize', 'report']);
    expect(said[1]?.[1]).toMatchObject({ ...ask, reservation });
  });

  it('takes the model of a fallback', async () => {
    const other = { provider: 'other', model: 'other-1' };
    const { models, said } = await play([{ decision: 'fallback', ...other, reservation, reasons: [] }]);
    expect(models).toEqual(['other-1']);
    expect(said[1]?.[1]).toMatchObject(other);
  });

  it('waits in the queue with its ticket', async () => {
    const granted = { decision: 'warn', ...ask, reservation, reasons: [] };
    const { commands, said } = await play([{ decision: 'queue', reasons: [], queue: { ticket: 't1' } }, granted]);
    expect(commands).toEqual(['authorize', 'authorize', 'report']);
    expect(said[1]?.[1]).toMatchObject({ ticket: 't1' });
  });

  it('says why it may not, and makes no call', async () => {
    const { models, failure } = await play([{ decision: 'block', reasons: [{ message: 'It is used up.' }] }]);
    expect({ models, failure }).toEqual({ models: [], failure: 'Error: It is used up.' });
  });

  it('gives back what a failed call does not need', async () => {
    const allowed = { decision: 'allow', ...ask, reservation, reasons: [] };
    const { commands, failure } = await play([allowed], () => Promise.reject(new Error('no network')));
    expect(commands).toEqual(['authorize', 'release']);
    expect(failure).toBe('Error: no network');
  });

  describe('of a call that was made', () => {
    const allowed = (): object => ({ decision: 'allow', ...ask, reservation, reasons: [] });
    const failed = (code: string): object => ({ ok: false, error: { code, message: 'The disk is full.' } });
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }));
    afterEach(() => void vi.useRealTimers());

    it('reports again with the same id until it is counted', async () => {
      const playing = play([allowed()], undefined, (tries) => (tries < 3 ? failed('not_ready') : noTrouble));
      await vi.runAllTimersAsync();
      const { said, failure } = await playing;
      const reports = said
        .filter(([command]) => command === 'report')
        .map(([, { id }]: [string, { id?: string }]) => id);
      expect(reports).toHaveLength(3);
      expect(new Set(reports).size).toBe(1);
      expect(failure).toBeUndefined();
    });

    it('says so when it could not be counted, and gives nothing back: it was spent', async () => {
      const playing = play([allowed()], undefined, () => failed('storage_unavailable'));
      await vi.runAllTimersAsync();
      const { commands, failure } = await playing;
      expect(commands).toEqual(['authorize', 'report', 'report', 'report']);
      expect(failure).toBe('Error: not counted: The disk is full.');
    });

    it('does not repeat what will never be right', async () => {
      const { commands, failure } = await play([allowed()], undefined, () => failed('invalid_request'));
      expect(commands).toEqual(['authorize', 'report']);
      expect(failure).toBe('Error: not counted: The disk is full.');
    });

    it('stops when its run has used up what it may', async () => {
      const { commands, failure } = await play([allowed()], undefined, () => ({
        ok: true,
        value: { terminate: [{ run: 'r', budget: 'b', message: 'Run r is to stop.' }] },
      }));
      expect(commands).toEqual(['authorize', 'report']);
      expect(failure).toBe('Error: Run r is to stop.');
    });
  });
});
