/** Ids that proxies reuse: what tells the calls apart, from whichever place on a file is read. */
import fc from '../../support/properties';
import { describe, expect, test } from 'vitest';
import { mayBeReused } from '../../../src/sources/claudeCode/reusedIds';
import { assistant, plainUsage, type Usage } from '../../support/claudeLines';
import { OneTranscript } from './reading';

interface Written {
  id?: string;
  uuid?: string;
  parent?: string | null;
  second?: number;
  session?: string;
  usage?: Usage;
  line?: Record<string, unknown>;
}

function lineOf({ id = 'msg_1', uuid, parent = null, second = 0, session = 's1', usage, line }: Written): object {
  const timestamp = new Date(Date.UTC(2026, 10, 20, 9, 0, second)).toISOString();
  const ids = { requestId: undefined, uuid, parentUuid: parent, sessionId: session, timestamp };
  return assistant({ id, usage: { ...plainUsage, ...usage }, line: { ...ids, ...line } });
}

/** What tells each event's call; read on by another reader after each of `parts`, as after a restart. */
function within(...parts: readonly (readonly Written[])[]): (string | undefined)[] {
  let state: string | null = null;
  return parts.flatMap((lines) => {
    const transcript = new OneTranscript({ state });
    transcript.feed(lines.map(lineOf));
    ({ state } = transcript);
    return transcript.events().map(({ key }) => key.within);
  });
}

test.each([
  ['msg_1', true],
  ['msg_000000000000000000000017', true],
  ['msg_1764489600123', true],
  ['msg_local', true],
  ['chatcmpl-12', true],
  ['', true],
  ['msg_01XFDUDYJgAACzvnptvVoYEL', false],
  ['msg_01case0051', false],
  ['msg_vrtx_01XFDUDYJgAACzvn', false],
  ['msg_bdrk_01XFDUDYJgAACzvn', false],
  ['chatcmpl-9f1b2f6c6a0f1d11aa', false],
  ['0d5c2a1e-7a43-4c0e-9f1b-2f6c6a0f1d11', false],
])('%s may be reused: %s', (id, expected) => {
  expect(mayBeReused(id)).toBe(expected);
});

test('nothing tells more than a request id, or an id that is unique', () => {
  expect(within([{ line: { requestId: 'req_1' } }])).toEqual([undefined]);
  expect(within([{ id: 'msg_01XFDUDYJgAACzvnptvVoYEL' }])).toEqual([undefined]);
});

describe('is one call', () => {
  test.each<[string, Written[]]>([
    ['the same line', [{ uuid: 'a' }, { uuid: 'a', parent: 'x', second: 5000 }]],
    ['the next line, where nothing says what it follows on', [{ uuid: 'a' }, { uuid: 'b', second: 2 }]],
    [
      'a line that follows on it, whatever it says',
      [
        { uuid: 'a', usage: { input_tokens: 0 } },
        { uuid: 'b', parent: 'a' },
      ],
    ],
    [
      'one that streams for hours, line by line',
      [{ uuid: 'a' }, { uuid: 'b', parent: 'a', second: 3600 }, { uuid: 'c', parent: 'b', second: 9000 }],
    ],
    [
      'a line behind the result of its first tool',
      [
        { uuid: 'a', parent: 'u' },
        { uuid: 'b', parent: 'result', second: 9 },
      ],
    ],
    ['one without ids of lines', [{}, { second: 3 }]],
    [
      'one beside which a subagent calls',
      [{ uuid: 'a' }, { uuid: 'n', id: 'msg_2', line: { isSidechain: true } }, { uuid: 'b', parent: 'a' }],
    ],
  ])('%s', (_, lines) => {
    const [first, ...others] = within(lines).filter((_one, place) => lines[place]?.id === undefined || place === 0);
    expect(first).toBe(lines[0]?.uuid ?? String(Date.UTC(2026, 10, 20, 9)));
    expect(others).toEqual([]);
    // Wherever the reader begins anew.
    const parts = within(...lines.filter(({ id }) => id === undefined).map((line) => [line]));
    expect(new Set(parts)).toEqual(new Set([first]));
  });
});

describe('are two calls', () => {
  test.each<[string, Written, Written]>([
    ['two sessions, in the same second', { uuid: 'a' }, { uuid: 'b', session: 's2' }],
    ['two ids', { uuid: 'a' }, { uuid: 'b', id: 'msg_2' }],
    ['a session and its subagent', { uuid: 'a' }, { uuid: 'b', line: { isSidechain: true } }],
    ['hours later, in one session', { uuid: 'a' }, { uuid: 'b', second: 7200 }],
    [
      'of one id, one after the other: the prompt grows',
      { uuid: 'a', parent: 'u' },
      { uuid: 'b', parent: 'v', second: 4, usage: { input_tokens: 900 } },
    ],
    [
      'of one id, where the proxy counts no prompt',
      { uuid: 'a', parent: 'u', usage: { input_tokens: 0, cache_read_input_tokens: 0 } },
      { uuid: 'b', parent: 'v', second: 4, usage: { input_tokens: 0, cache_read_input_tokens: 0 } },
    ],
  ])('%s', (_, one, other) => {
    expect(within([one, other])).toEqual(['a', 'b']);
    expect(within([one], [other])).toEqual(['a', 'b']);
  });
});

test('a copy in a resumed session is told by the same line, also where only the first lines were copied', () => {
  const lines: Written[] = [
    { uuid: 'a', parent: 'u' },
    { uuid: 'b', parent: 'a', second: 2 },
    { uuid: 'c', parent: 'b', second: 9 },
  ];
  const copied = lines.slice(0, 2).map((line) => ({ ...line, session: 's3' }));
  expect(within(lines)).toEqual(['a']);
  expect(within(copied)).toEqual(['a']);
  expect(within([...copied, { uuid: 'd', parent: 'v', second: 7200, session: 's3' }])).toEqual(['a', 'd']);
});

test('what is remembered stays small, is none of it a text of the conversation, and another version’s is left', () => {
  const transcript = new OneTranscript();
  expect(transcript.state).toBeNull();
  const lines = Array.from({ length: 200 }, (_, number) =>
    lineOf({ id: `msg_${number}`, uuid: `${'u'.repeat(36)}${number}`, second: number }),
  );
  transcript.feed(lines);
  expect(transcript.state?.length).toBeLessThan(1500);
  expect(transcript.state).not.toContain('Lorem');
  expect(transcript.state).not.toContain('/home');
  for (const state of ['{}', '[1]', '[null]', '[{"id":"msg_1"}]']) {
    const other = new OneTranscript({ state });
    expect(other.state).toBeNull();
  }
});

test('the calls are the same wherever a reader begins anew', () => {
  const line = fc.record({
    id: fc.constantFrom('msg_1', 'msg_2'),
    uuid: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    parent: fc.constantFrom(null, 'a', 'b', 'c', 'u'),
    second: fc.nat(2000),
    usage: fc.record({ input_tokens: fc.nat(2) }),
  });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.array(fc.nat(12), { maxLength: 3 }), (lines, cuts) => {
      const places = [0, ...[...cuts].sort((a, b) => a - b), lines.length];
      const parts = places.slice(1).map((end, place) => lines.slice(places[place], end));
      expect(new Set(within(...parts))).toEqual(new Set(within(lines)));
    }),
  );
});
