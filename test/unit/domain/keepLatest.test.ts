import { expect, it } from 'vitest';
import { keepLatest } from '../../../src/domain/usage/keepLatest';

it('drops the first until so many are left, and none of fewer', () => {
  const map = new Map([1, 2, 3, 4].map((key) => [key, key]));
  keepLatest(map, 4);
  expect([...map.keys()]).toEqual([1, 2, 3, 4]);
  keepLatest(map, 2);
  expect([...map.keys()]).toEqual([3, 4]);
  keepLatest(map, 0);
  expect(map.size).toBe(0);
  keepLatest(map, 0);
  expect(map.size).toBe(0);
});
