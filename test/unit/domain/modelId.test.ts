import fc from '../../support/properties';
import { describe, expect, it } from 'vitest';
import { modelCandidates } from '../../../src/domain/prices/modelId';

const ids = (model: string) => modelCandidates(model).map(({ id }) => id);

describe('model ids', () => {
  it.each([
    ['a date', 'claude-opus-4-5-20251101', 'claude-opus-4-5'],
    ['a date after @', 'claude-opus-4-8@20260601', 'claude-opus-4-8'],
    ['a date with dashes', 'gpt-5.4-2026-03-05', 'gpt-5.4'],
    ['the million-token window', 'claude-opus-4-8[1m]', 'claude-opus-4-8'],
    ['a version', 'claude-opus-4-8-v1:0', 'claude-opus-4-8'],
    ['a region', 'us.anthropic.claude-opus-4-8-20260501-v1:0', 'claude-opus-4-8'],
    ['another region', 'apac.anthropic.claude-sonnet-4-20250514-v1:0', 'claude-sonnet-4'],
    ['a vendor', 'anthropic/claude-opus-4-8', 'claude-opus-4-8'],
    ['a path', 'openrouter/anthropic/claude-opus-4.8', 'claude-opus-4-8'],
    ['models/', 'models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['an effort', 'claude-opus-4-8-thinking', 'claude-opus-4-8'],
    ['two efforts', 'claude-opus-4-8-thinking-high', 'claude-opus-4-8'],
    ['an effort in parentheses', 'gpt-5.5(xhigh)', 'gpt-5.5'],
    ['dots for dashes', 'claude-opus-4.8', 'claude-opus-4-8'],
    ['dashes for dots', 'claude-opus-4-8', 'claude-opus-4.8'],
    ['dashes for dots at the end', 'glm-4-7', 'glm-4.7'],
    ['capitals and space', ' GPT-5.5 ', 'gpt-5.5'],
    ['all of it', 'openrouter/us.anthropic.claude-opus-4.8-20260501-v1:0[1m]', 'claude-opus-4-8'],
  ])('sees through %s', (_what, model, id) => {
    expect(ids(model)).toContain(id);
    expect(modelCandidates(model).every(({ modifiers }) => modifiers.length === 0)).toBe(true);
  });

  it('tries what was logged first', () => {
    expect(ids('anthropic/claude-opus-4.8')[0]).toBe('anthropic/claude-opus-4.8');
    expect(ids('gpt-4o')).toEqual(['gpt-4o']);
  });

  it.each(['claude-opus-4-6-fast', 'claude-opus-4.6-fast[1m]', 'anthropic/claude-opus-4-6-high-fast'])(
    'finds the fast lane in %s, after every form that keeps it',
    (model) => {
      const candidates = modelCandidates(model);
      const base = candidates.findIndex(({ id }) => id === 'claude-opus-4-6');
      expect(candidates[base]?.modifiers).toEqual(['fast']);
      expect(candidates.slice(0, base).some(({ id }) => id.endsWith('-fast'))).toBe(true);
      expect(
        candidates.filter(({ id }) => !id.includes('fast')).every(({ modifiers }) => modifiers[0] === 'fast'),
      ).toBe(true);
    },
  );

  it.each(['<synthetic>', '', '  ', '<anything>'])('has nothing for %j', (model) => {
    expect(modelCandidates(model)).toEqual([]);
  });

  it('ends for any text, without empty or repeated forms', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'/-.@[]:()v1m0high2fastus'.split('')), maxLength: 40 }),
        (model) => {
          const seen = ids(model);
          expect(seen).not.toContain('');
          expect(new Set(modelCandidates(model).map((candidate) => JSON.stringify(candidate))).size).toBe(seen.length);
        },
      ),
    );
  });
});
