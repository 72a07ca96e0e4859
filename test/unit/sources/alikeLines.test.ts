/** Lines that are like the one before are read in a way of their own: it must give what reading them one by one gives. */
import fc from '../../support/properties';
import { expect, test, vi } from 'vitest';
import type { UsageEvent } from '../../../src/protocol/event';
import { eventsOf } from '../../../src/protocol/eventColumns';
import { AlikeLines } from '../../../src/sources/claudeCode/alikeLines';
import { claudeCode } from '../../../src/sources/claudeCode/source';
import { Transcript } from '../../../src/sources/claudeCode/transcript';
import type { FieldScanner } from '../../../src/sources/reading/fieldScanner';
import { Instants } from '../../../src/sources/reading/instants';
import type { LineReader, LineSource } from '../../../src/sources/source';
import { assistant, plainUsage } from '../../support/claudeLines';
import { scanner } from './reading';

function scanned(): FieldScanner {
  if (scanner === null) throw new Error('no WebAssembly with SIMD here');
  return scanner;
}

const place = ['-home-ana-shop', 's.jsonl'];

interface Read {
  events: UsageEvent[];
  skipped: number;
}

function scan(lines: readonly string[], reader: LineReader, source: LineSource = claudeCode): void {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  bytes.copy(scanned().home);
  scanned().scan(0, bytes.length, source, reader);
}

/** `parts`: what is drained together. */
function inOneGo(parts: readonly (readonly string[])[]): Read {
  const transcript = new Transcript(place);
  const events = parts.flatMap((lines) => {
    scan(lines, transcript);
    return eventsOf(transcript.drain());
  });
  return { events, skipped: transcript.skipped };
}

function oneByOne(parts: readonly (readonly string[])[]): Read {
  const transcript = new Transcript(place);
  const events = parts.flatMap((lines) => {
    for (const line of lines) {
      const bytes = Buffer.from(line);
      if (bytes.includes(claudeCode.marker)) transcript.read(Buffer.from(`${line}\n`), 0, bytes.length);
    }
    return eventsOf(transcript.drain());
  });
  return { events, skipped: transcript.skipped };
}

const id = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('msg_1', 'msg_2', 'msg_3') },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>('', 'msg_bdrk_1', 'msg_vrtx_1', 'x'.repeat(256), 'x'.repeat(257), 'é', '"'),
  },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(undefined, null, 7, {}, false) },
);
const count = fc.oneof(
  { weight: 12, arbitrary: fc.nat(50) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(1e12, 1e12 + 1, 999_999_999_999_999, 1e15, -1, 1.5, 5e3, -0) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(undefined, null, '5', [], true) },
);
const timestamp = fc.oneof(
  { weight: 8, arbitrary: fc.nat(59_999).map((ms) => new Date(Date.UTC(2026, 8, 14, 8, 15, 0, ms)).toISOString()) },
  { weight: 2, arbitrary: fc.nat(9e8).map((ms) => new Date(Date.UTC(2026, 8, 14, 8, 15, 0, ms)).toISOString()) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>('2026-09-14T08:15:61.000Z', '2026-09-14T08:15:42Z', 'soon', '', 1, null),
  },
);

/** What a line has that the line before had not. */
const change = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record(
      {
        id: fc.constantFrom('msg_1', 'msg_2'),
        requestId: fc.constantFrom('req_1', 'req_2'),
        output_tokens: fc.nat(50),
        timestamp: fc.nat(9e8).map((ms) => new Date(Date.UTC(2026, 8, 14, 8, 15, 0, ms)).toISOString()),
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 10, arbitrary: fc.record({ id, requestId: id, timestamp }, { requiredKeys: [] }) },
  {
    weight: 10,
    arbitrary: fc.record(
      { timestamp, input_tokens: count, output_tokens: count, cache_read_input_tokens: count },
      { requiredKeys: [] },
    ),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        id,
        cache_creation_input_tokens: count,
        cache_creation: fc.oneof(
          fc.record({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count }, { requiredKeys: [] }),
          fc.constantFrom(null, undefined, 3),
        ),
        output_tokens_details: fc.record({ thinking_tokens: count }),
        server_tool_use: fc.record({ web_search_requests: count }),
      },
      { requiredKeys: [] },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        model: fc.constantFrom<unknown>(
          'claude-opus-4-8',
          'claude-haiku-4-5',
          '<synthetic>',
          '',
          null,
          'm'.repeat(257),
        ),
        isSidechain: fc.boolean(),
        isApiErrorMessage: fc.constantFrom(true, false, undefined),
        forkedFrom: fc.constantFrom<unknown>({ sessionId: 'a' }, 'a', undefined),
        sessionId: id,
        cwd: fc.constantFrom('/home/ana/shop', '/home/ana/größe', undefined),
        costUSD: fc.constantFrom<unknown>(0, 1, 0.25, -1, 'x', undefined),
        type: fc.constantFrom('assistant', 'assistant', 'user'),
        service_tier: fc.constantFrom('standard', 'batch', undefined),
        iterations: fc.constantFrom<unknown>(
          undefined,
          [],
          [{ type: 'advisor_message', model: 'claude-opus-4-6', output_tokens: 4 }],
        ),
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.constant('{"x_tokens": damaged' as const) },
  { weight: 1, arbitrary: fc.constant('{"x_tokens":[]}' as const) },
);

/** Most of what is unusual is so in one line only. */
const step = fc.record({ changed: change, lasts: fc.nat(3).map((drawn) => drawn === 0) });

const usageFields = new Set([
  ...Object.keys(plainUsage),
  'cache_creation',
  'output_tokens_details',
  'server_tool_use',
  'service_tier',
  'iterations',
]);

function written(steps: readonly { changed: Record<string, unknown> | string; lasts: boolean }[]): string[] {
  let lasting: Record<string, unknown> = { id: 'msg_1', requestId: 'req_1', ...plainUsage };
  return steps.map(({ changed, lasts }) => {
    if (typeof changed === 'string') return changed;
    const fields = { ...lasting, ...changed };
    if (lasts) lasting = fields;
    const usage: Record<string, unknown> = {};
    const line: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fields)) (usageFields.has(name) ? usage : line)[name] = value;
    const { id: call, model = 'claude-opus-4-8', ...rest } = line;
    return JSON.stringify(assistant({ id: call, model, usage, line: rest, content: [] }));
  });
}

test('gives what reading the lines one by one gives', () => {
  const take = vi.spyOn(AlikeLines.prototype, 'take');
  let alike = 0;
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 12 }), { maxLength: 3 }), (drawn) => {
      const lines = written(drawn.flat());
      let at = 0;
      const parts = drawn.map((part) => lines.slice(at, (at += part.length)));
      take.mockClear();
      expect(inOneGo(parts)).toEqual(oneByOne(parts));
      alike += take.mock.results.filter(({ value }) => value === true).length;
    }),
    { numRuns: 4_000 },
  );
  take.mockRestore();
  expect(alike).toBeGreaterThan(4_000);
});

test('of ordinary lines all but the first are alike', () => {
  const lines = Array.from({ length: 50 }, (_, index) => {
    const timestamp = new Date(Date.UTC(2026, 8, 14, 8, 0, 0, index * 600_000)).toISOString();
    const usage = { ...plainUsage, output_tokens: index };
    return JSON.stringify(assistant({ id: `msg_${index >> 1}`, usage, line: { timestamp, uuid: `u${index}` } }));
  });
  let alike = 0;
  const reader: LineReader = {
    size: 0,
    skipped: 0,
    drain: () => new Transcript(place).drain(),
    read: () => undefined,
    readFields: (row) => {
      if (row.isAlike) alike++;
    },
  };
  scan(lines, reader);
  expect(alike).toBe(49);
  expect(inOneGo([lines]).events.map(({ key, tokens }) => [key.call, tokens.output])).toEqual(
    Array.from({ length: 25 }, (_, call) => [`msg_${call}`, 2 * call + 1]),
  );
});

test('an error that used nothing is no call, whatever the line before it was', () => {
  const nothing = { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  const failed = (id: string, usage: object): string =>
    JSON.stringify(assistant({ id, usage: { ...plainUsage, ...usage }, line: { isApiErrorMessage: true } }));
  const { events } = inOneGo([[failed('msg_1', {}), failed('msg_2', nothing), failed('msg_3', {})]]);
  expect(events.map(({ key, status }) => [key.call, status])).toEqual([
    ['msg_1', 'error'],
    ['msg_3', 'error'],
  ]);
});

test('an instant is the same whatever was read before it', () => {
  const instants = new Instants();
  const near = fc.date({
    min: new Date('2026-09-14T22:00:00Z'),
    max: new Date('2026-09-15T01:00:00Z'),
    noInvalidDate: true,
  });
  const form = fc.constantFrom(
    (text: string) => text,
    (text: string) => text.replace('Z', '+02:00'),
    (text: string) => text.replace(/\.\d+Z/, 'Z'),
    (text: string) => text.replace(/:\d\d\./, ':60.'),
    (text: string) => text.replace('T2', 'T3'),
    (text: string) => text.replace(/\d\./, 'x.'),
    (text: string) => text.replace('-14', '-31').replace('-09', '-02'),
    (text: string) => text.replace('2026', '1999'),
  );
  const source: LineSource = { ...claudeCode, marker: '"t"', fields: ['t'], varying: [] };
  fc.assert(
    fc.property(fc.array(fc.tuple(near, form)), (drawn) => {
      const texts = drawn.map(([date, formed]) => formed(date.toISOString()));
      const found: (number | null)[] = [];
      scan(
        texts.map((t) => JSON.stringify({ t })),
        {
          size: 0,
          skipped: 0,
          drain: () => new Transcript(place).drain(),
          read: () => undefined,
          readFields: (row) => found.push(instants.ofText(row, 0)),
        },
        source,
      );
      expect(found).toEqual(texts.map((text) => new Instants().of(text)));
    }),
  );
});
