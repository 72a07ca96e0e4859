import { describe, expect, it, vi } from 'vitest';
import type { BilledFigures, UsageRow, UsageValue } from '../../../src/protocol/api/api';
import { costsDocument, type Costs } from '../../../src/host/documents/costsDocument';
import { createFormat } from '../../../src/shared/format';
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
  it('is in the configured currency, and says at what rate', () => {
    const text = costsDocument(costs(), createFormat('en', 'UTC', { code: 'EUR', perUsd: 0.5 }));
    expect(text).toContain('€622.25 + 3 unpriced');
    expect(text).toContain('- Shown in EUR, at 0.5 a dollar; counted in USD.');
    expect(text).not.toContain('$');
    expect(costsDocument(costs(), format)).not.toContain('Shown in');
  });

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
      - Costs of calls are API-equivalent, at list prices: not what a subscription bills.
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

  it('says why there are unpriced calls only when there are', () => {
    const none = { ...costs(), month: usage(totals(1)) };
    expect(costsDocument(costs(), format)).toContain('no price is known');
    expect(costsDocument(none, format)).not.toContain('no price is known');
  });
});

describe('A4 what is billed', () => {
  const billed = (usageUsd: number, fee: number, own: number): BilledFigures => ({
    usageUsd,
    charges: [
      { kind: 'subscription', id: 'pro', label: 'Claude Pro', provider: 'anthropic', costUsd: fee },
      { kind: 'hardware', id: 'ollama', label: 'ollama', provider: 'ollama', costUsd: own },
      { kind: 'electricity', id: 'ollama', label: 'ollama', provider: 'ollama', costUsd: own / 2 },
    ],
    totalUsd: usageUsd + fee + 1.5 * own,
  });
  const byProvider = usage(totals(10), [
    { provider: 'openai', billing: 'metered', ...totals(8.20616) },
    { provider: 'ollama', billing: 'local', ...totals(0) },
  ]);
  const shown = (): string => {
    const today = { ...usage(totals(4)), billed: billed(1, 0.66, 1.3) };
    const month = { ...usage(totals(10)), billed: billed(2, 14, 26) };
    const section = { title: 'By provider', heads: ['Provider'], groupBy: ['provider'] as const };
    const sections = [{ ...section, today: usage(totals(4)), month: byProvider }];
    return costsDocument({ today, month, session: usage(totals(1)), sections, nowMs }, format);
  };

  it('stands beside the API-equivalent, with fees and ownership as lines of their own', () => {
    const lines = shown()
      .split('\n')
      .map((line) => line.replaceAll(/\s+/g, ' '));
    expect(
      lines.filter((line) =>
        /API-equivalent: |one by one|Claude Pro|, hardware +\||, electricity +\||^\| Billed/.test(line),
      ),
    ).toEqual([
      '| API-equivalent: all calls at list prices | $4.00 | $10.00 |',
      '| Calls that are billed one by one | $1.00 | $2.00 |',
      '| Claude Pro, fee | $0.66 | $14.00 |',
      '| ollama, hardware | $1.30 | $26.00 |',
      '| ollama, electricity | $0.65 | $13.00 |',
      '| Billed | $3.61 | $55.00 |',
    ]);
  });

  it('of local models is compared with the cloud by the million tokens', () => {
    const row = shown()
      .split('\n')
      .find((line) => /^\| ollama +\| +\$1\.95/.test(line))
      ?.replaceAll(/\s+/g, ' ');
    expect(row).toBe('| ollama | $1.95 | $39.00 | 2,051,540 | $19.01 | $4.00 |');
  });

  it('is not told where it is the same', () => {
    expect(costsDocument(costs(), format)).not.toContain('Billed');
    const metered = { usageUsd: 10, charges: [], totalUsd: 10 };
    const both = { ...usage(totals(10)), billed: metered };
    expect(costsDocument({ ...costs(), today: both, month: both }, format)).not.toContain('## Billed');
  });
});
