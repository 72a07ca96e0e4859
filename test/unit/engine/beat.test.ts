import { expect, it } from 'vitest';
import { Beat } from '../../../src/engine/support/beat';

/** At which of these seconds it is due. */
function dueAt(beat: Beat, time: { ms: number }, from: number, to: number): number[] {
  const due: number[] = [];
  for (let second = from; second <= to; second += 1) {
    time.ms = second * 1_000;
    if (beat.isDue()) due.push(second);
  }
  return due;
}

it('is due at every beat while something happens, and seldom at rest', () => {
  const time = { ms: 0 };
  const beat = new Beat(
    () => 1e12 + time.ms,
    () => time.ms,
  );
  expect(dueAt(beat, time, 1, 22)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20]);
  beat.stir();
  expect(dueAt(beat, time, 23, 34)).toEqual([23, 24, 25, 26, 27, 28, 29, 30, 31, 32]);
});

it('is due when the clock has jumped, forth or back', () => {
  const time = { ms: 0 };
  let jumped = 0;
  const beat = new Beat(
    () => 1e12 + time.ms + jumped,
    () => time.ms,
  );
  expect(dueAt(beat, time, 20, 22)).toEqual([20]);
  jumped = 3_600_000;
  expect(dueAt(beat, time, 23, 24)).toEqual([23]);
  jumped = -3_600_000;
  expect(dueAt(beat, time, 25, 26)).toEqual([25]);
});
