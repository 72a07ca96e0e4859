import { describe, expect, it } from 'vitest';
import { parseArgument } from '../../../src/engine/support/argument';
import { ApiFailure } from '../../../src/engine/support/failure';
import { reportSchema, reportsSchema, usageRequestSchema } from '../../../src/protocol/api/api';

const good = { id: 'a', provider: 'anthropic', model: 'claude-opus-4-8', tokens: { input: 1, output: 2 } };

function issuesOf(parse: () => unknown): { path: string; message: string }[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof ApiFailure) {
      expect(error.code).toBe('invalid_request');
      return error.issues;
    }
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a wrong report says where it is wrong', () => {
  it.each([
    ['no object at all', 7, ''],
    ['no id', { ...good, id: undefined }, 'id'],
    ['an empty id', { ...good, id: '' }, 'id'],
    ['a time that is none', { ...good, time: 'yesterday' }, 'time'],
    ['a time without a zone', { ...good, time: '2026-11-21T10:00:00' }, 'time'],
    ['no tokens', { ...good, tokens: undefined }, 'tokens'],
    ['negative tokens', { ...good, tokens: { input: -1, output: 2 } }, 'tokens.input'],
    ['half a token', { ...good, tokens: { input: 1, output: 2.5 } }, 'tokens.output'],
    ['tokens as text', { ...good, tokens: { input: '1', output: 2 } }, 'tokens.input'],
    ['not a number', { ...good, tokens: { input: NaN, output: 2 } }, 'tokens.input'],
    ['more reasoning than output', { ...good, tokens: { input: 1, output: 2, reasoning: 3 } }, 'tokens.reasoning'],
    ['a misspelt token kind', { ...good, tokens: { input: 1, output: 2, cacheReads: 3 } }, 'tokens.cacheReads'],
    ['an unknown property', { ...good, modle: 'x' }, 'modle'],
    ['a negative cost', { ...good, costUsd: -0.01 }, 'costUsd'],
    ['an endless cost', { ...good, costUsd: Infinity }, 'costUsd'],
    ['an unknown status', { ...good, status: 'fine' }, 'status'],
    ['a blank project', { ...good, project: '  ' }, 'project'],
    ['a label of a million characters', { ...good, project: 'x'.repeat(1_000_000) }, 'project'],
  ])('%s', (_what, argument, path) => {
    expect(issuesOf(() => parseArgument(reportSchema, argument)).map((issue) => issue.path)).toEqual([path]);
  });

  it('names the entry of a list', () => {
    const list = [good, { ...good, tokens: { input: -1, output: 0 } }];
    expect(issuesOf(() => parseArgument(reportsSchema, list))[0]?.path).toBe('[1].tokens.input');
  });

  it('tells every mistake at once', () => {
    const paths = issuesOf(() => parseArgument(reportSchema, { id: 1, model: '', tokens: {} })).map(({ path }) => path);
    expect(paths).toEqual(['id', 'provider', 'model', 'tokens.input', 'tokens.output']);
  });
});

describe('a wrong question says where it is wrong', () => {
  it.each([
    ['an unknown period', { period: 'fortnight' }, 'period'],
    ['neither period nor from', {}, 'from'],
    ['period and from', { period: 'today', from: '2026-11-01' }, 'period'],
    ['a from that is no date', { from: '1st of May' }, 'from'],
    ['an unknown grouping', { period: 'today', groupBy: 'colour' }, 'groupBy'],
    ['an unknown grouping in a list', { period: 'today', groupBy: ['model', 'colour'] }, 'groupBy[1]'],
    ['an unknown filter', { period: 'today', filter: { colour: 'red' } }, 'filter.colour'],
    ['a filter value that is no text', { period: 'today', filter: { model: 3 } }, 'filter.model'],
    ['a limit of nothing', { period: 'today', limit: 0 }, 'limit'],
  ])('%s', (_what, argument, path) => {
    expect(issuesOf(() => parseArgument(usageRequestSchema, argument))[0]?.path).toBe(path);
  });
});
