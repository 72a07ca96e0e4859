/** On transcripts without traps every tool that counts right says the same, to the token and to a millionth of a dollar. */
import { beforeAll, expect, test } from 'vitest';
import { writeClaudeTree } from '../../support/claudeTree';
import type { ClaudeTruth } from '../../support/claudeTruth';
import {
  missingTool,
  modelsOfTokscale,
  readWithCcusage,
  readWithTokscale,
  type ToolUsage,
} from '../../support/otherTools';
import { newPlace, read, type MeteredBy } from './meter';

const ccusage = missingTool('ccusage');
const tokscale = missingTool('tokscale');
const because = (reason: string | null): string => (reason === null ? '' : ` (not run: ${reason})`);

const place = newPlace();
let truth: ClaudeTruth;
let models: MeteredBy;
let days: MeteredBy;

beforeAll(async () => {
  truth = writeClaudeTree({ directory: place.claude, sessions: 60, responsesPerSession: 20, projects: 7, days: 45 });
  [models, days] = await read(place, async (meter) => [await meter.sums('model'), await meter.sums('day', 'model')]);
});

test('the tree is worth comparing: three models, seven projects, several models on many days', () => {
  expect(Object.keys(truth.byModel)).toHaveLength(3);
  expect(Object.keys(truth.byProject)).toHaveLength(7);
  expect(Object.keys(days).length).toBeGreaterThan(Object.keys(truth.byDay).length + 10);
  expect(truth.lines).toBeGreaterThan(2.5 * truth.total.calls);
});

test.skipIf(ccusage !== null)(`ccusage agrees${because(ccusage)}`, async () => {
  const theirs = await readWithCcusage(place.environment);
  agree(models, theirs.byModel);
  agree(days, byDayAndModel(theirs.byDay));
});

test.skipIf(tokscale !== null)(`tokscale agrees${because(tokscale)}`, async () => {
  const theirs = await readWithTokscale(place.environment);
  agree(undated(models), theirs.byModel);
  agree(undated(models), await modelsOfTokscale(place.environment));
  agree(undated(days), byDayAndModel(theirs.byDay));
});

function agree(ours: MeteredBy, theirs: Record<string, ToolUsage>): void {
  expect(tokens(theirs)).toEqual(tokens(ours));
  for (const [name, { nanos }] of Object.entries(ours)) {
    expect(Math.abs(nanos / 1e9 - (theirs[name]?.costUsd ?? Number.NaN)), name).toBeLessThan(1e-6);
  }
}

function tokens(sums: Record<string, Omit<ToolUsage, 'costUsd'>>): Record<string, Omit<ToolUsage, 'costUsd'>> {
  return Object.fromEntries(
    Object.entries(sums).map(([name, { input, output, cacheRead, cacheWrite }]) => [
      name,
      { input, output, cacheRead, cacheWrite },
    ]),
  );
}

function byDayAndModel(byDay: Record<string, Record<string, ToolUsage>>): Record<string, ToolUsage> {
  return Object.fromEntries(
    Object.entries(byDay).flatMap(([day, found]) =>
      Object.entries(found).map(([model, usage]): [string, ToolUsage] => [`${day} ${model}`, usage]),
    ),
  );
}

/** tokscale shows a model without the date of its release. */
function undated(sums: MeteredBy): MeteredBy {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name.replace(/-20\d{6}$/, ''), sum]));
}
