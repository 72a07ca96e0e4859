import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompletionRequest, type CompletionItem, type MarkupContent } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Editor, marked, userUri } from './client';

let editor: Editor;

beforeAll(async () => {
  editor = await Editor.start({
    models: [
      { provider: 'anthropic', model: 'claude-opus-4-8', tier: 'high' },
      { provider: 'openai', model: 'gpt-5', tier: null },
    ],
  });
  await editor.open('');
});

afterAll(async () => {
  expect(editor.logged).toEqual([]);
  await editor.stop();
});

async function complete(withCursor: string): Promise<CompletionItem[]> {
  const { text, offset } = marked(withCursor);
  const document = await editor.setText(text);
  const answer = await editor.connection.sendRequest(CompletionRequest.type, {
    textDocument: { uri: userUri },
    position: document.positionAt(offset),
  });
  return Array.isArray(answer) ? answer : (answer?.items ?? []);
}

async function labels(withCursor: string): Promise<string[]> {
  return (await complete(withCursor)).map(({ label }) => label);
}

/** The text once an item has been taken, as an editor does it; snippets keep their `$0`. */
async function taking(withCursor: string, label: string): Promise<string> {
  const item = (await complete(withCursor)).find((each) => each.label === label);
  if (item?.textEdit === undefined) throw new Error(`${label} is not offered`);
  const edit =
    'range' in item.textEdit ? item.textEdit : { range: item.textEdit.replace, newText: item.textEdit.newText };
  const { text, offset } = marked(withCursor);
  const indent = /^ */.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))?.[0] ?? '';
  const document = TextDocument.create(userUri, 'yaml', 1, text);
  return TextDocument.applyEdits(document, [{ ...edit, newText: edit.newText.replaceAll('\n', `\n${indent}`) }]);
}

describe('keys', () => {
  it('are those of the place, with what they mean, and not those that are there', async () => {
    const items = await complete('timezone: UTC\n|');
    const found = items.map(({ label }) => label);
    expect(found).toEqual(expect.arrayContaining(['tiers', 'pricing', 'providers', 'limits', 'budgets', 'alerts']));
    expect(found).not.toContain('timezone');
    expect(found).not.toContain('max_cost_per_day');
    const limits = items.find(({ label }) => label === 'limits');
    expect((limits?.documentation as MarkupContent).value).toContain('Limits by what they are about');
  });

  it('know their unit and default', async () => {
    const items = await complete('limits:\n  per_request:\n    |');
    const cost = items.find(({ label }) => label === 'max_cost');
    expect(cost?.detail).toContain('USD');
    expect((cost?.documentation as MarkupContent).value).toContain('*Default:* `1`');
  });

  it.each([
    ['limits:\n  |', ['global', 'per_project', 'per_agent', 'per_agent_type', 'per_request']],
    [
      'limits:\n  global:\n    max_cost_per_day: 1\n    |\n  per_agent: {}',
      ['max_cost_per_month', 'max_concurrent_agents'],
    ],
    ['limits: { global: { | } }', ['max_cost_per_day']],
    ['tiers:\n  - id: x\n    |', ['display_name', 'color', 'icon']],
    ['tiers:\n  - |', ['id']],
    ['pricing:\n  models:\n    opus:\n      |', ['input_per_million', 'tier']],
    ['pricing:\n  models:\n    opus:\n      - from: 2026-01-01\n        |', ['input_per_million', 'tier']],
    ['alerts:\n  notifications:\n    - type: webhook\n      |', ['url', 'enabled']],
    ['subscriptions:\n  - id: a\n    quotas:\n      - |', ['meter', 'limit', 'period', 'window']],
  ])('in %j', async (text, expected) => {
    expect(await labels(text)).toEqual(expect.arrayContaining(expected));
  });

  it('are those of the form that is meant, needed ones first', async () => {
    const email = await labels('alerts:\n  notifications:\n    - type: email\n      |');
    expect(email[0]).toBe('recipients');
    expect(email).not.toContain('url');
  });

  it('of a record are the names that are known', async () => {
    expect(await labels('budgets:\n  per_backend:\n    |')).toEqual(expect.arrayContaining(['anthropic', 'openai']));
    expect(await labels('pricing:\n  models:\n    |')).toEqual(expect.arrayContaining(['claude-opus-4-8', 'gpt-5']));
    expect(await labels('projects:\n  shop: {}\nlimits:\n  per_project:\n    |')).toContain('shop');
  });

  it('come with what must follow them', async () => {
    expect(await taking('|', 'limits')).toBe('limits:\n  $0');
    expect(await taking('|', 'tiers')).toBe('tiers:\n  - $0');
    expect(await taking('time|', 'timezone')).toBe('timezone: $0');
    expect(await taking('limits: { | }', 'global')).toBe('limits: { global: { $0 } }');
    expect(await taking('limits:\n  gl|', 'global')).toBe('limits:\n  global:\n    $0');
    expect(await taking('limits:\n  gl|: {}', 'global')).toBe('limits:\n  global: {}');
  });
});

describe('values', () => {
  it.each([
    ['strategy: |', ['quality_first', 'balanced', 'budget', 'local_first']],
    ['budgets: { hard_stop: | }', ['true', 'false']],
    ['timezone: Europe/B|', ['Europe/Berlin', 'Europe/Brussels']],
    ['timezone: |', ['UTC']],
    ['tiers: [{ id: x, icon: | }]', ['flame', 'arrow-small-down', 'zap']],
    ['tiers:\n  - id: x\n    color: |', ['charts.green', 'charts.red']],
    ['pricing:\n  models:\n    opus:\n      tier: |', ['low', 'medium', 'high', 'premium']],
    ['tiers:\n  - id: lab\npricing:\n  models:\n    opus: { tier: | }', ['lab', 'low']],
    ['fallback_providers: [|]', ['anthropic', 'openai']],
    ['fallback_providers:\n  - |', ['anthropic', 'openai']],
    ['subscriptions:\n  - plan: |', ['claude-pro', 'claude-max-20x', 'copilot-pro']],
    ['limits:\n  global:\n    max_cost_per_day: |', ['null']],
  ])('in %j', async (text, expected) => {
    expect(await labels(text)).toEqual(expect.arrayContaining(expected));
  });

  it('say which is the default', async () => {
    const items = await complete('strategy: |');
    expect(items.find(({ label }) => label === 'balanced')).toMatchObject({ detail: 'default', preselect: true });
  });

  it('take the place of what was typed, within quotes too', async () => {
    expect(await taking('timezone: "Europe/Be|rlin"', 'Europe/Berlin')).toBe('timezone: "Europe/Berlin"');
    expect(await taking('timezone: Eur|', 'Europe/Berlin')).toBe('timezone: Europe/Berlin');
    expect(await taking('tiers:\n  - id: x\n    color: charts.|', 'charts.red')).toBe(
      'tiers:\n  - id: x\n    color: charts.red',
    );
  });
});

it('offers nothing in a comment', async () => {
  expect(await labels('# |')).toEqual([]);
});
