/** Fields of lines of JSON: whoever finds them, they are the same. */
import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { FieldScanner } from '../../../src/sources/reading/fieldScanner';
import { realFileSystem } from '../../../src/sources/reading/fileSystem';
import { readLines, type LineVisitor } from '../../../src/sources/reading/lines';
import { below, ParsedRow, type Fields, type Row } from '../../../src/sources/reading/row';
import { assistant, plainUsage, spacedJson, user } from '../../support/claudeLines';
import { traps, writeClaudeTree } from '../../support/claudeTree';
import fc from '../../support/properties';
import { newFolder, readAll, scanner, writeTranscript } from './reading';

/** One for all lines, so that what it remembers of a line must not show in the next one. */
function byScanner(bytes: Buffer, visitor: LineVisitor): void {
  if (scanner === null) throw new Error('no WebAssembly with SIMD here');
  // What a search beyond the end would find.
  scanner.home.fill(`"${visitor.markers.join('')}{}[],:`, bytes.length, bytes.length + 200);
  bytes.copy(scanner.home);
  scanner.scan(0, bytes.length, visitor);
}

function byParsing(bytes: Buffer, visitor: LineVisitor): void {
  readLines(bytes, 0, bytes.length, visitor);
}

interface Wanted {
  markers: readonly string[];
  fields: Fields;
}

interface Found {
  /** Of each line where it begins, and what is said of each field. */
  lines: unknown[];
  unreadable: number;
  /** How many rows the scanner filled itself. */
  sure: number;
}

function found(by: typeof byScanner, lines: readonly (Buffer | string)[], { markers, fields }: Wanted): Found {
  const all: Found = { lines: [], unreadable: 0, sure: 0 };
  const names = Object.keys(fields);
  const said = (row: Row): unknown[] =>
    names.map((name) => [
      row.value(name),
      row.isObject(name),
      row.text(name),
      row.instant(name),
      row.rows(name, fields).map((inner) => names.map((field) => inner.value(field))),
      row.count(name),
      row.flawed,
    ]);
  by(Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')])), {
    markers,
    fields,
    line(row, at) {
      if (!(row instanceof ParsedRow)) all.sure++;
      all.lines.push({ at, said: said(row) });
    },
    unreadable: () => all.unreadable++,
  });
  return all;
}

function expectSame(lines: readonly (Buffer | string)[], wanted: Wanted): Found {
  const scanned = found(byScanner, lines, wanted);
  const parsed = found(byParsing, lines, wanted);
  expect({ ...scanned, sure: 0 }).toEqual(parsed);
  return scanned;
}

const keys = ['a', 'b', 'id', 'type', 'a_tokens', 'longer_than_eight_1', 'longer_than_eight_2', 'usage', '__proto__'];
const oddKeys = ['', 'é', '"', '\\', 'constructor', 'a b'];
const key = fc.oneof({ weight: 25, arbitrary: fc.constantFrom(...keys) }, fc.constantFrom(...oddKeys));
const wanted = fc.record({
  markers: fc.uniqueArray(fc.constantFrom('_tokens"', '"a', '"id"', 'e'), { minLength: 1, maxLength: 3 }),
  fields: fc
    .array(
      fc.array(key, { minLength: 1, maxLength: 3 }).map((path) => path.join('.')),
      { maxLength: 9 },
    )
    .map((paths): Fields => Object.fromEntries(paths.map((path, index) => [`field${index}`, path]))),
});

const prose = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('\\', '\\\\', '"', '\n', '\u0001', '\u2028', '\ud800', 'a'.repeat(63), '\\"'.repeat(33), '"a":{'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => JSON.stringify(parts.join('')));
const plain = fc.oneof(
  fc.constantFrom('null', 'true', 'false', '0', '7', '806', '""', '"x"', '"msg_01"', '"2026-09-14T08:15:42.317Z"'),
  fc.constantFrom('999999999999999', '1000000000000000', '9007199254740993', '1000000000001', '-0', '-7', '1.5', '1e3'),
  fc.constantFrom(
    '"2026-09-14T08:15:42+02:00"',
    '"2026-02-31T24:00:00Z"',
    '"1999-09-14T08:15:42Z"',
    '"\\ud83d"',
    '"é"',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  prose,
);
const wrong = fc.constantFrom(
  '01',
  '+1',
  '1.',
  '.5',
  '1e',
  'nul',
  'falsehood',
  'NaN',
  '"\\x"',
  '"\\u12"',
  '"\t"',
  "'x'",
);
const scalar = fc.oneof({ weight: 40, arbitrary: plain }, { weight: 1, arbitrary: wrong });
const space = fc.constantFrom('', '', '', ' ', '\t', '\r', ' \t  ');
const escapedKey = key.map((name) => JSON.stringify(name).replace('a', '\\u0061'));
/** JSON, and what is nearly JSON; names may stand twice. */
const { value, object } = fc.letrec<{ value: string; object: string; list: string; member: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, tie('object'), tie('list')),
  list: fc.array(tie('value'), { maxLength: 3 }).map((entries) => `[${entries.join(',')}]`),
  member: fc
    .tuple(
      fc.oneof(
        { weight: 30, arbitrary: key.map((name) => JSON.stringify(name)) },
        { weight: 1, arbitrary: escapedKey },
      ),
      space,
      tie('value'),
    )
    .map(([name, blank, inner]) => `${blank}${name}${blank}:${blank}${inner}${blank}`),
  object: fc.array(tie('member'), { maxLength: 6 }).map((members) => `{${members.join(',')}}`),
}));

/** Bytes lost, and others put in. */
const damage = fc.record({
  at: fc.nat(),
  lost: fc.oneof(fc.nat(3), fc.nat(300)),
  put: fc.oneof(
    fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', 'null', '\\u12', '\t', '\0', ' '),
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  ),
});
const damages = fc.oneof(
  { weight: 5, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(damage, { minLength: 1, maxLength: 3 }) },
);

function damaged(line: string, all: readonly { at: number; lost: number; put: string }[]): Buffer {
  let bytes = Buffer.from(line);
  for (const { at, lost, put } of all) {
    const place = bytes.length === 0 ? 0 : at % bytes.length;
    bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(put, 'latin1'), bytes.subarray(place + lost)]);
  }
  return Buffer.from(bytes.filter((byte) => byte !== 10));
}

const line = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(object, damages).map(([text, all]) => damaged(text, all)) },
  {
    weight: 1,
    arbitrary: fc.tuple(space, object).map(([blank, text]) => Buffer.from(`\ufeff${blank}${text}${blank}`)),
  },
  { weight: 1, arbitrary: value.map((text) => Buffer.from(text.replaceAll('\n', ''))) },
);
/** Neighbouring lines that say the same in part, as those of one response do. */
const lines = fc
  .array(fc.record({ line, times: fc.integer({ min: 1, max: 3 }) }), { maxLength: 6 })
  .map((drawn) => drawn.flatMap(({ line: one, times }) => Array.from({ length: times }, () => one)));

test('of any lines the scanner finds in any fields what JSON.parse finds', () => {
  let sure = 0;
  fc.assert(
    fc.property(lines, wanted, (drawn, asked) => {
      sure += expectSame(drawn, asked).sure;
    }),
    { numRuns: 4_000 },
  );
  expect(sure).toBeGreaterThan(4_000);
});

const ordinary = {
  markers: ['_tokens"'],
  fields: { type: 'type', cwd: 'cwd', ...below('message', { id: 'id', input: 'usage.input_tokens' }) },
};

test.each([
  ['compact', JSON.stringify(assistant())],
  ['spaced', spacedJson(assistant())],
  ['of Windows', `${JSON.stringify(assistant({ line: { cwd: 'C:\\src\\größe' } }))}\r`],
  ['backwards', JSON.stringify(Object.fromEntries(Object.entries(assistant()).reverse()))],
  [
    'with escapes and iterations',
    JSON.stringify(assistant({ content: '"\\\n\u0001é', usage: { ...plainUsage, iterations: [{}] } })),
  ],
  ['of the user', JSON.stringify(user([{ type: 'text', text: '{"type":"assistant","x_tokens":1' }, { a_tokens: 1 }]))],
])('the scanner is sure of ordinary lines: %s', (_, text) => {
  expect(expectSame([text], ordinary)).toMatchObject({ sure: 1, unreadable: 0 });
});

test.each([
  ['a field', '{"a_tokens":1,"a_tokens":2}'],
  ['an object', '{"usage":{"a_tokens":5},"usage":{"b":1}}'],
  ['an object, then null', '{"usage":{"a_tokens":5},"usage":null}'],
  ['by an escape', '{"a_tokens":1,"\\u0061_tokens":2}'],
])('the scanner is not sure of a line that says twice: %s', (_, text) => {
  const fields = { direct: 'a_tokens', within: 'usage.a_tokens', other: 'usage.b' };
  expect(expectSame([text], { markers: ['a_tokens'], fields })).toMatchObject({ sure: 0, unreadable: 0 });
});

test('the scanner passes over exactly what JSON.parse takes', () => {
  const escaped = prose.map((text) => text.replace(/[a-z]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`));
  // Strings with whatever escapes, across the borders of blocks.
  const parts = fc.constantFrom('\\', '\\', '\\\\', '"', 'n', 'u00e9', 'ü', 'x', '\t');
  const long = fc
    .tuple(fc.nat(70), fc.array(parts, { maxLength: 90 }))
    .map(([length, all]) => `"${'.'.repeat(length)}${all.join('')}"`);
  const json = fc.oneof(
    fc.jsonValue({ stringUnit: 'binary', maxDepth: 2 }).map((one) => JSON.stringify(one)),
    value,
    prose,
    escaped,
    fc.stringMatching(/^-?[0-9.eE+-]{0,8}$/),
    fc.string({ unit: fc.constantFrom(...Array.from('{}[],:"\\ue0123atrulfsn \t')) }),
    long,
  );
  fc.assert(
    fc.property(json, damages, (text, all) => {
      const inner = damaged(text, all);
      const whole = Buffer.concat([Buffer.from('{"_x":['), inner, Buffer.from(']}')]);
      const { sure } = found(byScanner, [whole], { markers: ['"_x"'], fields: { y: 'y' } });
      // What is no list of its own may still be part of a valid line, whose keys may be unusual.
      if (isJson(`[${inner.toString('utf8')}]`)) expect(sure).toBe(1);
      if (!isJson(whole.toString('utf8'))) expect(sure).toBe(0);
    }),
    { numRuns: 5_000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('what a row says of a value', () => {
  const names = ['text', 'label', 'flag', 'number', 'count', 'instant'] as const;
  const said = (value: unknown): unknown[] => {
    const row = new ParsedRow({ value }, { value: 'value' });
    return [...names.map((name) => row[name]('value')), row.has('value'), row.flawed];
  };
  expect(said(undefined)).toEqual([null, null, false, null, 0, null, false, false]);
  expect(said(null)).toEqual([null, null, false, null, 0, null, false, false]);
  expect(said(true)).toEqual([null, null, true, null, 0, null, true, true]);
  expect(said('ä')).toEqual(['ä', 'ä', false, null, 0, null, true, true]);
  expect(said('')).toEqual(['', null, false, null, 0, null, true, true]);
  expect(said('x'.repeat(257)).slice(1, 3)).toEqual([null, false]);
  expect(said(12)).toEqual([null, null, false, 12, 12, null, true, false]);
  expect(said(-1.5)).toEqual([null, null, false, -1.5, 0, null, true, true]);
  expect(said(1e12 + 1)).toEqual([null, null, false, 1e12 + 1, 0, null, true, true]);
  expect(said(Infinity)).toEqual([null, null, false, null, 0, null, true, true]);
  expect(said('2026-09-14T10:15:42.317+02:00')[5]).toBe(Date.UTC(2026, 8, 14, 8, 15, 42, 317));
  for (const none of ['2026-09-14T08:15:42', '2026-13-44T08:15:42Z', '9999-12-31T23:59:59Z', 'soon']) {
    expect(said(none)[5]).toBeNull();
  }
});

test.each([
  ['the scanner', byScanner],
  ['JSON.parse', byParsing],
])('a line whose reader throws is counted, and is nothing to the lines behind it: %s', (_, by) => {
  const texts = ['aaaa', 'bbbb', 'cccc'].map((id) => `${JSON.stringify(assistant({ id }))}\n`);
  const taken: unknown[] = [];
  let unreadable = 0;
  by(Buffer.from(texts.join('')), {
    ...ordinary,
    line(row) {
      if (row.text('id') === 'bbbb') throw new Error('reader');
      taken.push(row.text('id'));
    },
    unreadable: () => unreadable++,
  });
  expect({ taken, unreadable }).toEqual({ taken: ['aaaa', 'cccc'], unreadable: 1 });
});

test('more fields than a row has room for are refused', () => {
  const fields = Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`f${index}`, `f${index}`]));
  expect(() => found(byScanner, [], { markers: ['x'], fields })).toThrow('slots');
  expect(() => found(byScanner, [], { markers: ['x'.repeat(9000)], fields: {} })).toThrow('room');
});

test('a tree of files is read as JSON.parse alone reads it, whatever the system hands over at a time', () => {
  const folder = newFolder();
  writeClaudeTree({ directory: folder, sessions: 24, traps });
  const usual = readAll(folder, [], { by: null });
  expect(usual.events.length).toBeGreaterThan(100);
  expect(readAll(folder).batches).toEqual(usual.batches);
  for (const most of [4_096, 7_001]) {
    const read: typeof realFileSystem.read = (descriptor, buffer, at, length, position) =>
      realFileSystem.read(descriptor, buffer, at, Math.min(length, most), position);
    const { events, cursors } = readAll(folder, [], { fileSystem: { ...realFileSystem, read } });
    expect({ events, cursors }).toEqual({ events: usual.events, cursors: usual.cursors });
  }
});

test('a line longer than its memory is read by JSON.parse, and the ones behind it by the scanner again', () => {
  const folder = newFolder();
  const answers = [
    assistant({ id: 'before' }),
    assistant({ id: 'long', content: 'x"'.repeat(2 << 20) }),
    assistant({ id: 'behind' }),
    assistant({ id: 'last' }),
  ];
  const file = writeTranscript(folder, answers);
  expect(fs.statSync(file).size).toBeGreaterThan(2 * (scanner?.home.length ?? 0));
  const { events, cursors } = readAll(folder);
  const { events: parsed, cursors: behind } = readAll(folder, [], { by: null });
  expect(events.map(({ key }) => key.call)).toEqual(['before', 'long', 'behind', 'last']);
  expect({ events, cursors }).toEqual({ events: parsed, cursors: behind });
});

test('more lines than a table has rows', () => {
  const texts = Array.from({ length: 3_000 }, (_, index) => JSON.stringify(assistant({ id: `m${index}` })));
  expect(expectSame(texts, ordinary).lines).toHaveLength(3_000);
});

test('a processor that knows nothing of it has no scanner', () => {
  expect(FieldScanner.create(null)).toBeNull();
  expect(FieldScanner.create(Buffer.from('\0asm no module'))).toBeNull();
});
