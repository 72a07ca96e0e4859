/** The cases of docs/accuracy.md, run: what its table says about us and about the others is what comes out. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { defaultEstimates, mockPrices } from '../../../src/engine/prices/overrides/fixed';
import { missingTool, readWithCcusage, readWithTokscale, type ToolUsage } from '../../support/otherTools';
import { inRepository } from '../../support/paths.mjs';
import { dayOf, differences, writeDifferences } from './differences';
import { newPlace, read, type Metered } from './meter';

type Figures = Pick<ToolUsage, 'input' | 'output' | 'cacheRead' | 'cacheWrite' | 'costUsd'>;
type Days = Record<string, Figures[]>;

const missing = [missingTool('ccusage'), missingTool('tokscale')].filter((reason) => reason !== null);
const place = newPlace();
const document = readFileSync(inRepository('docs/accuracy.md'), 'utf8');
const table = tableOf(document);
const ours: Days = {};
let ccusage: Days = {};
let tokscale: Days = {};

beforeAll(async () => {
  writeDifferences(place.claude);
  const sums = await read(place, (meter) => meter.sums('day', 'model'));
  for (const [label, sum] of Object.entries(sums)) (ours[label.slice(0, 10)] ??= []).push(figuresOf(sum));
  if (missing.length > 0) return;
  ccusage = valuesOf((await readWithCcusage(place.environment)).byDay);
  tokscale = valuesOf((await readWithTokscale(place.environment)).byDay);
});

test('the document has the estimates and the price of mock models', () => {
  for (const [provider, { like, input, output }] of Object.entries(defaultEstimates)) {
    expect(document).toContain(`| ${provider} | ${like} | ${input} | ${output} |`);
  }
  expect(document).toContain(`$${mockPrices.input} input and $${mockPrices.output} output per million`);
});

test('the document has exactly these cases', () => {
  expect([...table.keys()]).toEqual(differences.map(({ name }) => name));
});

test.each(differences.map(({ name }, number) => [name, number] as const))('Agent Meter: %s', (name, number) => {
  expect(shown(ours, number)).toBe(table.get(name)?.[0]);
});

const notRun = missing.length > 0 ? ` (not run: ${missing.join('; ')})` : '';
test.skipIf(missing.length > 0).each(differences.map(({ name }, number) => [name, number] as const))(
  `ccusage and tokscale: %s${notRun}`,
  (name, number) => {
    expect([shown(ccusage, number), shown(tokscale, number)]).toEqual(table.get(name)?.slice(1, 3));
  },
);

/** `45,518 · $0.0626850`: all tokens and the cost, and on which of the two days where it is not the first. */
function shown(days: Days, number: number): string {
  return (
    [dayOf(number), dayOf(number, true)]
      .flatMap((day, second) => {
        const figures = days[day];
        if (figures === undefined) return [];
        const tokens = figures.reduce((sum, { input, output, cacheRead, cacheWrite }) => sum + input + output + cacheRead + cacheWrite, 0); // prettier-ignore
        const cost = figures.reduce((sum, { costUsd }) => sum + costUsd, 0);
        return [`${tokens.toLocaleString('en-US')} · $${cost.toFixed(7)}${second === 1 ? ', next day' : ''}`];
      })
      .join(' and ') || 'nothing'
  );
}

function figuresOf({ nanos, ...tokens }: Metered): Figures {
  return { ...tokens, costUsd: nanos / 1e9 };
}

function valuesOf(byDay: Record<string, Record<string, Figures>>): Days {
  return Object.fromEntries(Object.entries(byDay).map(([day, models]) => [day, Object.values(models)]));
}

/** Rows of the table of cases: what stands behind each name. */
function tableOf(text: string): Map<string, string[]> {
  const rows = new Map<string, string[]>();
  for (const line of (text.split('<!-- cases -->')[1] ?? '').split('\n').filter((row) => row.startsWith('|'))) {
    const [name = '', ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (name !== 'Case' && !/^-+$/.test(name)) rows.set(name, cells);
  }
  return rows;
}
