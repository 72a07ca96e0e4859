/** `docs/reference/cost_controls.md` and the loop of `docs/agent-authors.md`: what they show is what works. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import { decisions, authorizeSchema } from '../../../src/protocol/budgetApi';
import { reportSchema } from '../../../src/protocol/api';
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

describe('the loop of docs/agent-authors.md', () => {
  const [, source = ''] = /^```ts loop\n([^]*?)^```/m.exec(read('agent-authors.md')) ?? [];
  const code = ts.transpile(source, { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 });
  type Metered = (
    run: (command: string, argument: object) => Promise<unknown>,
    ask: object,
    call: (model: string) => Promise<object>,
  ) => Promise<void>;
  const exported: { metered?: Metered } = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  new Function('exports', code)(exported);
  const ask = { provider: 'acme', model: 'acme-1' };
  const reservation = 'r1';

  async function play(answers: object[], call = () => Promise.resolve({ input: 1, output: 2 })) {
    const said: [string, object][] = [];
    const models: string[] = [];
    const run = (command: string, argument: object): Promise<unknown> => {
      said.push([command, argument]);
      if (command === 'authorize') expect(authorizeSchema.safeParse(argument).error).toBeUndefined();
      if (command === 'report') expect(reportSchema.safeParse(argument).error).toBeUndefined();
      const value = command === 'authorize' ? answers.shift() : { terminate: [] };
      return Promise.resolve({ ok: true, value });
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
    const { commands } = await play([allowed], () => Promise.reject(new Error('no network')));
    expect(commands).toEqual(['authorize', 'release']);
  });
});
