/** Files as nobody would write them: the server answers every question about each, and is still there afterwards. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  CodeActionRequest,
  CompletionRequest,
  DefinitionRequest,
  DocumentColorRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  InlayHintRequest,
  ReferencesRequest,
  RenameRequest,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { analyse } from '../../../src/language/analysis';
import { cursorAt } from '../../../src/language/cursor';
import { folding } from '../../../src/language/features/folding';
import { symbols } from '../../../src/language/features/symbols';
import { Editor, userUri } from './client';
import { hostileTexts, mutations, sample } from './hostile';

/** Mutated files in each run; LANGUAGE_FUZZ makes it as many as one likes. */
const rounds = Number(process.env['LANGUAGE_FUZZ'] ?? 600);

let editor: Editor;

beforeAll(async () => {
  editor = await Editor.start({ models: [{ provider: 'anthropic', model: 'claude-opus-4-8', tier: 'high' }] });
  await editor.open(sample);
});

afterAll(async () => {
  expect(editor.logged).toEqual([]);
  await editor.stop();
});

/** Everything an editor might ask with the cursor at one place. */
async function askAll(offset: number): Promise<void> {
  const document = editor.document();
  const textDocument = { uri: userUri };
  const position = document.positionAt(offset);
  const range = { start: document.positionAt(0), end: document.positionAt(document.getText().length) };
  const { connection } = editor;
  const ask = async (request: Promise<unknown>): Promise<void> => {
    // A refusal with a reason is an answer; a lost connection is not.
    await request.catch((error: unknown) => expect(String(error)).not.toMatch(/closed|disposed|Internal/));
  };
  await Promise.all([
    ask(connection.sendRequest(CompletionRequest.type, { textDocument, position })),
    ask(connection.sendRequest(HoverRequest.type, { textDocument, position })),
    ask(connection.sendRequest(DefinitionRequest.type, { textDocument, position })),
    ask(
      connection.sendRequest(ReferencesRequest.type, { textDocument, position, context: { includeDeclaration: true } }),
    ),
    ask(connection.sendRequest(RenameRequest.type, { textDocument, position, newName: 'other' })),
    ask(connection.sendRequest(DocumentSymbolRequest.type, { textDocument })),
    ask(connection.sendRequest(FoldingRangeRequest.type, { textDocument })),
    ask(connection.sendRequest(DocumentColorRequest.type, { textDocument })),
    ask(connection.sendRequest(InlayHintRequest.type, { textDocument, range })),
    ask(connection.sendRequest(CodeActionRequest.type, { textDocument, range, context: { diagnostics: [] } })),
  ]);
}

it.each(hostileTexts)('survives $name', async ({ text }) => {
  await editor.setText(text);
  for (const offset of new Set([0, Math.floor(text.length / 2), text.length])) await askAll(offset);
});

it(
  'survives every mutation',
  async () => {
    for (const { text, random } of mutations(Math.ceil(rounds / 10), 7)) {
      await editor.setText(text);
      await askAll(random(text.length + 1));
    }
    await editor.setText('strategy: cheapest');
    expect((await editor.diagnostics()).map(({ code }) => code)).toEqual(['wrong_value']);
  },
  rounds * 100 + 30_000,
);

it(
  'finds ranges that lie in the text, whatever the text',
  () => {
    for (const { text, random } of mutations(rounds, 11)) {
      const document = TextDocument.create(userUri, 'yaml', 1, text);
      const analysis = analyse(document, { userText: null, known: {}, trusted: true });
      for (const { range } of analysis.issues) {
        expect(range.start.offset).toBeLessThanOrEqual(range.end.offset);
        expect(range.end.offset).toBeLessThanOrEqual(text.length);
      }
      for (const { range } of analysis.ids) expect(range.end.offset).toBeLessThanOrEqual(text.length);
      for (const fold of folding(analysis)) expect(fold.endLine).toBeLessThan(document.lineCount);
      symbols(analysis);
      const cursor = cursorAt(text, random(text.length + 1));
      if (cursor !== null) expect(cursor.replace.start).toBeLessThanOrEqual(cursor.replace.end);
    }
  },
  rounds * 100 + 30_000,
);
