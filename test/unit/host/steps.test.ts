/** A row of questions: what is asked, in which order, and where a way back leads. */
import { describe, expect, it, vi } from 'vitest';
import { askAll, type Answer, type Place, type Step } from '../../../src/host/commands/configure/steps';

vi.mock('vscode', () => import('./vscodeMock'));

interface Draft {
  scope: string;
  name: string;
  limit: number;
}

const start: Draft = { scope: 'global', name: '', limit: 0 };

/** Answers in turn with what is given for each question; remembers where it was asked, and with what. */
function play(answers: Answer<Partial<Draft>>[]) {
  const asked: [string, Place, Draft][] = [];
  const step =
    (name: string): Step<Draft> =>
    (draft, place) => {
      asked.push([name, place, draft]);
      const answer = answers.shift() ?? { kind: 'cancelled' };
      return Promise.resolve(
        answer.kind === 'answer' ? { kind: 'answer', value: { ...draft, ...answer.value } } : answer,
      );
    };
  const steps = [
    step('scope'),
    { ask: step('name'), where: ({ scope }: Draft) => scope !== 'global' },
    step('limit'),
  ] as const;
  return { asked, result: askAll('Set', start, steps) };
}

const say = (value: Partial<Draft>): Answer<Partial<Draft>> => ({ kind: 'answer', value });
const back: Answer<Partial<Draft>> = { kind: 'back' };

describe('askAll', () => {
  it('counts only the questions that are asked', async () => {
    const { asked, result } = play([say({}), say({ limit: 5 })]);
    expect(await result).toEqual({ ...start, limit: 5 });
    expect(asked.map(([name, { step, totalSteps, hasBack }]) => [name, step, totalSteps, hasBack])).toEqual([
      ['scope', 1, 2, false],
      ['limit', 2, 2, true],
    ]);
  });

  it('asks more where the answer before needs it', async () => {
    const { asked, result } = play([say({ scope: 'project' }), say({ name: 'shop' }), say({ limit: 5 })]);
    expect(await result).toEqual({ scope: 'project', name: 'shop', limit: 5 });
    expect(asked.map(([name, { step, totalSteps }]) => [name, step, totalSteps])).toEqual([
      ['scope', 1, 2],
      ['name', 2, 3],
      ['limit', 3, 3],
    ]);
  });

  it('goes back to the question before, over one that was not asked, and finds what was answered', async () => {
    const { asked, result } = play([
      say({ scope: 'project' }), say({ name: 'shop' }), back, back, say({ scope: 'global' }), back, say({}), say({ limit: 1 }),
    ]); // prettier-ignore
    expect(await result).toMatchObject({ scope: 'global', limit: 1 });
    expect(asked.map(([name]) => name)).toEqual([
      'scope', 'name', 'limit', 'name', 'scope', 'limit', 'scope', 'limit',
    ]); // prettier-ignore
    expect(asked[4]?.[2]).toMatchObject({ scope: 'project', name: 'shop' });
  });

  it('ends without an answer when the user goes away', async () => {
    expect(await play([say({}), { kind: 'cancelled' }]).result).toBeNull();
  });
});
