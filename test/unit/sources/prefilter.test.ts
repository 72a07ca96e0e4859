import fc from '../../support/properties';
import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { assistant, plainUsage, spacedJson, user } from '../../support/claudeLines';
import { newFolder, readAll, writeTranscript } from './reading';

/** What a line says by the plainest reading: `id output project`, or nothing. */
function plainly(text: string): string[] {
  try {
    const line = JSON.parse(text) as {
      type: string;
      cwd: string;
      message: { id: string; usage: { output_tokens: number } };
    };
    if (line.type !== 'assistant') return [];
    return [`${line.message.id} ${line.message.usage.output_tokens} ${line.cwd.split('/').at(-1)}`];
  } catch {
    return [];
  }
}

const prose = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '"usage":{"input_tokens":1}',
    '\\"output_tokens":',
    '_tokens"',
    '\n_tokens"\r\n',
    '\ufeff',
    '\\',
    '"',
  ),
);
const anything = fc.jsonValue({ stringUnit: 'binary', maxDepth: 3 });
const name = fc.stringMatching(/^[a-zäöü日 ]{1,8}$/).filter((value) => value.trim() === value && value !== '');

const lines = fc.array(
  fc.record({
    isAnswer: fc.boolean(),
    content: fc.array(fc.oneof(prose, anything)),
    extra: fc.dictionary(fc.constantFrom('usage', 'toolUseResult', 'x_tokens', 'content'), anything),
    output: fc.nat(100_000),
    project: name,
    form: fc.constantFrom('compact', 'spaced', 'reversed', 'escaped', 'half', 'windows'),
  }),
  { maxLength: 20 },
);

test('the quick reading finds what plain JSON.parse of every line finds', () => {
  const directory = newFolder();
  const file = writeTranscript(directory, []);
  fc.assert(
    fc.property(lines, (drawn) => {
      const texts = drawn.map(({ isAnswer, content, extra, output, project, form }, index) => {
        const cwd = `/tmp/${project}`;
        const usage = { ...plainUsage, output_tokens: output };
        const value = isAnswer
          ? assistant({ id: `m${index}`, content, usage, line: { ...extra, cwd } })
          : user(content, { ...extra, cwd });
        return formed(value, form);
      });
      fs.writeFileSync(file, texts.map((text) => `${text}\n`).join(''));
      const found = readAll(directory).events.map(
        ({ key, tokens, attribution }) => `${key.call} ${tokens.output} ${attribution.project}`,
      );
      expect(found).toEqual(texts.flatMap(plainly));
    }),
    { numRuns: 300 },
  );
});

function formed(value: Record<string, unknown>, form: string): string {
  const compact = JSON.stringify(value);
  switch (form) {
    case 'spaced':
      return spacedJson(value);
    case 'reversed':
      return JSON.stringify(Object.fromEntries(Object.entries(value).reverse()));
    case 'escaped':
      return compact.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
    case 'half':
      return compact.slice(0, compact.length / 2);
    case 'windows':
      return `${compact}\r`;
    default:
      return compact;
  }
}
