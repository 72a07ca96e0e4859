/** Which limits are those of a moment. */
import { expect, it } from 'vitest';
import { isMomentary } from '../../../src/domain/budgets/momentary';

it.each([
  ['concurrent_agents', 'run', true],
  ['vram_gb', 'gauge', true],
  ['requests', 'minute', true],
  ['requests', '59m', true],
  ['requests', 'hour', false],
  ['requests', '60m', false],
  ['cost', 'day', false],
  ['cost', 'plan', false],
  ['storage', 'gauge', false],
  [null, 'whatever', false],
  [null, '30s', true],
])('%s in %s: %s', (measure, window, momentary) => {
  expect(isMomentary(measure, window)).toBe(momentary);
});
