/** What an editor shows beside the text: hover, outline, folds, colours, hints. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ColorPresentationRequest,
  DocumentColorRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  InlayHintRequest,
  type DocumentSymbol,
  type MarkupContent,
} from 'vscode-languageserver/node';
import type { LiveUse } from '../../../src/protocol/language';
import type { ModelPrice } from '../../../src/protocol/prices/price';
import { Editor, positionOf, textIn, userUri } from './client';

const text = `# Mine,
# and nobody else's.
timezone: Europe/Berlin
tiers:
  - id: lab
    display_name: Lab
    color: "#3fb950"
    icon: beaker

  # The other one.
  - { id: odd, display_name: Odd, color: charts.red }
pricing:
  models:
    opus: { input_per_million: 15, output_per_million: 75 }
subscriptions:
  - id: claude-pro
    provider: anthropic
    monthly_fee: 20
    quotas:
      - { meter: tokens, period: day, limit: 1000000 }
limits:
  global:
    max_cost_per_day: 50.00
    max_cost_per_month: 500.00
`;

const prices = {
  input: 15, output: 75, cacheRead: 1.5, cacheWrite5m: 18.75, cacheWrite1h: 30, reasoning: 75,
}; // prettier-ignore
const opus: ModelPrice = {
  provider: 'anthropic',
  model: 'opus',
  layer: 'user',
  source: null,
  seen: null,
  matchedProvider: 'anthropic',
  matchedModel: 'claude-opus-4-1',
  version: 'your configuration',
  fromMs: null,
  estimated: false,
  prices,
  longContext: [],
  webSearchesPerThousand: 0,
  requestsPerThousand: 0,
  multipliers: {},
  blended: 30,
  tier: 'premium',
  tierAssigned: false,
};

let editor: Editor;
const about = { textDocument: { uri: userUri } };

beforeAll(async () => {
  editor = await Editor.start({ prices: { opus } });
  await editor.open(text);
});

afterAll(async () => {
  expect(editor.logged).toEqual([]);
  await editor.stop();
});

describe('hover', () => {
  async function hover(piece: string, after = 1): Promise<string> {
    const position = positionOf(editor.document(), piece, after);
    const answer = await editor.connection.sendRequest(HoverRequest.type, { ...about, position });
    return (answer?.contents as MarkupContent | undefined)?.value ?? '';
  }

  it.each([
    ['max_cost_per_day', /Spend in a day\.[^]*\*Unit:\* USD/],
    ['timezone', /IANA time zone/],
    ['monthly_fee', /USD per month/],
  ])('tells of the key %s what it means', async (key, expected) => {
    expect(await hover(key)).toMatch(expected);
  });

  it('tells of a model what it costs, and its tier', async () => {
    const said = await hover('opus:');
    expect(said).toContain('**claude-opus-4-1** of anthropic: $30 a million tokens, tier `premium`');
    expect(said).toContain('| $15 | $75 | $1.5 | $18.75 |');
    expect(said).toContain('from your configuration');
  });

  it('tells what an icon looks like', async () => {
    expect(await hover('beaker')).toContain('$(beaker)');
  });

  it('says nothing of nothing', async () => {
    expect(await hover('# Mine')).toBe('');
  });
});

describe('the outline', () => {
  it('names items by what tells them apart', async () => {
    const answer = (await editor.connection.sendRequest(DocumentSymbolRequest.type, about)) as DocumentSymbol[];
    expect(answer.map(({ name }) => name)).toEqual(['timezone', 'tiers', 'pricing', 'subscriptions', 'limits']);
    const tiers = answer.find(({ name }) => name === 'tiers');
    expect(tiers?.children?.map(({ name }) => name)).toEqual(['lab', 'odd']);
    const inside = (outer: DocumentSymbol): boolean =>
      (outer.children ?? []).every((inner) => {
        const holds = (position: DocumentSymbol['range']['start']): boolean =>
          (position.line > outer.range.start.line ||
            (position.line === outer.range.start.line && position.character >= outer.range.start.character)) &&
          (position.line < outer.range.end.line ||
            (position.line === outer.range.end.line && position.character <= outer.range.end.character));
        return holds(inner.range.start) && holds(inner.range.end) && inside(inner);
      });
    expect(answer.every(inside)).toBe(true);
  });
});

it('folds mappings, items and comments, and no empty line below them', async () => {
  const answer = await editor.connection.sendRequest(FoldingRangeRequest.type, about);
  const folds = (answer ?? []).map(({ startLine, endLine, kind }) => [startLine + 1, endLine + 1, kind ?? 'region']);
  expect(folds).toEqual([
    [1, 2, 'comment'],
    [4, 11, 'region'],
    [5, 8, 'region'],
    [12, 14, 'region'],
    [13, 14, 'region'],
    [15, 20, 'region'],
    [16, 20, 'region'],
    [19, 20, 'region'],
    [21, 24, 'region'],
    [22, 24, 'region'],
  ]);
});

describe('colours', () => {
  it('are hex colours alone', async () => {
    const answer = await editor.connection.sendRequest(DocumentColorRequest.type, about);
    expect(answer.map(({ range }) => textIn(editor.document(), range))).toEqual(['"#3fb950"']);
    expect(answer[0]?.color).toEqual({ red: 0x3f / 255, green: 0xb9 / 255, blue: 0x50 / 255, alpha: 1 });
  });

  it.each([
    [{ red: 1, green: 0, blue: 0.5, alpha: 1 }, '"#ff0080"'],
    [{ red: 1, green: 0, blue: 0, alpha: 0.5 }, '"#ff000080"'],
  ])('are written in quotes', async (color, expected) => {
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
    const answer = await editor.connection.sendRequest(ColorPresentationRequest.type, { ...about, color, range });
    expect(answer[0]?.textEdit?.newText).toBe(expected);
  });
});

describe('live use', () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const hourMs = 3_600_000;

  async function hints(): Promise<[line: string, label: string][]> {
    const answer = await editor.connection.sendRequest(InlayHintRequest.type, { ...about, range });
    const lines = text.split('\n');
    return (answer ?? []).map(({ position, label }) => [
      (lines[position.line] ?? '').slice(0, position.character).trim(),
      typeof label === 'string' ? label : label.map(({ value }) => value).join(''),
    ]);
  }

  function use(id: string, more: Partial<LiveUse>): LiveUse {
    const usual = {
      label: '',
      measure: 'cost',
      used: 4.12,
      percent: 8.24,
      resetsAtMs: 8.5 * hourMs,
      source: 'counted',
      asOfMs: 0,
    };
    return { id, ...usual, ...more };
  }

  it('is not guessed', async () => {
    expect(await hints()).toEqual([]);
  });

  it('stands beside each budget and quota, and is shown anew when it changes', async () => {
    const uses = [
      use('global.day.cost', {}),
      use('global.month.cost', { used: 612, percent: 122.4, resetsAtMs: 12 * 24 * hourMs }),
      use('claude-pro.tokens.day', { measure: 'tokens', used: 412_345, percent: 41.2, resetsAtMs: 20 * 60_000 }),
      use('nobody.knows', {}),
    ];
    const before = editor.refreshes;
    await editor.tell({ asOfMs: 0, language: 'en', uses });
    await expect.poll(() => editor.refreshes).toBeGreaterThan(before);
    expect(await hints()).toEqual(
      expect.arrayContaining([
        ['max_cost_per_day: 50.00', '$4.12 used, 8 %, resets in 9 h'],
        ['max_cost_per_month: 500.00', '$612.00 used, 122 %, resets in 12 d'],
        ['- { meter: tokens, period: day, limit: 1000000 }', '412.3K tokens used, 41 %, resets in 20 min'],
      ]),
    );
    expect(await hints()).toHaveLength(3);
  });

  it('of a limit that each project has for itself is the one of which most is used', async () => {
    const uses = ['blog', 'shop', 'wiki'].map((label, at) =>
      use('global.day.cost', { label, used: [1, 9, 3][at] ?? 0, percent: [2, 18, 6][at] ?? 0 }),
    );
    await editor.tell({ asOfMs: 0, language: 'en', uses });
    expect(await hints()).toEqual([['max_cost_per_day: 50.00', 'shop: $9.00 used, 18 %, resets in 9 h']]);
    const [hint] = (await editor.connection.sendRequest(InlayHintRequest.type, { ...about, range })) ?? [];
    expect(hint?.tooltip).toMatchObject({ value: expect.stringContaining('the highest of 3') as string });
  });

  it.each([
    [{ used: null, percent: 41 }, '41 % used, resets in 9 h'],
    [{ resetsAtMs: null }, '$4.12 used, 8 %'],
    [{ resetsAtMs: -1 }, 'just begun anew'],
    // As the meter's tooltip says it.
    [{ resetsAtMs: 1.5 * hourMs }, '$4.12 used, 8 %, resets in 90 min'],
    [{ resetsAtMs: 47.2 * hourMs }, '$4.12 used, 8 %, resets in 48 h'],
    [{ resetsAtMs: 59_000 }, '$4.12 used, 8 %, resets in a minute'],
    [{ used: 0.001, percent: 0.01 }, '<$0.01 used, <1 %, resets in 9 h'],
    [{ used: 0, percent: 0 }, '$0.00 used, 0 %, resets in 9 h'],
    [{ percent: 99.99 }, '$4.12 used, 99 %, resets in 9 h'],
    [{ measure: 'storage', used: 1_500_000_000 }, '1.5 GB used, 8 %, resets in 9 h'],
    [{ measure: 'requests', used: 1 }, '1 request used, 8 %, resets in 9 h'],
    [{ measure: 'requests', used: 0 }, '0 requests used, 8 %, resets in 9 h'],
    [{ measure: 'vram_gb', used: 18 }, '18 GB used, 8 %, resets in 9 h'],
    [{ measure: 'concurrent_agents', used: 3 }, '3 concurrent agents used, 8 %, resets in 9 h'],
  ])('reads as people speak: %j', async (more, expected) => {
    await editor.tell({ asOfMs: 0, language: 'en', uses: [use('global.day.cost', more)] });
    expect(await hints()).toEqual([['max_cost_per_day: 50.00', expected]]);
  });

  it('in a language that nobody knows still reads', async () => {
    await editor.tell({ asOfMs: 0, language: 'qps-ploc-x-?', uses: [use('global.day.cost', {})] });
    expect((await hints())[0]?.[1]).toContain('$4.12');
  });

  it('of a malformed telling is what was told before', async () => {
    await editor.tell({ asOfMs: 0, language: 'en', uses: [use('global.day.cost', {})] });
    await editor.connection.sendNotification('agentMeter/liveUse', { uses: 'many' });
    expect(await hints()).toHaveLength(1);
  });
});
