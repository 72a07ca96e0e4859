import { describe, expect, it } from 'vitest';
import { GroupQueue } from '../../../src/ledger/journal/groupQueue';

describe('the queue of a ledger', () => {
  it('goes on after work that throws, at once or later', async () => {
    const done: number[] = [];
    const queue = new GroupQueue<number>((items) => {
      done.push(...items);
      return Promise.resolve();
    }, 10);
    const atOnce = queue.alone((): Promise<void> => {
      throw new Error('at once');
    });
    const later = queue.alone(() => Promise.reject(new Error('later')));
    queue.add(1);
    const behind = queue.alone(() => Promise.resolve('behind'));
    await expect(atOnce).rejects.toThrow('at once');
    await expect(later).rejects.toThrow('later');
    await expect(behind).resolves.toBe('behind');
    expect(done).toEqual([1]);
  });
});
