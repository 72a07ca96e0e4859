/** One parsed tree for all: what is obeyed, what is shown and what is edited agree, aliases and merge keys included. */
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Composer } from 'yaml';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { maxNesting, maxTextLength } from '../../../src/config/read/parsedFile';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import { analyse, type Analysis } from '../../../src/language/analysis';
import { cursorAt } from '../../../src/language/cursor';
import { edit, outline } from '../../../src/language/edits';
import { completion } from '../../../src/language/features/completion';
import { diagnostics } from '../../../src/language/features/diagnostics';
import { folding } from '../../../src/language/features/folding';
import { hover } from '../../../src/language/features/hover';
import { symbols } from '../../../src/language/features/symbols';
import { PriceBook } from '../../../src/language/priceBook';
import { userUri } from './client';

const prices = new PriceBook({ sendRequest: () => Promise.reject(new Error('nobody answers')) }, () => 0);

function analysisOf(text: string): Analysis {
  const document = TextDocument.create(userUri, 'yaml', 1, text);
  return analyse(document, { userText: null, known: {}, trusted: true });
}

const text = `limits:
  per_project:
    shop: &shop
      max_cost_per_day: 5
    blog:
      <<: *shop
      max_cost_per_month: 50
    wiki:
      <<: { max_cost_per_week: 7, max_cost_per_decade: 9 }
`;

function projectLimits(of: string): unknown {
  const { budgets } = resolveConfiguration({ user: of }).configuration;
  return Object.fromEntries(
    budgets
      .filter(({ scope, origin }) => scope === 'project' && origin.layer === 'user')
      .map(({ scopeId, period, limit }) => [`${scopeId} ${period}`, limit / 1e9]),
  );
}

function edited(path: (string | number)[], value: number): string {
  const answer = edit({ text, operations: [{ kind: 'set', path, value }] });
  if ('refused' in answer) throw new Error(answer.refused);
  return answer.edits.reduce(
    (now, { offset, length, newText }) => now.slice(0, offset) + newText + now.slice(offset + length),
    text,
  );
}

describe('merge keys', () => {
  const analysis = analysisOf(text);

  it('are obeyed, nearest first', () => {
    expect(projectLimits(text)).toEqual({ 'shop day': 5, 'blog day': 5, 'blog month': 50, 'wiki week': 7 });
  });

  it('are explained as what they are merged into, where a wrong one is underlined', async () => {
    const shown = await hover(analysis, text.indexOf('max_cost_per_week'), prices);
    expect(JSON.stringify(shown?.contents)).toContain('USD');
    expect(shown?.range).toEqual({ start: { line: 8, character: 12 }, end: { line: 8, character: 29 } });
    const [wrong] = diagnostics(analysis);
    expect(wrong?.range).toEqual({ start: { line: 8, character: 34 }, end: { line: 8, character: 53 } });
  });

  it('are completed as what they are merged into, without what stands there', async () => {
    const typed = text.replace('max_cost_per_decade: 9', 'max_');
    const offset = typed.indexOf('max_ }') + 4;
    expect(cursorAt(typed, offset)).toMatchObject({
      expects: 'key',
      path: ['limits', 'per_project', 'wiki'],
      keys: ['max_cost_per_week'],
      flow: true,
    });
    const labels = (await completion(analysisOf(typed), offset, prices)).map(({ label }) => label);
    expect(labels).toContain('max_cost_per_month');
    expect(labels).not.toContain('max_cost_per_week');
  });

  it('may be overridden: what an alias brings is offered, and known', async () => {
    const typed = `alerts: { notifications: [ &hook { type: webhook, enabled: true }, { <<: *hook, u } ] }\n`;
    const offset = typed.indexOf(' u }') + 2;
    const cursor = cursorAt(typed, offset);
    expect(cursor?.keys).toEqual([]);
    expect(cursor?.present).toEqual(
      new Map<string, unknown>([
        ['type', 'webhook'],
        ['enabled', true],
      ]),
    );
    const labels = (await completion(analysisOf(typed), offset, prices)).map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(['url', 'enabled']));
    expect(labels).not.toContain('recipients');
  });

  it('are edited by overriding them, so that nobody else changes', () => {
    const limits = { 'shop day': 5, 'blog day': 5, 'blog month': 50, 'wiki week': 7 };
    expect(projectLimits(edited(['limits', 'per_project', 'blog', 'max_cost_per_day'], 8))).toEqual({
      ...limits,
      'blog day': 8,
    });
    expect(projectLimits(edited(['limits', 'per_project', 'wiki', 'max_cost_per_week'], 8))).toEqual({
      ...limits,
      'wiki week': 8,
    });
    const path = ['limits', 'per_project', 'blog', 'max_cost_per_day'];
    expect(edit({ text, operations: [{ kind: 'remove', path }] })).toHaveProperty('refused');
  });

  it('have their use shown where the limit is written, not where it is merged in', () => {
    const written = analysis.limits.map(({ node }) => text.slice(node.start, node.end));
    expect(written.toSorted()).toEqual(['5', '50', '7']);
  });
});

describe('a key that stands twice', () => {
  it('is the first for everybody, and the second can still be written', () => {
    const twice = 'limits: { global: { max_cost_per_day: 5 }, global: { max_cost_per_month: 9, max } }\n';
    const offset = twice.indexOf('max }') + 3;
    expect(cursorAt(twice, offset)).toMatchObject({ path: ['limits', 'global'], keys: ['max_cost_per_month'] });
    expect(diagnostics(analysisOf(twice)).map(({ code }) => code)).toContain('duplicate_key');
  });
});

describe('the bounds', () => {
  const deep = `tiers: ${'['.repeat(maxNesting + 2)}${']'.repeat(maxNesting + 2)}\n`;
  const long = `# ${'x'.repeat(maxTextLength)}\ntimezone: UTC\n`;

  it.each([
    ['too_deep', deep],
    ['too_large', long],
  ])('hold for reading, editing and the editor alike: %s', async (code, beyond) => {
    const analysis = analysisOf(beyond);
    expect(diagnostics(analysis).map((one) => one.code)).toEqual([code]);
    expect(edit({ text: beyond, operations: [{ kind: 'set', path: ['timezone'], value: 'UTC' }] })).toHaveProperty(
      'refused',
    );
    expect(await hover(analysis, beyond.indexOf('t'), prices)).toBeNull();
    expect(symbols(analysis)).toEqual([]);
    expect(folding(analysis)).toEqual([]);
  });
});

describe('a text', () => {
  afterEach(() => vi.restoreAllMocks());

  it('is parsed once, however often it is asked for', () => {
    const compose = vi.spyOn(Composer.prototype, 'compose');
    const once = `${text}# read by everybody\n`;
    outline(once);
    analysisOf(once);
    resolveConfiguration({ user: once, workspaces: [{ text: once, trusted: false }] });
    resolveConfiguration({ user: once });
    expect(compose).toHaveBeenCalledTimes(1);
    const answer = edit({ text: once, operations: [{ kind: 'set', path: ['timezone'], value: 'UTC' }] });
    // What the edit comes to is tried out, and is what is shown and obeyed next.
    expect(compose).toHaveBeenCalledTimes(2);
    const [one] = 'edits' in answer ? answer.edits : [];
    const after =
      once.slice(0, one?.offset) + (one?.newText ?? '') + once.slice((one?.offset ?? 0) + (one?.length ?? 0));
    analysisOf(after);
    outline(after);
    expect(compose).toHaveBeenCalledTimes(2);
  });
});
