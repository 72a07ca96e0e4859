import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  CodeActionRequest,
  DiagnosticSeverity,
  DidSaveTextDocumentNotification,
  type CodeAction,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { trustedMethod } from '../../../src/protocol/language';
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

describe('of a workspace’s file', () => {
  const issues = async (): Promise<unknown[]> => (await editor.diagnostics(workspaceUri)).map(({ code }) => code);
  const text = 'strategy: budget\nlimits: { global: { max_cost_per_day: 7 } }\n';

  it('say what is not obeyed until the workspace is trusted', async () => {
    const window = await Editor.start({ trusted: false });
    const document = await window.open(text, workspaceUri);
    const found = await window.diagnostics(workspaceUri);
    expect(found.map(({ code, range }) => [code, textIn(document, range)])).toEqual([['untrusted', 'strategy']]);
    await window.connection.sendNotification(trustedMethod);
    await expect.poll(() => window.published(workspaceUri)).toEqual([]);
    await window.stop();
  });

  it('rest on the user’s file as it is saved, and follow it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'agent-meter-language-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const userFile = join(folder, 'config.yaml');
    writeFileSync(userFile, 'limits: { global: { max_cost_per_day: 5 } }\ntiers: [{ id: lab }]\n');
    await editor.stop();
    editor = await Editor.start({ userFile });
    await editor.open(`${text}pricing: { models: { opus: { tier: lab } } }\n`, workspaceUri);
    expect(await issues()).toEqual(['lifted_limit']);
    const uri = pathToFileURL(userFile).href;
    await editor.open('limits: { global: { max_cost_per_day: 9 } }\n', uri);
    expect(await issues()).toEqual(['lifted_limit']);
    writeFileSync(userFile, 'limits: { global: { max_cost_per_day: 9 } } # and no tier\n');
    await editor.connection.sendNotification(DidSaveTextDocumentNotification.type, { textDocument: { uri } });
    await expect.poll(() => editor.published(workspaceUri)?.map(({ code }) => code)).toEqual(['unknown_tier']);
  });

  it.each([
    ['a directory', (path: string) => mkdirSync(path)],
    ['larger than a configuration can be', (path: string) => writeFileSync(path, '#'.repeat(1_000_001))],
    ['a pipe that nobody writes', (path: string) => execFileSync('mkfifo', [path])],
  ])('are there when the user’s file is %s', async (_, make) => {
    const folder = mkdtempSync(join(tmpdir(), 'agent-meter-language-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    make(join(folder, 'config.yaml'));
    await editor.stop();
    editor = await Editor.start({ userFile: join(folder, 'config.yaml') });
    await editor.open('strategy: cheapest', workspaceUri);
    expect(await issues()).toEqual(['wrong_value']);
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
