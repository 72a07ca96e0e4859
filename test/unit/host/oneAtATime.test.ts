import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OneAtATime } from '../../../src/host/notices/oneAtATime';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('E7 notifications of a window', () => {
  it('come one after the other: when the one before is answered, or has been up long enough', async () => {
    const shown: string[] = [];
    const queue = new OneAtATime();
    let answer: () => void = () => undefined;
    const show = (name: string, answered: Promise<unknown>, longestMs = 1_000): void =>
      queue.next(() => {
        shown.push(name);
        return Promise.resolve({ answered, longestMs });
      });
    show('first', new Promise<void>((resolve) => (answer = resolve)));
    queue.next(() => Promise.reject(new Error('the engine is away')));
    queue.next(() => Promise.resolve(null));
    show('second', new Promise(() => undefined));
    show('third', Promise.resolve());
    await vi.advanceTimersByTimeAsync(500);
    expect(shown).toEqual(['first']);
    answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(shown).toEqual(['first', 'second']);
    await vi.advanceTimersByTimeAsync(999);
    expect(shown).toEqual(['first', 'second']);
    await vi.advanceTimersByTimeAsync(1);
    expect(shown).toEqual(['first', 'second', 'third']);
  });
});
