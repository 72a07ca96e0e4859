import { describe, expect, it, vi } from 'vitest';
import type { UsageRow, UsageValue } from '../../../src/protocol/api';
import { costsDocument, type Costs } from '../../../src/host/costsDocument';
import { createFormat } from '../../../src/host/format';
import { textTable } from '../../../src/host/textTable';
import { nowMs, totals } from './samples';

vi.mock('vscode', () => import('./vscodeMock'));

const format = createFormat('en', 'UTC');

function usage(total: ReturnType<typeof totals>, rows: UsageRow[] = []): UsageValue {
  return { from: '2026-11-21T14:02:00Z', to: '2026-11-22T00:00:00Z', timezone: 'UTC', total, billed: null, rows };
}

function costs(): Costs {
  const today = usage(totals(4), [{ project: 'shop', ...totals(4) }]);
  const rows = [
    { project: 'shop', ...totals(10) },
    { project: 'a|b', ...totals(0, 2, 2) },
    { project: null, ...totals(1234.5, 3, 1) },
  ];
  const month = usage(totals(1244.5, 6, 3), rows);
  const section = { title: 'By project', heads: ['Project'], groupBy: ['project' as const], today, month };
  return { today, month, session: usage(totals(0.5)), sections: [section], nowMs };
}

describe('F5 Show Costs', () => {
  it('reads as plain text', () => {
    expect(costsDocument(costs(), format)).toMatchInlineSnapshot(`
      "# Agent costs

      As of 2026-11-21 14:05 (UTC).

      | Period                   |                   Cost | Input | Output | Cache read | Cache write | Calls |
      | :----------------------- | ---------------------: | ----: | -----: | ---------: | ----------: | ----: |
      | Today                    |                  $4.00 | 1,200 |    340 |  2,000,000 |      50,000 |     1 |
      | This month               | $1,244.50 + 3 unpriced | 1,200 |    340 |  2,000,000 |      50,000 |     6 |
      | This window, since 14:02 |                  $0.50 | 1,200 |    340 |  2,000,000 |      50,000 |     1 |

      ## By project

      | Project | Today |             This month | Input | Output | Cache read | Cache write | Calls |
      | :------ | ----: | ---------------------: | ----: | -----: | ---------: | ----------: | ----: |
      | (none)  |     – | $1,234.50 + 1 unpriced | 1,200 |    340 |  2,000,000 |      50,000 |     3 |
      | shop    | $4.00 |                 $10.00 | 1,200 |    340 |  2,000,000 |      50,000 |     1 |
      | a\\|b    |     – |               unpriced | 1,200 |    340 |  2,000,000 |      50,000 |     2 |
      | Total   | $4.00 | $1,244.50 + 3 unpriced | 1,200 |    340 |  2,000,000 |      50,000 |     6 |

      - Tokens and calls by provider, project and model are this month’s. Input excludes what was read from or written to the cache.
      - Costs are list prices: what the calls would cost by the API, not what a subscription bills.
      - For unpriced calls no price is known; they are in the tokens and calls, but not in the costs.
      "
    `);
  });

  it('keeps every table in line', () => {
    const tables = costsDocument(costs(), format)
      .split('\n\n')
      .filter((block) => block.startsWith('|'));
    expect(tables).toHaveLength(2);
    for (const table of tables) expect(new Set(table.split('\n').map((line) => line.length)).size).toBe(1);
  });

  it('counts wide letters as two columns', () => {
    const table = textTable([{ head: 'Name', align: 'left' }], [['日本'], ['abcd']]).split('\n');
    expect(table).toEqual(['| Name |', '| :--- |', '| 日本 |', '| abcd |']);
  });

  it('says why there are unpriced calls only when there are', () => {
    const none = { ...costs(), month: usage(totals(1)) };
    expect(costsDocument(costs(), format)).toContain('no price is known');
    expect(costsDocument(none, format)).not.toContain('no price is known');
  });
});
