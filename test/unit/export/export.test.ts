import { beforeAll, describe, expect, it } from 'vitest';
import { csv } from '../../../src/shared/csv';
import { usdText } from '../../../src/domain/export/exportRow';
import { exportFile } from '../../../src/engine/figures/exportFile';
import { figures } from '../../../src/engine/figures/dashboardFigures';
import type { DashboardSource } from '../../../src/engine/figures/source';
import {
  dashboardPeriods,
  exportSchema,
  type DashboardExport,
  type DashboardSelection,
  type ExportFormat,
} from '../../../src/protocol/dashboard/dashboard';
import { event } from '../ledger/support';
import { calls, ledgerOf, nowMs, sourceOf, view } from '../dashboard/support';
import { focusColumns, focusViolations } from './focusRules';
import { readCsv } from './readCsv';

let source: DashboardSource;

const hostile = ['=HYPERLINK("http://x","y")', '+1', '-2+3', '@SUM(A1)', '\t=1', ' =1', 'a,"b"\nc', '＝1'];

beforeAll(async () => {
  const names = hostile.map((name, index) =>
    event(`hostile-${index}`, { atMs: nowMs, attribution: { project: name }, rating: { costNanos: 3 + index } }),
  );
  source = await sourceOf(await ledgerOf([...calls(1_200, 3), ...names]));
});

function write(format: ExportFormat, selection: DashboardSelection): DashboardExport {
  return exportSchema.parse(exportFile(selection, format, view, nowMs, source));
}

const quarter: DashboardSelection = { period: { kind: 'named', name: 'last_90_days' }, filter: {} };
const selections: DashboardSelection[] = [
  ...dashboardPeriods.map((name): DashboardSelection => ({ period: { kind: 'named', name }, filter: {} })),
  { ...quarter, filter: { tier: 'premium' } },
  { ...quarter, filter: { project: 'project-1', agent: 'planner' } },
];

/** Exactly, as no sum of doubles is. */
function nanosOf(decimals: readonly string[]): bigint {
  return decimals.reduce((sum, text) => {
    const [whole = '0', fraction = ''] = text.split('.');
    return sum + BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  }, 0n);
}

describe('an export', () => {
  it.each(['csv', 'focus', 'json'] as const)('adds up to the figures of the page, to the nano-dollar: %s', (format) => {
    for (const selection of selections) {
      const { total } = figures(selection, view, nowMs, source);
      const file = write(format, selection);
      const costs =
        format === 'json'
          ? (JSON.parse(file.text) as { rows: { costUsd: string }[] }).rows.map(({ costUsd }) => costUsd)
          : readCsv(file.text).rows.map((row) => row[format === 'csv' ? 'cost_usd' : 'BilledCost'] ?? '');
      expect(costs).toHaveLength(file.rows);
      expect(nanosOf(costs)).toBe(BigInt(total.costNanos));
      expect(file.costNanos).toBe(total.costNanos);
    }
  });

  it('has the requests and tokens of the page, too', () => {
    const { total } = figures(quarter, view, nowMs, source);
    const { rows } = readCsv(write('csv', quarter).text);
    const sumOf = (name: string): number => rows.reduce((sum, row) => sum + Number(row[name]), 0);
    expect(sumOf('requests')).toBe(total.events);
    expect(sumOf('unpriced_requests')).toBe(total.unpricedEvents);
    expect(sumOf('input_tokens')).toBe(total.input);
    expect(sumOf('output_tokens')).toBe(total.output);
    expect(sumOf('cache_read_tokens')).toBe(total.cacheRead);
    expect(sumOf('cache_write_tokens')).toBe(total.cacheWrite);
  });

  it('is named after the days in it', () => {
    const days: DashboardSelection = { period: { kind: 'custom', from: '2026-11-01', to: '2026-11-07' }, filter: {} };
    expect(write('csv', days).fileName).toBe('agent-meter_2026-11-01_2026-11-07.csv');
    expect(write('focus', days).fileName).toBe('agent-meter_2026-11-01_2026-11-07.focus.csv');
  });

  it('runs no formula that a project is named after, and keeps its name', () => {
    const { rows } = readCsv(write('csv', quarter).text);
    for (const name of hostile) {
      const row = rows.find(({ project }) => project === name || project === `'${name}`);
      expect(row?.['project']).toBe(name.startsWith('a') ? name : `'${name}`);
    }
    const plain = JSON.parse(write('json', quarter).text) as { rows: { project: string | null }[] };
    for (const name of hostile) expect(plain.rows.map(({ project }) => project)).toContain(name);
  });
});

describe('FOCUS', () => {
  it('is obeyed: names, types, required columns, allowed values', () => {
    for (const selection of selections) {
      const { heads, rows } = readCsv(write('focus', selection).text);
      expect(focusViolations(rows, heads)).toEqual([]);
    }
  });

  it('is a rule that can be broken', () => {
    const { heads, rows } = readCsv(write('focus', quarter).text);
    const without = heads.filter((name) => name !== 'BilledCost');
    expect(focusViolations(rows, without)).toContain('BilledCost is missing');
    const [row = {}] = rows;
    for (const [name, value] of [
      ['BilledCost', '1,5'],
      ['ChargeCategory', 'Spend'],
      ['BillingPeriodEnd', '2026-11-01'],
    ] as const) {
      expect(focusViolations([{ ...row, [name]: value }], heads)).not.toEqual([]);
    }
    expect(focusViolations([{ ...row, ProviderName: '' }], heads)).toEqual(['ProviderName is empty']);
    expect(focusViolations(rows, [...heads, 'Whatever'])).not.toEqual([]);
  });

  it('has every mandatory column, and each charge within its month in UTC', () => {
    const mandatory = Object.entries(focusColumns).filter(([, { level }]) => level === 'mandatory');
    const { heads, rows } = readCsv(write('focus', quarter).text);
    expect(heads).toEqual(expect.arrayContaining(mandatory.map(([name]) => name)));
    const october = rows.find((row) => row['ChargePeriodStart']?.startsWith('2026-10-15'));
    expect(october).toMatchObject({
      BillingPeriodStart: '2026-10-01T00:00:00Z',
      BillingPeriodEnd: '2026-11-01T00:00:00Z',
      ChargePeriodEnd: '2026-10-16T22:00:00Z',
    });
  });
});

describe('an amount of money in text', () => {
  it('keeps every nano-dollar', () => {
    expect([0, 1, 1_000_000_000, 1_234_567_890, 12_000_000_001].map(usdText)).toEqual([
      '0',
      '0.000000001',
      '1',
      '1.23456789',
      '12.000000001',
    ]);
  });
});

describe('a cell', () => {
  it('is quoted where it must be', () => {
    expect(csv(['a'], [['x"y'], ['x\r\ny'], [null], [-3], [{ exact: '1.5' }]])).toBe(
      'a\r\n"x""y"\r\n"x\r\ny"\r\n\r\n-3\r\n1.5\r\n',
    );
  });
});
