import { expect, test } from 'vitest';
import type { UsageEvent } from '../../../src/protocol/event';
import { eventsOf, joined } from '../../../src/protocol/eventColumns';
import { Merger } from '../../../src/sources/merger';
import { traps, writeClaudeTree } from '../../support/claudeTree';
import { newFolder, readAll } from './reading';

function columnsOf(events: readonly UsageEvent[]): ReturnType<Merger['drain']> {
  const copies = new Merger();
  for (const event of events) copies.add(event);
  return copies.drain();
}

test('events come out as they went in, also from thread to thread', () => {
  const directory = newFolder();
  writeClaudeTree({ directory, sessions: 12, traps });
  const { events } = readAll(directory);
  const calls = new Map(events.map((event) => [event.key.call, event]));
  const different = [...calls.values()].map((event, index) =>
    index % 3 === 0 ? { ...event, reportedCostNanos: index } : event,
  );
  expect(different.length).toBeGreaterThan(100);
  const columns = columnsOf(different);
  const { buffer } = columns.numbers;
  const arrived = structuredClone(columns, { transfer: [buffer] });
  expect(buffer.byteLength).toBe(0);
  expect(eventsOf(arrived)).toEqual(different);
});

test('parts are joined in their order, each with what its events have in common', () => {
  const directory = newFolder();
  writeClaudeTree({ directory, sessions: 6, traps });
  const { events } = readAll(directory);
  const parts = [events.slice(0, 7), [], events.slice(7, 8), events.slice(8)].map(columnsOf);
  expect(eventsOf(joined(parts))).toEqual(parts.flatMap(eventsOf));
  expect(eventsOf(joined([]))).toEqual([]);
});

test('copies meet that agree in call, request and traits: the greater output stays, at the earlier instant', () => {
  const directory = newFolder();
  writeClaudeTree({ directory, sessions: 1 });
  const [event] = readAll(directory).events;
  if (event === undefined) throw new Error('nothing was read');
  const copy = (
    request: string | null,
    atMs: number,
    output: number,
    traits: Partial<UsageEvent['copy']> = {},
  ): UsageEvent => ({
    ...event,
    key: { ...event.key, request },
    atMs,
    copy: { ...event.copy, ...traits },
    tokens: { ...event.tokens, output },
  });
  const events = eventsOf(
    columnsOf([
      copy('a', 5, 1),
      copy('b', 9, 1),
      copy('a', 7, 3),
      copy('a', 8, 3, { forked: true }),
      copy(null, 4, 2),
      copy('a', 6, 2),
      copy('b', 3, 0),
      copy('a', 2, 1, { sidechain: true }),
      copy(null, 6, 2),
    ]),
  );
  expect(
    events.map(({ key, atMs, tokens, copy: { forked, sidechain } }) => [
      key.request,
      atMs,
      tokens.output,
      forked,
      sidechain,
    ]),
  ).toEqual([
    ['a', 5, 3, false, false],
    ['b', 3, 1, false, false],
    ['a', 8, 3, true, false],
    [null, 4, 2, false, false],
    ['a', 2, 1, false, true],
  ]);
});
