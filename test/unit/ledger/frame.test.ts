import { expect, it } from 'vitest';
import { frame, scanFrames, type FrameScan } from '../../../src/ledger/journal/frame';

const line = Buffer.from(frame('{"t":"events","a":[["anthropic","m @ x"]],"e":[[1,2,"J*"]]}'));
const two = Buffer.concat([line, line]);

function scan(bytes: Buffer): FrameScan & { found: number } {
  let found = 0;
  const { soundEnd, damaged } = scanFrames(bytes, 0, () => found++);
  return { found, soundEnd, damaged };
}

/** Where only words of a line's frame stand that nobody reads. */
const isFrameWord = (place: number): boolean => place >= 16 && place < 27;

it('tells every flipped bit of the last record from a write that was cut off, or takes the record all the same', () => {
  for (let place = 0; place < line.length; place += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const bytes = Buffer.from(two);
      const now = (line[place] ?? 0) ^ (1 << bit);
      bytes[line.length + place] = now;
      const isHarmless = isFrameWord(place);
      // Zeros are what pages are that never came to the disk.
      const isTold = !isHarmless && now !== 0;
      const { found, soundEnd, damaged } = scan(bytes);
      const where = `byte ${place}, bit ${bit}`;
      expect(found, where).toBe(isHarmless || (place === line.length - 1 && isTold) ? 2 : 1);
      expect(soundEnd, where).toBe(isTold || isHarmless ? two.length : line.length);
      expect(damaged > 0, where).toBe(isTold);
    }
  }
});

it('takes a write that was cut off at any byte for what it is', () => {
  const cut = { found: 1, soundEnd: line.length, damaged: 0 };
  for (let length = line.length; length < two.length; length += 1) {
    expect(scan(two.subarray(0, length)), `${length}`).toEqual(cut);
    expect(scan(Buffer.from(two).fill(0, length)), `zeros from ${length}`).toEqual(cut);
    if (length === line.length) continue;
    expect(scan(Buffer.from(two).fill(0, line.length, length)), `zeros to ${length}`).toEqual(cut);
  }
});
