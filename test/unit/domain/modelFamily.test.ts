import { describe, expect, it } from 'vitest';
import { kinOf, nameOf, saysSize } from '../../../src/domain/prices/modelFamily';

const claude = [
  'claude-2', 'claude-3-haiku', 'claude-3-5-haiku-latest', 'claude-haiku-4-5', 'claude-haiku-5-5',
  'claude-sonnet-4-6', 'claude-sonnet-5', 'claude-opus-4-1', 'claude-opus-4-5', 'claude-opus-5-5', 'claude-fable-5-2',
]; // prettier-ignore
const gpt = ['gpt-4o', 'gpt-4o-mini', 'gpt-5', 'gpt-5-mini', 'gpt-5.3-codex', 'gpt-5.1-codex-mini', 'gpt-5.4-mini', 'gpt-5.4-nano', 'gpt-5.4-pro', 'gpt-5.5', 'gpt-6-sol', 'gpt-6-luna', 'o3', 'o3-mini', 'o4-mini']; // prettier-ignore
const gemini = ['gemini-2.5-flash-lite', 'gemini-3.5-flash', 'gemini-3.5-flash-lite', 'gemini-3.1-flash-lite-image', 'gemini-3.8-flash', 'gemini-3.1-pro-preview']; // prettier-ignore
const qwen = ['qwen3-coder', 'qwen3-coder-plus', 'qwen3-coder-flash', 'qwen3-coder-next', 'qwen3-max', 'qwen3.5-plus', 'qwen3-30b-a3b', 'qwen3-235b-a22b', 'qwen-plus']; // prettier-ignore
const others = ['kimi-k2.5', 'kimi-k2-thinking-turbo', 'kimi-k3', 'glm-4.7', 'glm-5.3', 'glm-5.3-flash', 'grok-4-fast-reasoning', 'grok-4.6', 'deepseek-v4-pro', 'deepseek-v4-flash', 'mistral-large-2512', 'mistral-large-2411', 'mistral-medium-3-5', 'command-a', 'anthropic/claude-haiku-4.5', 'llama-3.3-70b-versatile']; // prettier-ignore

describe('the nearest kin of a model that nobody knows', () => {
  it.each([
    ['claude-haiku-6', claude, 'claude-haiku-5-5'],
    ['claude-haiku-6-20270101', claude, 'claude-haiku-5-5'],
    ['claude-6-haiku', claude, 'claude-haiku-5-5'],
    ['claude-haiku-4-4', claude, 'claude-haiku-4-5'],
    ['claude-haiku-5', claude, 'claude-haiku-5-5'],
    ['claude-sonnet-6-thinking-high', claude, 'claude-sonnet-5'],
    ['claude-opus-4-4', claude, 'claude-opus-4-5'],
    ['claude-opus-4-2', claude, 'claude-opus-4-1'],
    ['claude-fable-6[1m]', claude, 'claude-fable-5-2'],
    ['claude-haiku', claude, 'claude-haiku-5-5'],
    ['gpt-5.7-mini', gpt, 'gpt-5.4-mini'],
    ['gpt-5.7-nano-2027-01-05', gpt, 'gpt-5.4-nano'],
    ['gpt-5.7', gpt, 'gpt-5.5'],
    ['gpt-5.7-codex', gpt, 'gpt-5.3-codex'],
    ['gpt-5.7-codex-mini', gpt, 'gpt-5.1-codex-mini'],
    ['gpt-5.7-codex-desktop', gpt, 'gpt-5.3-codex'],
    ['gpt-7-sol', gpt, 'gpt-6-sol'],
    ['o5-mini', gpt, 'o4-mini'],
    ['o5', gpt, 'o3'],
    ['gemini-4-flash-lite', gemini, 'gemini-3.5-flash-lite'],
    ['gemini-4-flash', gemini, 'gemini-3.8-flash'],
    ['gemini-4-pro', gemini, 'gemini-3.1-pro-preview'],
    ['models/gemini-4-flash-lite-preview', gemini, 'gemini-3.5-flash-lite'],
    ['qwen3-coder-next-plus', qwen, 'qwen3-coder-plus'],
    ['qwen4-max', qwen, 'qwen3-max'],
    ['qwen4-30b-a3b', qwen, 'qwen3-30b-a3b'],
    ['kimi-k4', others, 'kimi-k3'],
    ['glm-6-flash', others, 'glm-5.3-flash'],
    ['glm-5', others, 'glm-5.3'],
    ['grok-5', others, 'grok-4.6'],
    ['deepseek-v5-flash', others, 'deepseek-v4-flash'],
    ['mistral-large-2612', others, 'mistral-large-2512'],
    ['mistral-medium-4', others, 'mistral-medium-3-5'],
    ['anthropic/claude-haiku-6', others, 'anthropic/claude-haiku-4.5'],
  ])('%s', (model, known, kin) => {
    expect(kinOf(model, known)[0]?.id).toBe(kin);
  });

  it.each([
    ['claude-saga-6', claude],
    ['claude-haiku-mini-6', claude],
    ['gpt-5.7-micro', gpt],
    ['gpt-7-nova', gpt],
    ['gpt-5.7-codex-nano', gpt],
    ['gemini-4-ultra', gemini],
    ['gemini-4-nano', gemini],
    ['qwen4-72b', qwen],
    ['llama-4-8b-versatile', others],
    ['wombat-1', [...claude, ...gpt, ...gemini, ...qwen, ...others]],
    ['<synthetic>', claude],
  ])('%s has none: of another size, or of no family', (model, known) => {
    expect(kinOf(model, known)).toEqual([]);
  });

  it('never is of another size, whatever the words and the versions', () => {
    const everything = [...claude, ...gpt, ...gemini, ...qwen, ...others];
    for (const model of everything.flatMap((id) => [`${id}-9`, id.replace(/\d/, '9'), `${id}-pro`, `${id}-mini`])) {
      for (const { id } of kinOf(model, everything)) {
        const sizes = (of: string): string[] => nameOf(of).words.filter((word) => saysSize(`x-${word}`));
        expect(sizes(id), `${model} is taken for ${id}`).toEqual(sizes(model));
      }
    }
  });

  it('of a name that says fast, the plain model with the fast lane said beside it', () => {
    expect(kinOf('claude-opus-6-fast', claude)[0]).toMatchObject({
      id: 'claude-opus-5-5',
      candidate: { modifiers: ['fast'] },
    });
    expect(kinOf('grok-5-fast', others)[0]).toMatchObject({
      id: 'grok-4-fast-reasoning',
      candidate: { modifiers: [] },
    });
  });

  it('lists the others of the family behind it', () => {
    expect(kinOf('claude-haiku-6', claude).map(({ id }) => id)).toEqual([
      'claude-haiku-5-5', 'claude-haiku-4-5', 'claude-3-5-haiku-latest', 'claude-3-haiku',
    ]); // prettier-ignore
  });
});

it('tells a name’s words from its version', () => {
  expect(nameOf('claude-opus-4-8')).toEqual({ stem: 'claude', words: ['claude', 'opus'], manners: [], version: 4.8, release: null }); // prettier-ignore
  expect(nameOf('gpt-4o')).toMatchObject({ words: ['gpt', 'o'], version: 4 });
  expect(nameOf('kimi-k2.7-code')).toMatchObject({ words: ['code', 'k', 'kimi'], version: 2.7 });
  expect(nameOf('regional.anthropic.claude-haiku-4-5-v1:0')).toMatchObject({ version: 4.5 });
  expect(nameOf('deepseek-v4-pro')).toMatchObject({ words: ['deepseek', 'pro'], version: 4 });
});
