import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assistantLine, type AssistantLine } from '../../../src/sources/claudeCode/transcriptLine';
import { QuickLine } from '../../../src/sources/claudeCode/quickLine';
import { Instants } from '../../../src/sources/reading/instants';
import { JsonScanner, unsure } from '../../../src/sources/reading/jsonScanner';
import { assistant, plainUsage, spacedJson, user } from '../../support/claudeLines';

type Answer = { line: AssistantLine | null } | 'no JSON object';

function plainly(bytes: Buffer): Answer {
  try {
    return { line: assistantLine(bytes.toString('utf8')) };
  } catch {
    return 'no JSON object';
  }
}

/** One for all lines, so that what it remembers of a line must not show in the next one. */
const quick = new QuickLine();

function quickly(bytes: Buffer): Answer | 'unsure' {
  try {
    return { line: quick.read(Buffer.concat([Buffer.from('}\n'), bytes, Buffer.from('\n{')]), 2, 2 + bytes.length) };
  } catch (error) {
    if (error === unsure) return 'unsure';
    throw error;
  }
}

const anything = fc.jsonValue({ stringUnit: 'binary', maxDepth: 2 });
const odd = fc.oneof(
  anything,
  fc.double(),
  fc.bigInt().map(String),
  fc.constantFrom(-0, 1e21, 1e-7, 2 ** 53, '', 'é"\\'),
);
const count = fc.oneof({ weight: 4, arbitrary: fc.nat(1e15) }, odd);
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('standard', 'priority', 'batch', 'fast', 'us', '') },
  odd,
);
const usage = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      {
        input_tokens: count,
        output_tokens: count,
        cache_creation_input_tokens: count,
        cache_read_input_tokens: count,
        cache_creation: fc.oneof(
          fc.record({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count, more: odd }),
          odd,
        ),
        output_tokens_details: fc.oneof(fc.record({ thinking_tokens: count }), odd),
        server_tool_use: fc.oneof(fc.record({ web_search_requests: count, web_fetch_requests: count }), odd),
        service_tier: word,
        speed: word,
        inference_geo: word,
        iterations: fc.oneof(
          fc.array(
            fc.record({ type: fc.constantFrom('message', 'advisor_message'), model: word, output_tokens: count }),
          ),
          odd,
        ),
      },
      { requiredKeys: [] },
    ),
  },
  odd,
);
const text = fc.oneof(fc.stringMatching(/^[a-z/ ]{0,12}$/), fc.string({ unit: 'binary' }), odd);
const fields = fc.record(
  {
    type: fc.oneof({ weight: 5, arbitrary: fc.constant('assistant') }, text),
    requestId: text,
    uuid: text,
    timestamp: text,
    sessionId: text,
    cwd: fc.oneof(fc.constantFrom('/home/ana/shop', 'C:\\src\\größe'), text),
    isSidechain: fc.oneof(fc.boolean(), odd),
    isApiErrorMessage: fc.oneof(fc.boolean(), odd),
    forkedFrom: fc.oneof(fc.constant(null), odd),
    costUSD: fc.oneof(fc.double({ min: 0, max: 10 }), odd),
    other: anything,
  },
  { requiredKeys: [] },
);
const value = fc
  .record({ isAnswer: fc.boolean(), id: text, model: text, content: anything, usage, fields, reversed: fc.boolean() })
  .map(({ isAnswer, id, model, content, usage: used, fields: line, reversed }) => {
    const made = isAnswer
      ? assistant({ id, model, content, message: { usage: used }, line })
      : user(content, { ...line, message: { usage: used } });
    return reversed ? Object.fromEntries(Object.entries(made).reverse()) : made;
  });
const written = fc
  .record({ value, form: fc.constantFrom('compact', 'compact', 'spaced', 'escaped', 'windows') })
  .map(({ value: made, form }) => {
    const compact = JSON.stringify(made);
    if (form === 'spaced') return spacedJson(made);
    if (form === 'escaped') return compact.replace(/[a-z]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
    return form === 'windows' ? `${compact}\r` : compact;
  });

/** What damage looks like: bytes changed, lost, doubled, put in; also what makes other JSON of it. */
const damage = fc.record({
  at: fc.nat(),
  lost: fc.oneof(fc.nat(3), fc.nat(300)),
  put: fc.oneof(
    fc.constantFrom(
      '',
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '0',
      '-',
      '.',
      'e',
      'null',
      '\\u12',
      '\t',
      '\0',
      '\r',
      ' ',
    ),
    fc.constantFrom('"id":"m2",', '"usage":{},', '"type":"user",', '"\\u0069d":1,', '"__proto__":{"type":"x"},'),
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  ),
});
const damages = fc.oneof(fc.constant([]), fc.array(damage, { minLength: 1, maxLength: 3 }));

function damaged(line: string, all: readonly { at: number; lost: number; put: string }[]): Buffer {
  let bytes = Buffer.from(line);
  for (const { at, lost, put } of all) {
    const place = bytes.length === 0 ? 0 : at % bytes.length;
    bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(put, 'latin1'), bytes.subarray(place + lost)]);
  }
  return Buffer.from(bytes.filter((byte) => byte !== 10));
}

test('says of every line what JSON.parse says, or that it is unsure', () => {
  fc.assert(
    fc.property(written, damages, (line, all) => {
      const bytes = damaged(line, all);
      const answer = quickly(bytes);
      if (answer !== 'unsure') expect(answer).toEqual(plainly(bytes));
    }),
    { numRuns: 3_000 },
  );
});

describe('is sure of ordinary lines', () => {
  test.each([
    ['compact', JSON.stringify(assistant())],
    ['spaced', spacedJson(assistant())],
    ['of Windows', `${JSON.stringify(assistant({ line: { cwd: 'C:\\src\\größe' } }))}\r`],
    ['backwards', JSON.stringify(Object.fromEntries(Object.entries(assistant()).reverse()))],
    [
      'with escapes and iterations',
      JSON.stringify(assistant({ content: '"\\\n\u0001é', usage: { ...plainUsage, iterations: [{}] } })),
    ],
    ['of the user', JSON.stringify(user([{ type: 'text', text: '{"type":"assistant"' }]))],
  ])('%s', (_, line) => {
    const bytes = Buffer.from(line);
    expect(quickly(bytes)).toEqual(plainly(bytes));
  });
});

test('the scanner passes over exactly what JSON.parse takes', () => {
  const scanner = new JsonScanner();
  const json = fc.oneof(
    anything.map((one) => JSON.stringify(one)),
    fc.double().map(String),
    fc.stringMatching(/^-?[0-9.eE+-]{0,8}$/),
    fc.string({ unit: fc.constantFrom(...Array.from('{}[],:"\\ue0123atrulfsn \t')) }),
  );
  fc.assert(
    fc.property(json, damages, (line, all) => {
      const bytes = damaged(line, all);
      const scans = (): void => {
        scanner.begin(Buffer.concat([bytes, Buffer.from('\n')]), 0, bytes.length);
        scanner.skip();
        scanner.finish(bytes.length);
      };
      let valid = true;
      try {
        JSON.parse(bytes.toString('utf8'));
      } catch {
        valid = false;
      }
      if (valid) scans();
      else expect(scans).toThrow(unsure);
    }),
    { numRuns: 3_000 },
  );
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
  fc.assert(
    fc.property(fc.array(fc.tuple(near, form)), (drawn) => {
      for (const [date, formed] of drawn) {
        const written = formed(date.toISOString());
        expect(instants.of(written)).toBe(new Instants().of(written));
      }
    }),
  );
});
