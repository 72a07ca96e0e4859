/** Lines of transcripts of any content and in any form, whole and damaged; and what JSON.parse says of them. */
import fc from '../../support/properties';
import { assistantLine, type AssistantLine } from '../../../src/sources/claudeCode/transcriptLine';
import { assistant, spacedJson, user } from '../../support/claudeLines';

export type Answer = { line: AssistantLine | null } | 'no JSON object';

export function plainly(bytes: Buffer): Answer {
  try {
    return { line: assistantLine(bytes.toString('utf8')) };
  } catch {
    return 'no JSON object';
  }
}

export const anything = fc.jsonValue({ stringUnit: 'binary', maxDepth: 2 });
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
    parentUuid: text,
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
export const written = fc
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
export const damages = fc.oneof(fc.constant([]), fc.array(damage, { minLength: 1, maxLength: 3 }));

export function damaged(line: string, all: readonly { at: number; lost: number; put: string }[]): Buffer {
  let bytes = Buffer.from(line);
  for (const { at, lost, put } of all) {
    const place = bytes.length === 0 ? 0 : at % bytes.length;
    bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(put, 'latin1'), bytes.subarray(place + lost)]);
  }
  return Buffer.from(bytes.filter((byte) => byte !== 10));
}
