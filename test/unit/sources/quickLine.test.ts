import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QuickLine } from '../../../src/sources/claudeCode/quickLine';
import { Instants } from '../../../src/sources/reading/instants';
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
