import { describe, expect, it } from 'vitest';
import { cursorAt, type Cursor } from '../../../src/language/cursor';

/** The cursor at `|`. */
function at(marked: string): Cursor | null {
  const offset = marked.indexOf('|');
  return cursorAt(marked.slice(0, offset) + marked.slice(offset + 1), offset);
}

describe('the cursor', () => {
  it.each([
    ['|', 'either', [], []],
    ['tim|', 'either', [], []],
    ['timezone: UTC\n|', 'key', [], ['timezone']],
    ['|\ntimezone: UTC\n', 'key', [], ['timezone']],
    ['limits:\n  |\nbudgets: {}\n', 'either', ['limits'], []],
    ['limits:\n  |\n  global: {}\nbudgets: {}\n', 'key', ['limits'], ['global']],
    [
      'limits:\n  global:\n    max_cost_per_day: 3\n    m|\n  per_agent: {}\n',
      'key',
      ['limits', 'global'],
      ['max_cost_per_day'],
    ],
    ['limits: { global: { | } }', 'key', ['limits', 'global'], []],
    ['limits: { global: { max_cost_per_day: 1, ma|', 'key', ['limits', 'global'], ['max_cost_per_day']],
    ['tiers:\n  - id: low\n    |\n  - id: high\n', 'key', ['tiers', 0], ['id']],
    ['tiers:\n  - id: low\n  - |\n', 'either', ['tiers', 1], []],
    ['tiers:\n  - { id: low, co| }\n', 'key', ['tiers', 0], ['id']],
    ['tiers:\r\n  - id: low\r\n    co|\r\n', 'key', ['tiers', 0], ['id']],
    ['budgets:\n  per_backend: { cl|: 20 }\n', 'key', ['budgets', 'per_backend'], []],
  ] as const)('expects a key in %j', (marked, expects, path, keys) => {
    expect(at(marked)).toMatchObject({ expects, path, keys });
  });

  it.each([
    ['timezone: |', ['timezone'], ''],
    ['timezone: Eur|\nstrategy: balanced', ['timezone'], 'Eur'],
    ['timezone: "Europe/Be|rlin"', ['timezone'], 'Europe/Be'],
    ["tiers:\n  - color: '#4e|'", ['tiers', 0, 'color'], '#4e'],
    ['tiers: [ { icon: fla| } ]', ['tiers', 0, 'icon'], 'fla'],
    ['fallback_providers: [anthropic, |]', ['fallback_providers', 1], ''],
    ['fallback_providers: [an|', ['fallback_providers', 0], 'an'],
    ['budgets: { hard_stop: | }', ['budgets', 'hard_stop'], ''],
    [
      'limits:\n  global:\n    max_cost_per_day: |\n    max_tokens_per_day: 1\n',
      ['limits', 'global', 'max_cost_per_day'],
      '',
    ],
  ] as const)('expects a value in %j', (marked, path, typed) => {
    expect(at(marked)).toMatchObject({ expects: 'value', path, typed });
  });

  it('replaces the whole word, and sees a colon that is there', () => {
    const text = 'limits:\n  glo|bal: {}\n';
    const cursor = at(text);
    expect(cursor?.hasColon).toBe(true);
    expect(text.replace('|', '').slice(cursor?.replace.start, cursor?.replace.end)).toBe('global');
  });

  it('knows the plain values beside it', () => {
    const cursor = at('alerts: { notifications: [ { type: webhook, | } ] }');
    expect(cursor?.present).toEqual(new Map([['type', 'webhook']]));
    expect(cursor?.flow).toBe(true);
  });

  it.each(['# limits: |', 'timezone: UTC # so|', 'a'.repeat(6000) + '|', '['.repeat(20_000) + '|'])(
    'has nothing to say in a comment and in rubbish',
    (marked) => {
      expect(at(marked)).toBeNull();
    },
  );
});
