import { describe, expect, it, vi } from 'vitest';
import { priceChangesDocument } from '../../../src/host/documents/priceChangesDocument';
import { createFormat } from '../../../src/shared/format';
import {
  heldBackReasons,
  priceFeedFailures,
  priceKinds,
  type FetchedPrices,
  type HeldBack,
  type PriceDifference,
  type PriceUpdate,
} from '../../../src/protocol/prices/priceFeed';
import { nowMs } from './samples';

vi.mock('vscode', () => import('./vscodeMock'));

const format = createFormat('en', 'UTC');
const list = { address: 'https://prices.example/data.json', fetchedMs: nowMs, checksum: 'ab'.repeat(32) };
const dayMs = 86_400_000;
const hostile = 'a|b`c`<img>[x](command:y)\n\u202e*';

function difference(changes: Partial<PriceDifference> = {}): PriceDifference {
  return { kind: 'input', aboveTokens: null, fromMs: null, old: 1, new: 2, ...changes };
}

function fetched(changes: Partial<FetchedPrices> = {}): FetchedPrices {
  return {
    outcome: 'fetched',
    list,
    notModified: false,
    inForce: null,
    models: 1234,
    added: [],
    changed: [],
    removed: [],
    heldBack: [],
    reprice: { models: [], cancelled: false },
    ...changes,
  };
}

function heldBack(changes: Partial<HeldBack> = {}): HeldBack {
  return {
    provider: 'groq',
    model: 'llama-3.3-70b',
    key: 'groq llama',
    reason: 'factor',
    detail: '',
    differences: [difference({ old: 0.59, new: 590 })],
    ...changes,
  };
}

const shown = (update: PriceUpdate, taken = false): string => priceChangesDocument(update, taken, format);

/** The lines below a heading, up to the next. */
function below(text: string, heading: string): string {
  const [, rest = ''] = text.split(`## ${heading}\n`);
  return rest.split('\n## ')[0] ?? '';
}

describe('Update Prices', () => {
  it('reads as plain text', () => {
    const update = fetched({
      inForce: { ...list, fetchedMs: nowMs - dayMs },
      added: [
        {
          provider: 'anthropic',
          model: 'claude-saga-7',
          differences: [
            difference({ old: null, new: 7 }),
            difference({ kind: 'output', aboveTokens: 200_000, old: null, new: 0.0000125 }),
          ],
        },
      ],
      changed: [
        {
          provider: 'groq',
          model: 'llama-3.3-70b',
          differences: [
            difference({ old: 0.59, new: 0.5 }),
            difference({ kind: 'cacheRead', fromMs: Date.parse('2027-01-01T00:00:00Z'), old: 0.1, new: null }),
          ],
        },
      ],
      removed: [{ provider: 'openai', model: 'davinci' }],
      heldBack: [heldBack(), heldBack({ model: 'mixtral', reason: 'shadow', detail: 'llama, gemma', differences: [] })],
      reprice: {
        models: [{ provider: 'groq', model: 'llama-3.3-70b', events: 1200, oldNanos: 590_000_000, newNanos: 5e8 }],
        cancelled: false,
      },
    });
    expect(shown(update)).toMatchInlineSnapshot(`
      "# Update Prices

      From https://prices.example/data.json, fetched 2026-11-21 14:05: 1,234 models. SHA-256 abababababababababababababababababababababababababababababababab.

      In force is the list of 2026-11-20 14:05 from https://prices.example/data.json.

      **Nothing of it is in force yet.** The notification takes it; run Update Prices again when it has gone.

      ## Held back (2)

      These are not taken, and what was in force stays. You can take them all the same.

      | Model         | Provider | USD per million tokens |   Old |     New | Why                                               |
      | :------------ | :------- | :--------------------- | ----: | ------: | :------------------------------------------------ |
      | llama-3.3-70b | groq     | Input                  | $0.59 | $590.00 | ten times as much as before, or a tenth           |
      | mixtral       | groq     |                        |       |         | it would be taken for other models (llama, gemma) |

      ## New models (1)

      | Model         | Provider  | USD per million tokens      | Old |        New |
      | :------------ | :-------- | :-------------------------- | --: | ---------: |
      | claude-saga-7 | anthropic | Input                       |   – |      $7.00 |
      |               |           | Output, over 200,000 tokens |   – | $0.0000125 |

      ## Changed prices (1)

      | Model         | Provider | USD per million tokens      |   Old |   New |
      | :------------ | :------- | :-------------------------- | ----: | ----: |
      | llama-3.3-70b | groq     | Input                       | $0.59 | $0.50 |
      |               |          | Cache read, from 2027-01-01 | $0.10 |     – |

      ## No more on the list (1)

      Their prices stay as they are: calls of their time were made at them.

      | Model   | Provider |
      | :------ | :------- |
      | davinci | openai   |

      ## What Reprice would change

      Only when you run Reprice. Calls without a price, or with an estimated one, get theirs as soon as the prices are taken.

      | Model         | Provider | Calls |   Old |   New |
      | :------------ | :------- | ----: | ----: | ----: |
      | llama-3.3-70b | groq     | 1,200 | $0.59 | $0.50 |
      "
    `);
  });

  it('says that nothing is in force before it is taken, and that it is afterwards', () => {
    const news = fetched({ added: [{ provider: 'a', model: 'b', differences: [difference()] }] });
    expect(shown(news)).toContain('**Nothing of it is in force yet.**');
    expect(shown(news)).toContain('In force are the prices that ship with the extension.');
    expect(shown(news, true)).toContain('**The new prices are in force.**');
    expect(shown(news, true)).not.toContain('in force yet');
  });

  it('says that nothing is new where that is so, with no empty section', () => {
    const same = shown(fetched({ notModified: true, inForce: list }));
    expect(same).toContain('The server says that the list has not changed since.');
    expect(same).toContain('Its prices are those in force.');
    expect(same.match(/^## .*/gm)).toEqual(['## What Reprice would change']);
    expect(same).toContain('Nothing: these prices rate every call as it is.');
  });

  it.each(heldBackReasons)('says why it held something back: %s', (reason) => {
    const text = below(shown(fetched({ heldBack: [heldBack({ reason, detail: 'its page' })] })), 'Held back (1)');
    const [, , row = ''] = text.trim().split('\n').slice(2);
    expect(row).toMatch(/^\| llama-3\.3-70b \| groq +\| Input +\| \$0\.59 \| \$590\.00 \| .+ \(its page\) \|$/);
    expect(new Set(heldBackReasons.map((one) => shown(fetched({ heldBack: [heldBack({ reason: one })] })))).size).toBe(
      heldBackReasons.length,
    );
  });

  it.each(priceKinds)('names what is charged for: %s', (kind) => {
    const told = shown(fetched({ changed: [{ provider: 'p', model: 'm', differences: [difference({ kind })] }] }));
    expect(told).toMatch(/\| m +\| p +\| [A-Z].+\| +\$1\.00 \| +\$2\.00 \|/);
    expect(told).not.toMatch(new RegExp(`\\| ${kind}\\b`));
  });

  it('tells each price as it is, however small', () => {
    const tiny = difference({ old: 0.000000123, new: 1234.5 });
    const told = shown(fetched({ changed: [{ provider: 'p', model: 'm', differences: [tiny] }] }));
    expect(told).toContain('$0.000000123 | $1,234.50 |');
  });

  it('takes names and messages for text', () => {
    const names = { provider: hostile, model: hostile };
    const told = shown(
      fetched({
        added: [{ ...names, differences: [difference()] }],
        changed: [{ ...names, differences: [difference()] }],
        removed: [names],
        heldBack: [heldBack({ ...names, detail: hostile })],
        reprice: { models: [{ ...names, events: 1, oldNanos: 1e9, newNanos: 2e9 }], cancelled: false },
        list: { ...list, address: `https://x.example/${hostile}` },
      }),
    );
    const failed = shown({
      outcome: 'failed',
      address: hostile,
      reason: 'unreachable',
      message: hostile,
      inForce: null,
    });
    for (const text of [told, failed]) {
      expect(text).not.toContain('\u202e');
      expect(text).not.toMatch(/(?<!\\)[<[`]/);
      expect(text).toContain('a\\|b\\`c\\`\\<img>\\[x\\](command:y)');
    }
    for (const line of told.split('\n').filter((each) => each.startsWith('|')))
      expect(line.match(/(?<!\\)\|/g)?.length).toBeLessThan(8);
  });

  it('opens with a list of which nearly everything is new', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({
      provider: 'p',
      model: `m-${index}`,
      differences: [difference()],
    }));
    const held = many.map((one) => ({ ...heldBack(), ...one }));
    const told = shown(fetched({ added: many, heldBack: held, removed: many }));
    expect(told).toContain('## New models (1000)');
    expect(below(told, 'New models (1000)')).toContain('And 600 more.');
    expect(below(told, 'Held back (1000)')).toContain('And 600 more.');
    expect(below(told, 'No more on the list (1000)')).toContain('And 600 more.');
    expect(told.split('\n').length).toBeLessThan(1_300);
  });

  it('says that the comparison was stopped', () => {
    const reprice = { models: [], cancelled: true };
    expect(below(shown(fetched({ reprice })), 'What Reprice would change')).toContain('You stopped the comparison.');
  });

  it.each(priceFeedFailures)('says what went wrong, and what stays in force: %s', (reason) => {
    const failed = { outcome: 'failed' as const, address: list.address, reason, message: 'as it is', inForce: list };
    const text = shown(failed);
    expect(text).toContain('Nothing was taken from https://prices.example/data.json.');
    expect(text).toMatch(/^[A-Z].+[.:].* \(as it is\)$/m);
    expect(text).toContain('In force is the list of 2026-11-21 14:05 from https://prices.example/data.json.');
    expect(new Set(priceFeedFailures.map((one) => shown({ ...failed, reason: one }))).size).toBe(
      priceFeedFailures.length,
    );
  });
});
