import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodeActionRequest, DiagnosticSeverity, type CodeAction } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Editor, textIn, userUri, workspaceUri } from './client';

let editor: Editor;

beforeEach(async () => {
  editor = await Editor.start({ models: [{ provider: 'anthropic', model: 'claude-opus-4-8', tier: 'high' }] });
});

afterEach(async () => {
  expect(editor.logged).toEqual([]);
  await editor.stop();
});

/** Each as `code: underlined text`. */
async function found(text: string, uri = userUri): Promise<string[]> {
  const document = await editor.open(text, uri);
  const all = await editor.diagnostics(uri);
  return all.map((one) => `${String(one.code)}: ${textIn(document, one.range)}`);
}

async function fixes(uri = userUri): Promise<CodeAction[]> {
  const document = editor.document(uri);
  const diagnostics = await editor.diagnostics(uri);
  const range = { start: document.positionAt(0), end: document.positionAt(document.getText().length) };
  const answer = await editor.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range,
    context: { diagnostics },
  });
  return (answer ?? []) as CodeAction[];
}

function applied(action: CodeAction | undefined, uri = userUri): string {
  return TextDocument.applyEdits(editor.document(uri), action?.edit?.changes?.[uri] ?? []);
}

describe('diagnostics stand where the mistake is', () => {
  it.each([
    ['limits: [', 'syntax'],
    ['tiers: { a: 1\nb: 2', 'syntax'],
  ])('of syntax in %j', async (text, code) => {
    expect((await found(text)).some((one) => one.startsWith(code))).toBe(true);
  });

  it.each([
    ['timezone: Europe/Berln', ['unknown_time_zone: Europe/Berln']],
    ['strategy: cheapest', ['wrong_value: cheapest']],
    ['limits:\n  globl: {}', ['unknown_key: globl']],
    ['limits:\n  global:\n    max_cost_per_day: a lot', ['wrong_type: a lot']],
    [
      'pricing: { models: { opus: { input_per_million: 1, output_per_million: 2, tier: hgh } } }',
      ['unknown_tier: hgh'],
    ],
    ['budgets: { per_backend: { claude: 20.00 } }', ['wrong_value: 20.00']],
    ['providers: { antropic: { billing: metered } }', ['unknown_provider: antropic']],
  ])('of meaning in %j', async (text, expected) => {
    expect(await found(text)).toEqual(expect.arrayContaining(expected));
  });

  it('with a severity, a source and a link to what is right', async () => {
    await editor.open('strategy: cheapest');
    const [one] = await editor.diagnostics();
    expect(one).toMatchObject({ severity: DiagnosticSeverity.Error, source: 'Agent Meter', code: 'wrong_value' });
    expect(one?.codeDescription?.href).toMatch(/docs\/reference\/configuration\.md/);
    expect(one?.message).toMatch(/^[A-Z]/);
  });

  it('and go with what caused them, and with the document', async () => {
    await editor.open('strategy: cheapest');
    expect(await editor.diagnostics()).toHaveLength(1);
    await editor.change([
      { range: { start: { line: 0, character: 10 }, end: { line: 0, character: 18 } }, text: 'budget' },
    ]);
    expect(editor.document().getText()).toBe('strategy: budget');
    expect(await editor.diagnostics()).toEqual([]);
    await editor.setText('strategy: cheapest');
    expect(await editor.diagnostics()).toHaveLength(1);
    await editor.close();
    await expect.poll(() => editor.published()).toEqual([]);
  });

  it('of nothing at all is nothing', async () => {
    expect(await found('')).toEqual([]);
    expect(await found('# nothing yet\n', workspaceUri)).toEqual([]);
  });
});

describe('quick fixes', () => {
  it.each([
    ['limits:\n  globl: {}', 'limits:\n  global: {}'],
    ['timezone: Europe/Berln', 'timezone: Europe/Berlin'],
    ['strategy: balancd', 'strategy: balanced'],
    [
      'tiers:\n  - id: lab\n    display_name: Lab\npricing: { models: { opus: { input_per_million: 1, output_per_million: 2, tier: lob } } }',
      'tier: lab }',
    ],
  ])('mend %j', async (text, expected) => {
    await editor.open(text);
    const actions = await fixes();
    expect(actions.map((action) => applied(action)).some((after) => after.includes(expected))).toBe(true);
    expect(actions[0]).toMatchObject({ kind: 'quickfix', isPreferred: true });
    expect(actions[0]?.diagnostics).toHaveLength(1);
  });

  it('are not offered where nothing is obvious, nor to whoever asks for something else', async () => {
    await editor.open('strategy: zzzzzzzzzz');
    expect(await fixes()).toEqual([]);
    await editor.setText('strategy: balancd');
    const document = editor.document();
    const range = { start: document.positionAt(0), end: document.positionAt(3) };
    const answer = await editor.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: userUri },
      range,
      context: { diagnostics: [], only: ['source.organizeImports'] },
    });
    expect(answer).toEqual([]);
  });
});
