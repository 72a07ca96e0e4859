/** A share of `npm run fuzz`: the same files, a seed that never changes. */
import { describe, expect, it } from 'vitest';
import { attempt } from '../../fuzz/attempt';
import { corpus } from '../../fuzz/corpus';
import { mutant } from '../../fuzz/mutate';
import { Random } from '../../torture/random';

const good = corpus(new URL('./', import.meta.url));

describe('hurt files', () => {
  it.each([1, 2, 3, 4])('are read, resolved and edited or refused (share %i)', { timeout: 300_000 }, (seed) => {
    let broken = 0;
    let edited = 0;
    for (let file = 0; file < 500; file++) {
      const random = new Random(seed * 1_000_003 + file);
      const text = mutant(random, good);
      try {
        const outcome = attempt(text, random);
        if (outcome.errors > 0) broken++;
        if (outcome.edited) edited++;
      } catch (error) {
        throw new Error(`npm run fuzz -- --seed ${seed} --only ${file}`, { cause: error });
      }
    }
    // Neither are all of them beyond help, nor is everything let through.
    expect(broken).toBeGreaterThan(250);
    expect(edited).toBeGreaterThan(15);
  });
});
