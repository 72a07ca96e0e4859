import { expect, it } from 'vitest';
import { knownPlans, planOf } from '../../../src/config/plans';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';

it('gives a subscription the name and the fee of its plan, unless the file says them', () => {
  const text = `subscriptions:
  - { id: mine, provider: anthropic, plan: claude-pro }
  - { id: cheap, provider: anthropic, plan: claude-pro, monthly_fee: 17, display_name: Yearly }
`;
  const { configuration } = resolveConfiguration({ user: text, planOf });
  expect(configuration.subscriptions).toMatchObject([
    { id: 'mine', displayName: 'Claude Pro', monthlyFeeNanos: 20e9 },
    { id: 'cheap', displayName: 'Yearly', monthlyFeeNanos: 17e9 },
  ]);
});

it('knows a plan by its id, and no other', () => {
  for (const { id, displayName } of knownPlans) expect(planOf(id)?.displayName).toBe(displayName);
  expect(planOf('claude')).toBeUndefined();
});
