/** Any value of any path can be set or removed in any style of writing: the text then reads so, and the rest of it is as it was. */
import { Document, parse, visit, isMap, isScalar, isSeq } from 'yaml';
import fc from '../../support/properties';
import { expect, it } from 'vitest';
import { removePath, setPath } from '../../../src/config/edit/edit';
import { applyEdits } from '../../../src/config/edit/outcome';
import { parseConfiguration } from '../../../src/config/parse';
import { find } from '../../../src/config/read/located';
import type { Path } from '../../../src/config/issue';

const key = fc.constantFrom('a', 'b', 'c', 'two words', 'x-y', '7', 'true');
const leaf = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constantFrom('text', 'a: b', '# no', '5h', '', 'null', "it's", 'ä\n b'),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    fc.dictionary(key, tie('tree'), { minKeys: 1, maxKeys: 4 }),
  ),
}));
const file = fc.dictionary(key, tree, { minKeys: 1, maxKeys: 5 });

/** Writes a value with random flow and block style, quotes, comments and blank lines. */
function written(value: unknown, style: () => number): string {
  const document = new Document(value);
  let comments = 0;
  visit(document, (_, node) => {
    if (isScalar(node)) {
      if (typeof node.value === 'string')
        node.type = (['PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'] as const)[style() % 3] ?? 'PLAIN';
      if (style() % 4 === 0) node.comment = ` comment ${comments++}`;
      if (style() % 6 === 0) node.commentBefore = ` above ${comments++}`;
      if (style() % 6 === 0) node.spaceBefore = true;
    } else if (isMap(node) || isSeq(node)) {
      node.flow = style() % 4 === 0;
    }
  });
  return document.toString({ lineWidth: 0 });
}

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((item, index) => pathsIn(item, [...path, index]))];
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => pathsIn(inner, [...path, name]))];
}

function lines(text: string): string[] {
  return (
    text
      .split('\n')
      // An entry may get or lose the comma that parts it from what was added or removed, and move up to a dash.
      .map((line) =>
        line
          .replace(/,(?=\s*(?:#|$))/, '')
          .replace(/^(?:\s*- )+/, '')
          .trim(),
      )
      .filter((line) => line !== '')
  );
}

it('sets and removes', () => {
  let done = 0;
  let refused = 0;
  fc.assert(
    fc.property(
      file,
      fc.infiniteStream(fc.nat(1000)),
      fc.nat(),
      leaf,
      fc.boolean(),
      (value, stream, which, set, remove) => {
        const text = written(value, () => stream.next().value as number);
        // What the library writes and can not read again is not ours to mend.
        const before = parseConfiguration(text);
        fc.pre(!before.issues.some(({ code }) => code === 'syntax' || code === 'duplicate_key'));
        const paths = pathsIn(value).slice(1);
        const path = paths[which % paths.length] ?? [];
        const outcome = remove ? removePath(text, path) : setPath(text, path, set);
        if (!outcome.ok) {
          refused++;
          expect(['form', 'shared']).toContain(outcome.reason);
          return;
        }
        done++;
        expect(applyEdits(text, outcome.edits)).toBe(outcome.text);
        const now = parse(outcome.text) as unknown;
        if (!remove) expect(at(now, path)).toEqual(Object.is(set, -0) ? 0 : set);
        // Whatever is not on the lines of what was edited stands there still.
        const found = find(before.root, path);
        const first = found?.entry?.keyStart ?? found?.node.start ?? 0;
        // An item may begin with a comment beside its dash.
        const start = /(?:-[^\S\n]*)+(?:\s*#[^\n]*\n)+\s*$/.exec(text.slice(0, first))?.index ?? first;
        const end = found?.node.end ?? text.length;
        const around = [
          ...lines(text.slice(0, text.lastIndexOf('\n', start) + 1)),
          ...lines(text.slice(text.indexOf('\n', end) + 1 || text.length)),
        ];
        const left = lines(outcome.text);
        for (const line of around) {
          const place = left.indexOf(line);
          expect({ line, place, text, after: outcome.text }).not.toMatchObject({ place: -1 });
          left.splice(place, 1);
        }
      },
    ),
    { numRuns: 600, seed: 20_261_122 },
  );
  expect(refused).toBeLessThan(done / 5);
});

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => (inner as Record<string | number, unknown>)[part], value);
}
