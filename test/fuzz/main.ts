/** `npm run fuzz -- --files 100000 --seed N`: hurts configuration files and reads, resolves and edits each of them. */
import { performance } from 'node:perf_hooks';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from '../torture/random';
import { attempt } from './attempt';
import { corpus } from './corpus';
import { mutant } from './mutate';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    /** Runs the one file of this number again. */
    only: { type: 'string' },
  },
});
const files = Number(values.files);
const seed = Number(values.seed);
const good = corpus(pathToFileURL(path.join(process.cwd(), 'test/unit/config/')));
// `yaml` makes an error object of everything it finds, and their stacks would take half of the time.
if (values.only === undefined) Error.stackTraceLimit = 0;
const slowestAllowedMs = 10_000;

let failed = 0;
let broken = 0;
let edited = 0;
let slowest = { ms: 0, file: -1 };
const startMs = performance.now();
const numbers = values.only === undefined ? Array.from({ length: files }, (_, file) => file) : [Number(values.only)];
for (const file of numbers) {
  const random = new Random(seed * 1_000_003 + file);
  const text = mutant(random, good);
  const beginMs = performance.now();
  try {
    const outcome = attempt(text, random);
    if (outcome.errors > 0) broken++;
    if (outcome.edited) edited++;
  } catch (error) {
    failed++;
    console.error(
      `file ${file} (--seed ${seed} --only ${file}): ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    if (values.only !== undefined) console.error(text);
  }
  const ms = performance.now() - beginMs;
  if (ms > slowest.ms) slowest = { ms, file };
  if (ms > slowestAllowedMs) {
    failed++;
    console.error(`file ${file} took ${(ms / 1000).toFixed(1)} s`);
  }
  if ((file + 1) % 10_000 === 0) console.log(`${file + 1} files, ${failed} failed`);
}
const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
console.log(
  `seed ${seed}: ${numbers.length} files in ${seconds} s, ${broken} with errors, ${edited} edited, ${failed} failed; slowest ${slowest.ms.toFixed(0)} ms (file ${slowest.file})`,
);
if (failed > 0) process.exitCode = 1;
