/** With everything that real transcripts hold, our figures are the generator's known truth: tokens and money, exactly. */
import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { traps, writeClaudeTree, type ClaudeTreeOptions } from '../../support/claudeTree';
import type { ClaudeTruth, Sums } from '../../support/claudeTruth';
import { listCost, sessionCosts } from './listPrice';
import { Meter, newPlace, read, type Metered, type MeteredBy, type Place } from './meter';

const responsesPerSession = 10;
/** Two calls of one model can differ in price in fast mode, so that it has a test of its own. */
const costed = traps.filter((trap) => trap !== 'fast');
const shape = { responsesPerSession, bedrock: true, subagents: true, advisors: true, attempts: true };

interface Read {
  place: Place;
  truth: ClaudeTruth;
  found: Found;
}

interface Found {
  total: Metered;
  models: MeteredBy;
  projects: MeteredBy;
  sessions: MeteredBy;
  days: MeteredBy;
  /** `session day` */
  sessionDays: MeteredBy;
}

async function ask(meter: Meter): Promise<Found> {
  return {
    total: await meter.total(),
    models: await meter.sums('model'),
    projects: await meter.sums('project'),
    sessions: await meter.sums('session'),
    days: await meter.sums('day'),
    sessionDays: await meter.sums('session', 'day'),
  };
}

function written(options: Partial<ClaudeTreeOptions>): { place: Place; truth: ClaudeTruth } {
  const place = newPlace();
  const truth = writeClaudeTree({
    directory: place.claude,
    sessions: 24,
    responsesPerSession,
    traps: costed,
    ...options,
  });
  return { place, truth };
}

async function readTree(options: Partial<ClaudeTreeOptions> = {}): Promise<Read> {
  const { place, truth } = written(options);
  return { place, truth, found: await read(place, ask) };
}

describe.each([
  ['compact JSON', {}],
  ['JSON with white space', { spaced: true, seed: 8 }],
] as const)('everything at once, %s', (_, options) => {
  let tree: Read;
  let costs: Map<string, bigint>;

  beforeAll(async () => {
    tree = await readTree(options);
    costs = sessionCosts(tree.truth, shape);
  });

  test('tokens and calls by model, project, session and day', () => {
    tokensAreTrue(tree.found, tree.truth);
  });

  test('cost by model', () => {
    expect(nanos(tree.found.models)).toEqual(
      Object.fromEntries(Object.entries(tree.truth.byModel).map(([model, sums]) => [model, listCost(model, sums)])),
    );
  });

  test('cost by session, and in total', () => {
    expect(nanos(tree.found.sessions)).toEqual(Object.fromEntries(costs));
    expect(BigInt(tree.found.total.nanos)).toBe([...costs.values()].reduce((sum, cost) => sum + cost));
  });

  test('cost by project and by day', () => {
    const sessionDays = Object.keys(tree.found.sessionDays).map((name) => name.split(' '));
    expect(sessionDays).toHaveLength(24); // no session of this tree goes past midnight
    const byDay = new Map(sessionDays.map(([session = '', day = '']) => [session, day]));
    expect(nanos(tree.found.days)).toEqual(folded(costs, (session) => byDay.get(session) ?? ''));
    expect(nanos(tree.found.projects)).toEqual(
      folded(costs, (session) => {
        const number = Number.parseInt(session.slice(-12), 16);
        return `p${number % 5}${number % 2 === 1 ? ' größe' : ''}`;
      }),
    );
  });

  test('nothing is without a price', () => {
    expect(tree.found.total.unpricedEvents).toBe(0);
  });
});

describe('however the files are come by', () => {
  let once: Read;
  let files: string[];

  beforeAll(async () => {
    once = await readTree();
    files = transcripts(once.place.claude);
  });

  test('all of them read again from the beginning, into the same ledger', async () => {
    // Files that were replaced are other files: nothing of them is known to have been read.
    for (const file of files) {
      copyFileSync(file, `${file}.copy`);
      renameSync(`${file}.copy`, file);
    }
    expect(await read(once.place, ask)).toEqual(once.found);
  });

  test('read from zero, into a new ledger', async () => {
    const again = { ...once.place, dataDirectory: `${once.place.dataDirectory}-again` };
    expect(await read(again, ask)).toEqual(once.found);
  });

  test('deleted afterwards', async () => {
    const { place, found } = await readTree({ sessions: 6 });
    rmSync(path.join(place.claude, 'projects'), { recursive: true });
    expect(await read(place, ask)).toEqual(found);
  });

  test('one after the other, the engine killed in between', async () => {
    const { place, found } = await inParts(4, (names) => names);
    expect(found).toEqual(once.found);
    expect(await read(place, ask)).toEqual(once.found);
  });

  test('the last ones first: nothing but whose session an unmarked copy is depends on it', async () => {
    const { found, truth } = await inParts(3, (names) => names.reverse());
    expect([found.total, found.models, found.days]).toEqual([once.found.total, once.found.models, once.found.days]);
    expect(Object.keys(found.sessions).sort()).toEqual(Object.keys(truth.bySession).sort());
  });

  test('the last ones first, without sessions resumed: everything is the same', async () => {
    const without = costed.filter((trap) => trap !== 'resumes');
    const { found, truth } = await inParts(3, (names) => names.reverse(), { traps: without });
    tokensAreTrue(found, truth);
    expect(nanos(found.sessions)).toEqual(Object.fromEntries(sessionCosts(truth, shape)));
  });

  /** Lets some more files appear before each start, and kills the engine as soon as it has read them. */
  async function inParts(
    parts: number,
    order: (names: string[]) => string[],
    options: Partial<ClaudeTreeOptions> = {},
  ): Promise<Read> {
    const { place, truth } = written(options);
    const aside = path.join(place.environment['HOME'] ?? '', 'aside');
    renameSync(path.join(place.claude, 'projects'), aside);
    const names = order(transcripts(aside).map((file) => path.relative(aside, file)));
    for (let part = 0; part < parts; part++) {
      for (const name of names.splice(0, Math.ceil(names.length / (parts - part)))) {
        const file = path.join(place.claude, 'projects', name);
        mkdirSync(path.dirname(file), { recursive: true });
        renameSync(path.join(aside, name), file);
      }
      const meter = new Meter(place);
      await meter.engine.refresh();
      await meter.engine.kill();
    }
    return { place, truth, found: await read(place, ask) };
  }
});

test('fast mode, where every call is fast: six times the tokens of Opus 4.6, the rest at standard price', async () => {
  // The generator makes the first call of a session fast.
  const { found, truth } = await readTree({ responsesPerSession: 1, traps: ['fast', 'oneHourWrites', 'webSearches'] });
  const expected = Object.entries(truth.byModel).map(([model, sums]): [string, bigint] => {
    const factor = model === 'claude-opus-4-6' ? 6n : 1n;
    const searches = { ...noTokens, webSearches: sums.webSearches };
    return [model, factor * listCost(model, { ...sums, webSearches: 0 }) + listCost(model, searches)];
  });
  expect(nanos(found.models)).toEqual(Object.fromEntries(expected));
});

test('with fast calls among them, tokens are true all the same', async () => {
  const { found, truth } = await readTree({ traps, seed: 3 });
  tokensAreTrue(found, truth);
});

const noTokens = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };

function tokensAreTrue(found: Found, truth: ClaudeTruth): void {
  expect(tokens(found.total)).toEqual(tokensOf(truth.total));
  expect(each(found.models, tokens)).toEqual(each(truth.byModel, tokensOf));
  expect(each(found.projects, tokens)).toEqual(each(truth.byProject, tokensOf));
  expect(each(found.sessions, tokens)).toEqual(each(truth.bySession, tokensOf));
  expect(each(found.days, tokens)).toEqual(each(truth.byDay, tokensOf));
}

const tokens = ({ events, input, output, cacheRead, cacheWrite }: Metered): object => ({
  events, input, output, cacheRead, cacheWrite,
}); // prettier-ignore

const tokensOf = ({ calls, input, output, cacheRead, cacheWrite5m, cacheWrite1h }: Sums): object => ({
  events: calls, input, output, cacheRead, cacheWrite: cacheWrite5m + cacheWrite1h,
}); // prettier-ignore

function nanos(sums: MeteredBy): Record<string, bigint> {
  return each(sums, (sum) => BigInt(sum.nanos));
}

function each<T, U>(record: Record<string, T>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

function folded(costs: Map<string, bigint>, name: (session: string) => string): Record<string, bigint> {
  const sums: Record<string, bigint> = {};
  for (const [session, cost] of costs) sums[name(session)] = (sums[name(session)] ?? 0n) + cost;
  return sums;
}

/** In the order in which the generator wrote them. */
function transcripts(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => path.join(directory, name))
    .sort((a, b) => sessionPart(a).localeCompare(sessionPart(b)));
}

function sessionPart(file: string): string {
  return /[\da-f]{8}-0000-4000-8000-[\da-f]{12}.*$/.exec(file)?.[0] ?? file;
}
