/** Configuration files as nobody would write them: good ones, hurt in the ways that files get hurt, and in worse ones. */
import type { Random } from '../torture/random';

const oddPieces = [
  '\t',
  '\r',
  '\r\n',
  '\n',
  '\u0000',
  '\uFEFF',
  '\u2028',
  '\u0085',
  '\uD800',
  '😀',
  'é',
  '…',
  ':',
  ': ',
  '- ',
  '? ',
  '#',
  ' #',
  '&a ',
  '*a',
  '*b',
  '<<: *a',
  '!!int ',
  '!!binary ',
  '!x ',
  '|',
  '>-',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ',',
  '%YAML 1.1\n---\n',
  '---\n',
  '...\n',
  '1e400',
  '-1',
  '0o777',
  '0x1F',
  '1_000',
  '.inf',
  '.nan',
  '99999999999999999999999',
  '1e-400',
  '~',
  'null',
  'yes',
  '""',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty: 1',
];

type Mutation = (text: string, random: Random, corpus: readonly string[]) => string;

const cut = (text: string, random: Random): [number, number] => {
  const start = random.below(text.length + 1);
  return [start, Math.min(text.length, start + random.between(0, random.chance(0.2) ? 400 : 12))];
};

const mutations: readonly (readonly [Mutation, number])[] = [
  [flipCharacter, 6],
  [
    (text, random) => {
      const [a, b] = cut(text, random);
      return text.slice(0, a) + text.slice(b);
    },
    4,
  ],
  [
    (text, random) => {
      const [a, b] = cut(text, random);
      return text.slice(0, b) + text.slice(a);
    },
    3,
  ],
  [
    (text, random) => {
      const at = random.below(text.length + 1);
      return text.slice(0, at) + random.pick(oddPieces) + text.slice(at);
    },
    8,
  ],
  [shuffleLines, 2],
  [indentLines, 3],
  [swapValues, 5],
  [
    (text, random, corpus) => {
      const other = random.pick(corpus);
      const [a, b] = cut(other, random);
      const at = random.below(text.length + 1);
      return text.slice(0, at) + other.slice(a, b) + text.slice(at);
    },
    2,
  ],
  [(text, random) => text + deepNesting(random), 0.5],
  [(text, random) => text + aliasBomb(random), 0.5],
  [(text) => text.replaceAll('\n', '\r\n'), 1],
  [(text) => `\uFEFF${text}`, 1],
];

/** One to six hurts of a file of the corpus. */
export function mutant(random: Random, corpus: readonly string[]): string {
  let text = random.pick(corpus);
  for (let count = random.between(1, 6); count > 0; count--) text = random.weighted(mutations)(text, random, corpus);
  return text.slice(0, 60_000);
}

function flipCharacter(text: string, random: Random): string {
  if (text === '') return 'x';
  const at = random.below(text.length);
  const flipped = String.fromCharCode((text.charCodeAt(at) ^ (1 << random.below(8))) & 0xffff);
  return text.slice(0, at) + flipped + text.slice(at + 1);
}

function shuffleLines(text: string, random: Random): string {
  const lines = text.split('\n');
  for (let count = random.between(1, 5); count > 0; count--) {
    const [a, b] = [random.below(lines.length), random.below(lines.length)];
    [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
  }
  return lines.join('\n');
}

function indentLines(text: string, random: Random): string {
  const from = random.below(text.length + 1);
  const pad = random.pick([' ', '  ', '\t', '    ']);
  return text.slice(0, from) + text.slice(from).replace(/\n(?=\S| )/, `\n${pad}`);
}

/** A value of another place, or an odd one, where a value stands. */
function swapValues(text: string, random: Random): string {
  const values = [...text.matchAll(/: *([^\s{}[\],#][^\n{}[\],#]*)/g)];
  if (values.length === 0) return text;
  const one = random.pick(values);
  const replacement = random.chance(0.5) ? (random.pick(values)[1] ?? '') : random.pick(oddPieces);
  return text.slice(0, one.index) + `: ${replacement}` + text.slice(one.index + one[0].length);
}

function deepNesting(random: Random): string {
  const depth = random.chance(0.02) ? 5_000 : random.pick([10, 47, 48, 49, 60, 300]);
  const piece = random.pick(['[', '{a: ', '- ', '{"x": [', '? ']);
  return `\nprojects: ${piece.repeat(depth)}`;
}

function aliasBomb(random: Random): string {
  const levels = random.between(2, 12);
  const width = random.between(2, 12);
  const lines = ['\nlimits:', '  per_project:', '    l0: &l0 { max_cost_per_day: 1 }'];
  for (let level = 1; level <= levels; level++) {
    const aliases = Array.from({ length: width }, (_, index) => `k${index}: *l${level - 1}`).join(', ');
    lines.push(`    l${level}: &l${level} { ${random.chance(0.3) ? `<<: *l${level}` : aliases} }`);
  }
  return lines.join('\n');
}
