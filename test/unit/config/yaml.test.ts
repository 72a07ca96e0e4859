/** What YAML does that its writers do not expect, and where each issue is shown. */
import fc from '../../support/properties';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../src/config/edit/outcome';
import { parseConfiguration } from '../../../src/config/parse';
import { issuesOf, resolveUser, shown } from './support';

describe('traps', () => {
  it.each<[name: string, text: string, issues: string[]]>([
    ['a number with underscores', 'budget_per_day: 1_000', ['error wrong_type 1_000']],
    ['a number with commas', 'budget_per_day: "1,000"', ['error wrong_type "1,000"']],
    ['an octal number', 'budget_per_day: 0o17', ['warning number_form 0o17']],
    ['a hexadecimal number', 'budget_per_day: 0x1F', ['warning number_form 0x1F']],
    ['a leading zero', 'budget_per_day: 010', []],
    ['no number', 'budget_per_day: .nan', ['error wrong_type .nan']],
    ['a number without end', 'budget_per_day: .inf', ['error wrong_type .inf']],
    ['a number beyond all', 'budget_per_day: 1e999', ['error wrong_type 1e999']],
    ['a negative limit', 'budget_per_day: -1', ['error wrong_value -1']],
    ['yes for true', 'budgets: { hard_stop: yes }', ['error wrong_type yes']],
    ['a key twice', 'strategy: budget\nstrategy: balanced', ['error duplicate_key strategy']],
    ['a tab', 'limits:\n\tglobal: {}', ['error syntax \t']],
    ['two documents', 'strategy: budget\n---\nstrategy: balanced', ['error syntax ---']],
    ['an old version', '%YAML 1.1\n---\nbudgets: { hard_stop: yes }', ['error syntax %YAML 1.1']],
    ['an unknown alias', 'limits: *x', ['error alias *x']],
    ['an alias in itself', 'limits: &x { global: *x }', ['error alias *x']],
    ['a list as the file', '- a', ['error wrong_type - a']],
    ['a word as the file', 'budget', ['error wrong_type budget']],
    ['a tag', 'strategy: !mine budget', ['warning syntax !mine']],
    ['a key that is a map', '? { a: 1 }\n: 2', ['error syntax {']],
    ['a key of prototypes', '__proto__: { timezone: x }', ['error unusable_key __proto__']],
    ['a null character', 'strategy: "\\0"', ['error wrong_value "\\0"']],
  ])('%s', (_, text, issues) => {
    expect(shown(text)).toEqual(issues);
  });

  it('reads BOM, CRLF and lone returns as line ends', () => {
    for (const eol of ['\n', '\r\n', '\r']) {
      const text = `\uFEFF# first${eol}strategy: budget${eol}budget_per_dya: 4${eol}`;
      const [issue] = issuesOf(text);
      expect(issue?.range.start).toMatchObject({ line: 2, character: 0 });
      expect(issue?.range.end).toMatchObject({ line: 2, character: 14 });
      expect(parseConfiguration(text).entries).toEqual({ strategy: 'budget' });
    }
  });

  it('follows aliases and merges, nearest first', () => {
    const text = `limits:
  per_project:
    a: &a { max_cost_per_day: 5, max_cost_per_month: 50 }
    b: &b { <<: *a, max_cost_per_day: 6 }
    c: { <<: [ *b, *a ], max_cost_per_week: 7 }
    d: *a
`;
    expect(shown(text)).toEqual([]);
    expect(parseConfiguration(text).entries.limits?.per_project).toEqual({
      a: { max_cost_per_day: 5, max_cost_per_month: 50 },
      b: { max_cost_per_day: 6, max_cost_per_month: 50 },
      c: { max_cost_per_day: 6, max_cost_per_month: 50, max_cost_per_week: 7 },
      d: { max_cost_per_day: 5, max_cost_per_month: 50 },
    });
  });
});

describe('what could take for ever', () => {
  const bomb = Array.from({ length: 40 }, (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}]`);
  const manyKeys = Array.from({ length: 40_000 }, (_, index) => `k${index}: 1`).join('\n');
  const merges = `a: &a {${Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join(', ')}}\n${Array.from({ length: 20_000 }, (_, index) => `m${index}: { <<: *a }`).join('\n')}`;

  it.each([
    ['aliases of aliases', `l0: &l0 [1]\n${bomb.join('\n')}`, 'too_large'],
    ['merges of merges', merges, 'too_large'],
    ['brackets', `tiers: ${'['.repeat(100_000)}`, 'too_deep'],
    ['dashes', `tiers: \n${'- '.repeat(100_000)}`, 'too_deep'],
    ['keys', manyKeys, 'unknown_key'],
    ['characters', 'x'.repeat(2_000_000), 'too_large'],
    ['quotes', `a: "${'\\'.repeat(200_000)}`, 'syntax'],
    ['wrong entries', `fallback_providers: [${'1, '.repeat(40_000)}]`, 'wrong_value'],
  ])('does not: %s', (_, text, code) => {
    expect(issuesOf(text).map((issue) => issue.code)).toContain(code);
    expect(issuesOf(text).length).toBeLessThanOrEqual(500);
  });

  it('reads any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const { range } of issuesOf(text)) expect(range.end.offset).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

describe('a fix', () => {
  it.each([
    ['budget_per_dya: 5', 'budget_per_day: 5'],
    ['limits: { global: { maxCostPerDay: 5 } }', 'limits: { global: { max_cost_per_day: 5 } }'],
    ['limits: { global: { max_cost_per_day: 1_000 } } # mine', 'limits: { global: { max_cost_per_day: 1000 } } # mine'],
    ['budget_per_day: "$1,234.5"', 'budget_per_day: 1234.5'],
    ['budgets: { hard_stop: off }', 'budgets: { hard_stop: false }'],
    ['budgets: { per_backend: { claude: 20 } }', 'budgets: { per_backend: { claude: 20/month } }'],
    ['timezone: Europe/Berln', 'timezone: Europe/Berlin'],
    ['strategy: balancd', 'strategy: balanced'],
    ['budget_per_day: 0x10', 'budget_per_day: 16'],
    ['pricing: { models: { opus: { tier: premum } } }', 'pricing: { models: { opus: { tier: premium } } }'],
    [
      'subscriptions: [{ id: a, provider: claude, plan: claude_pro }]',
      'subscriptions: [{ id: a, provider: claude, plan: claude-pro }]',
    ],
  ])('mends %s', (text, mended) => {
    const [issue] = issuesOf(text);
    expect(applyEdits(text, issue?.fix?.edits ?? [])).toBe(mended);
    expect(issuesOf(mended)).toEqual([]);
  });
});

describe('a broken file', () => {
  it('still says what is right in it', () => {
    const text = `limits: { global: { max_cost_per_day: 5, max_cost_per_wek: 9, max_cost_per_month: lots } }
tiers: [ { icon: zap }, { id: lab, price_range_min: 50 }, { id: lab } ]
timezone: Nowhere/Land
pricing: { models: { a: { input_per_million: 1 }, b: { input_per_million: 1, output_per_million: 2 } } }
`;
    expect(parseConfiguration(text).broken).toBe(true);
    const { budgets, tiers, timezone, prices } = resolveUser(text);
    expect(budgets.find(({ id }) => id === 'global.day.cost')).toMatchObject({ limit: 5e9, hard: true });
    expect(tiers[0]).toMatchObject({ id: 'lab', price_range_min: 50 });
    expect(timezone).toBeNull();
    expect(prices.find(({ model }) => model === 'b')).toMatchObject({ output: 2 });
    expect(tiers).toHaveLength(5);
  });

  it('says of what is right where it stands, past what is left out', () => {
    const text = 'subscriptions: [ 3, { provider: x }, { id: a, provider: claude } ]';
    const { subscriptions } = resolveUser(text);
    expect(subscriptions).toMatchObject([{ id: 'a', origin: { path: ['subscriptions', 2] } }]);
  });
});

describe('secrets', () => {
  it.each([
    ['project: sk-ant-api03-abcdefghijklmnop', true],
    ['project: ghp_abcdefghijklmnopqrstuvwxyz0123456789', true],
    ['project: AKIAIOSFODNN7EXAMPLE', true],
    ['alerts: { notifications: [ { type: webhook, url: https://user:hunter2@example.com/x } ] }', true],
    ['smtp_password: hunter2hunter', true],
    ['smtp_password: ${SMTP_PASSWORD}', false],
    ['alerts: { notifications: [ { type: webhook, url: https://example.com/x?a=b } ] }', false],
    ['project: my-task-sk-1', false],
    ['project: sk-learn-pipeline-benchmarks-2', false],
    ['project: sk-learn-pipeline-2024-refactor', false],
    ['project: sk-0123456789abcdef0123456789abcdef', true],
    ['project: sk-proj-a1b2c3d4e5f6g7h8', true],
    ['project: sk-A1b2c3d4e5f6g7h8', true],
    ['project: hf_text_generation_inference', false],
    ['project: hf_AbCdEfGhIjKlMnOpQrStUvWxYz', true],
    ['project: npm_package_release_automation_bot', false],
    ['project: npm_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789', true],
    ['project: gsk_clinical_trials_reporting', false],
    ['project: gsk_aBcDeFgHiJkLmNoPqRsT', true],
    [
      'alerts: { notifications: [ { type: webhook, url: https://hooks.slack.com/services/T0000/B0000/abcdefghijkl } ] }',
      true,
    ],
    [
      'alerts: { notifications: [ { type: webhook, url: "https://discord.com/api/webhooks/12/abcdefghijklmnopqrstuv" } ] }',
      true,
    ],
    ['alerts: { notifications: [ { type: webhook, url: "https://example.com/x?a=b&token=abcdefgh" } ] }', true],
  ])('%s: %s', (text, found) => {
    expect(issuesOf(text).some(({ code }) => code === 'secret')).toBe(found);
  });

  it('are refused, and what is beside them holds', () => {
    const text = `alerts:
  notifications: [ { type: webhook, url: "https://user:hunter2@example.com/x" }, { type: webhook, url: "https://example.com/y" } ]
limits: { global: { max_cost_per_day: 5 } }
`;
    expect(shown(text)).toEqual(['error secret "https://user:hunter2@example.com/x"']);
    const { alerts, budgets } = resolveUser(text);
    expect(alerts.channels.map((channel) => 'url' in channel && channel.url)).toEqual([false, 'https://example.com/y']);
    expect(budgets.some(({ id }) => id === 'global.day.cost')).toBe(true);
  });

  it('can be an address that there is no other place for: it is used, and told', () => {
    const url = 'https://hooks.slack.com/services/T0000/B0000/abcdefghijkl';
    const text = `alerts: { notifications: [ { type: webhook, url: ${url} } ] }`;
    expect(shown(text)).toEqual([`warning secret ${url}`]);
    expect(resolveUser(text).alerts.channels).toContainEqual({ type: 'webhook', enabled: true, url });
  });
});
