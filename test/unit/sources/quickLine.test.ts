import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QuickLine } from '../../../src/sources/claudeCode/quickLine';
import { JsonScanner, unsure } from '../../../src/sources/reading/jsonScanner';
import { assistant, plainUsage, spacedJson, user } from '../../support/claudeLines';
import { anything, damaged, damages, plainly, written, type Answer } from './anyLines';

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
