import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DefinitionRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  type Location,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Editor, marked, userUri } from './client';

const text = `tiers:
  - id: lab # mine
    display_name: Lab
  - { id: "odd one", display_name: Odd }
pricing:
  models:
    opus: { input_per_million: 1, output_per_million: 2, tier: lab }
    haiku: { input_per_million: 1, output_per_million: 2, tier: "odd one" }
budgets:
  rules:
    - { scope: tier, scope_id: lab, period: day, limit: 3 }
    - { scope: project, scope_id: shop, except: [blog], period: day, limit: 3 }
projects:
  shop: { limits: { max_cost_per_day: 1 } }
  blog: {}
limits:
  per_project: { shop: { max_cost_per_month: 9 }, default: { max_cost_per_month: 9 } }
`;

let editor: Editor;
let document: TextDocument;

beforeAll(async () => {
  editor = await Editor.start();
  document = await editor.open(text);
});

afterAll(async () => {
  expect(editor.logged).toEqual([]);
  await editor.stop();
});

/** Offset of the cursor in a piece of the text that holds one. */
function at(piece: string): {
  textDocument: { uri: string };
  position: TextDocument['positionAt'] extends (o: number) => infer P ? P : never;
} {
  const { text: plain, offset } = marked(piece);
  return { textDocument: { uri: userUri }, position: document.positionAt(text.indexOf(plain) + offset) };
}

/** Line numbers, from 1. */
function lines(locations: Location | Location[] | null): number[] {
  return (Array.isArray(locations) ? locations : []).map(({ range }) => range.start.line + 1).toSorted((a, b) => a - b);
}

async function rename(piece: string, newName: string): Promise<string> {
  const answer = await editor.connection.sendRequest(RenameRequest.type, { ...at(piece), newName });
  return TextDocument.applyEdits(document, answer?.changes?.[userUri] ?? []);
}

describe('ids', () => {
  it.each([
    ['tier: l|ab', [2]],
    ['scope_id: |lab', [2]],
    ['tier: "odd| one"', [4]],
    ['scope_id: shop|', [14]],
    ['per_project: { sh|op', [14]],
  ])('are defined where %j goes', async (piece, expected) => {
    const answer = await editor.connection.sendRequest(DefinitionRequest.type, at(piece));
    expect(lines(answer as Location[])).toEqual(expected);
  });

  it('are found wherever they are used', async () => {
    const about = { ...at('id: |lab'), context: { includeDeclaration: true } };
    expect(lines(await editor.connection.sendRequest(ReferencesRequest.type, about))).toEqual([2, 7, 11]);
    about.context.includeDeclaration = false;
    expect(lines(await editor.connection.sendRequest(ReferencesRequest.type, about))).toEqual([7, 11]);
    const shop = { ...at('  sh|op: {'), context: { includeDeclaration: true } };
    expect(lines(await editor.connection.sendRequest(ReferencesRequest.type, shop))).toEqual([12, 14, 17]);
  });
});

describe('rename', () => {
  it('changes an id everywhere, and nothing else', async () => {
    expect(await rename('id: |lab', 'bench')).toBe(
      text
        .replace('id: lab # mine', 'id: bench # mine')
        .replace('tier: lab }', 'tier: bench }')
        .replace('scope_id: lab', 'scope_id: bench'),
    );
  });

  it('keeps quotes, and puts a name into quotes where YAML would read something else', async () => {
    expect(await rename('tier: "od|d one"', 'so "so"')).toContain('{ id: "so \\"so\\"", display_name');
    const quoted = await rename('id: |lab', 'on: off');
    expect(quoted).toContain('- id: "on: off" # mine');
    expect(quoted).toContain('tier: "on: off" }');
    expect(await rename('id: |lab', '7')).toContain('- id: "7" # mine');
  });

  it('begins with the name alone', async () => {
    const answer = await editor.connection.sendRequest(PrepareRenameRequest.type, at('tier: "od|d one"'));
    expect(answer).toMatchObject({ placeholder: 'odd one' });
    const { range } = answer as { range: Location['range'] };
    expect(document.getText(range)).toBe('odd one');
  });

  it.each([
    ['id: |lab', 'odd one', /There is a tier/],
    ['id: |lab', 'premium', /There is a tier/],
    ['id: |lab', '  ', /one line/],
  ])('refuses %j → %j', async (piece, name, why) => {
    await expect(rename(piece, name)).rejects.toThrow(why);
  });

  it.each(['    o|pus: {', 'dis|play_name: Lab', 'pro|jects:'])(
    'refuses what is no id of the file: %j',
    async (piece) => {
      await expect(editor.connection.sendRequest(PrepareRenameRequest.type, at(piece))).rejects.toThrow();
    },
  );
});
