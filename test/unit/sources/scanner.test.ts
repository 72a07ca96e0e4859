import fc from '../../support/properties';
import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { ScannedLine } from '../../../src/sources/claudeCode/scannedLine';
import { claudeCode } from '../../../src/sources/claudeCode/source';
import { Transcript } from '../../../src/sources/claudeCode/transcript';
import type { AssistantLine } from '../../../src/sources/claudeCode/transcriptLine';
import { joined } from '../../../src/protocol/eventColumns';
import type { FieldRow } from '../../../src/sources/reading/fieldRow';
import { FieldScanner } from '../../../src/sources/reading/fieldScanner';
import { realFileSystem } from '../../../src/sources/reading/fileSystem';
import type { LineReader, LineSource } from '../../../src/sources/source';
import { assistant, plainUsage, spacedJson, user } from '../../support/claudeLines';
import { traps, writeClaudeTree } from '../../support/claudeTree';
import { anything, damaged, damages, plainly, written, type Answer } from './anyLines';
import { newFolder, readAll, scanner, writeTranscript } from './reading';

/** One for all lines, so that what it remembers of a line must not show in the next one. */
function scanned(): FieldScanner {
  if (scanner === null) throw new Error('no WebAssembly with SIMD here');
  return scanner;
}

const lineFeed = Buffer.from('\n');
const byteOrderMark = Buffer.from('\ufeff');

/** What the scanner finds in a buffer of lines: of each line with the marker what it says, or that it is unsure. */
function found(lines: readonly Buffer[], source: LineSource = claudeCode): { text: string; says: Answer | 'unsure' }[] {
  const { home } = scanned();
  const all = Buffer.concat(lines.flatMap((line) => [line, lineFeed]));
  // What a search beyond the end would find.
  home.fill(`"${source.marker}{}[],:`, all.length, all.length + 200);
  all.copy(home);
  const answers: { text: string; says: Answer | 'unsure' }[] = [];
  let text: (begin: number, end: number) => string = () => '';
  const reader: LineReader = {
    size: 0,
    skipped: 0,
    drain: () => joined([]),
    read: (bytes, begin, end) => {
      answers.push({ text: bytes.toString('utf8', begin, end), says: 'unsure' });
    },
    readFields: (row) => answers.push({ text: text(row.begin, row.end), says: { line: plain(row) } }),
  };
  text = (begin, end) => Buffer.from(home.buffer).toString('utf8', begin, end);
  scanned().scan(0, all.length, source, reader);
  return answers;
}

/** As an object of its own. */
function plain(row: FieldRow): AssistantLine | null {
  const line = new ScannedLine(row);
  if (!line.isAssistant) return null;
  const { usage } = line;
  return {
    usage: {
      input_tokens: usage.input_tokens,
      output_tokens: usage.output_tokens,
      cache_creation_input_tokens: usage.cache_creation_input_tokens,
      cache_read_input_tokens: usage.cache_read_input_tokens,
      ephemeral_5m_input_tokens: usage.ephemeral_5m_input_tokens,
      ephemeral_1h_input_tokens: usage.ephemeral_1h_input_tokens,
      thinking_tokens: usage.thinking_tokens,
      web_search_requests: usage.web_search_requests,
      service_tier: usage.service_tier,
      speed: usage.speed,
      inference_geo: usage.inference_geo,
    },
    id: line.id,
    model: line.model,
    requestId: line.requestId,
    uuid: line.uuid,
    parentUuid: line.parentUuid,
    timestamp: line.timestamp,
    sessionId: line.sessionId,
    cwd: line.cwd,
    isSidechain: line.isSidechain,
    isApiErrorMessage: line.isApiErrorMessage,
    forked: line.forked,
    costUSD: line.costUSD,
    iterations: line.iterations,
  };
}

const filler = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }).map((text) => Buffer.from(JSON.stringify({ text }))),
  fc.constantFrom('', '{', '_tokens', '"_"', '_token_tokens').map((text) => Buffer.from(text)),
);
const line = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(written, damages).map(([text, all]) => damaged(text, all)) },
  { weight: 1, arbitrary: written.map((text) => Buffer.concat([byteOrderMark, Buffer.from(text)])) },
  { weight: 1, arbitrary: filler },
);
/** Neighbouring lines that say the same in part, as those of one response do. */
const lines = fc
  .array(fc.record({ line, times: fc.integer({ min: 1, max: 3 }) }), { maxLength: 6 })
  .map((drawn) => drawn.flatMap(({ line: one, times }) => Array.from({ length: times }, () => one)));

test('says of every line with the marker what JSON.parse says, or that it is unsure', () => {
  fc.assert(
    fc.property(lines, (drawn) => {
      const marked = drawn
        .filter((one) => one.includes(claudeCode.marker))
        .map((one) => (one.subarray(0, 3).equals(byteOrderMark) ? one.subarray(3) : one));
      const answers = found(drawn);
      expect(answers.map(({ text }) => text)).toEqual(marked.map((one) => one.toString('utf8')));
      answers.forEach(({ says }, index) => {
        if (says !== 'unsure') expect(says).toEqual(plainly(marked[index] ?? Buffer.alloc(0)));
      });
    }),
    { numRuns: 3_000 },
  );
});

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
])('is sure of ordinary lines: %s', (_, text) => {
  const bytes = Buffer.from(text);
  expect(found([bytes])).toEqual([{ text, says: plainly(bytes) }]);
});

test.each([
  ['usage', '"usage":{"input_tokens":5},"usage":{"output_tokens":1}'],
  ['what is in usage', '"usage":{"output_tokens_details":{"thinking_tokens":3},"output_tokens_details":{}}'],
  ['usage, then null', '"usage":{"input_tokens":5},"usage":null'],
])('is not sure of a line that says twice: %s', (_, twice) => {
  const text = `{"type":"assistant","message":{"id":"m",${twice}}}`;
  expect(found([Buffer.from(text)])).toEqual([{ text, says: 'unsure' }]);
});

test('reads on as ever when a reader has thrown', () => {
  const line = (id: string): Buffer => Buffer.from(`${JSON.stringify(assistant({ id }))}\n`);
  const all = Buffer.concat(['aaaa', 'bbbb'].map(line));
  all.copy(scanned().home);
  const fails = (): never => {
    throw new Error('reader');
  };
  const reader: LineReader = { size: 0, skipped: 0, drain: () => joined([]), read: fails, readFields: fails };
  expect(() => scanned().scan(0, all.length, claudeCode, reader)).toThrow('reader');
  const lines = ['cccc', 'bbbb'].map((id) => Buffer.from(JSON.stringify(assistant({ id }))));
  expect(found(lines).map(({ says }) => says)).toEqual(lines.map(plainly));
});

test('a line that can not be taken is counted, and is nothing to the lines behind it', () => {
  const transcript = new Transcript(['-home-ana-shop', 's.jsonl']);
  const damagedRow = {
    isObject: () => {
      throw new Error('no such slot');
    },
  } as unknown as FieldRow;
  transcript.readFields(damagedRow);
  expect(transcript.skipped).toBe(1);
  const bytes = Buffer.from(`${JSON.stringify(assistant())}\n`);
  bytes.copy(scanned().home);
  scanned().scan(0, bytes.length, claudeCode, transcript);
  expect(transcript.drain().calls).toHaveLength(1);
  expect(transcript.skipped).toBe(1);
});

/** Nothing of the lines is wanted. */
const nothing: LineSource = { ...claudeCode, marker: '"_x"', fields: ['y'] };

test('passes over exactly what JSON.parse takes', () => {
  const prose = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('\\', '\\\\', '"', '\n', '\u0001', '\u2028', 'a'.repeat(63), '\\"'.repeat(33)),
    ),
    { maxLength: 12 },
  );
  const json = fc.oneof(
    anything.map((one) => JSON.stringify(one)),
    prose.map((parts) => JSON.stringify(parts.join(''))),
    prose.map((parts) =>
      JSON.stringify(parts.join('')).replace(/[a-z]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
    ),
    fc.double().map(String),
    fc.stringMatching(/^-?[0-9.eE+-]{0,8}$/),
    fc.string({ unit: fc.constantFrom(...Array.from('{}[],:"\\ue0123atrulfsn \t')) }),
    // Strings with whatever escapes, across the borders of blocks.
    fc
      .tuple(
        fc.nat(70),
        fc.array(fc.constantFrom('\\', '\\', '\\\\', '"', 'n', 'u00e9', 'ü', 'x', '\t'), { maxLength: 90 }),
      )
      .map(([length, parts]) => `"${'.'.repeat(length)}${parts.join('')}"`),
  );
  fc.assert(
    fc.property(json, damages, (text, all) => {
      const inner = damaged(text, all);
      const whole = Buffer.concat([Buffer.from('{"_x":['), inner, Buffer.from(']}')]);
      const sure = found([whole], nothing)[0]?.says !== 'unsure';
      // What is no list of its own may still be part of a valid line, whose keys may be unusual.
      if (isJson(`[${inner.toString('utf8')}]`)) expect(sure).toBe(true);
      if (!isJson(whole.toString('utf8'))) expect(sure).toBe(false);
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

test('reads a tree of files as JavaScript alone does, whatever the system hands over at a time', () => {
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

test('a line longer than its memory is read by JavaScript, and the ones behind it by the scanner again', () => {
  const folder = newFolder();
  const answers = [
    assistant({ id: 'before' }),
    assistant({ id: 'long', content: 'x"'.repeat(2 << 20) }),
    assistant({ id: 'behind' }),
    assistant({ id: 'last' }),
  ];
  const file = writeTranscript(folder, answers);
  expect(fs.statSync(file).size).toBeGreaterThan(2 * scanned().home.length);
  const { events, cursors } = readAll(folder);
  expect(events.map(({ key }) => key.call)).toEqual(['before', 'long', 'behind', 'last']);
  expect({ events, cursors }).toEqual(objectOf(readAll(folder, [], { by: null })));
});

function objectOf({ events, cursors }: ReturnType<typeof readAll>): object {
  return { events, cursors };
}

test('more lines than a table has rows', () => {
  const folder = newFolder();
  writeTranscript(
    folder,
    Array.from({ length: 3_000 }, (_, index) => assistant({ id: `m${index}` })),
  );
  expect(readAll(folder).events).toHaveLength(3_000);
});

test('a processor that knows nothing of it has no scanner', () => {
  expect(FieldScanner.create(null)).toBeNull();
  expect(FieldScanner.create(Buffer.from('\0asm no module'))).toBeNull();
});
