import { expect, it } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';

it('gives a subscription the name and the fee of its plan, unless the file says them', () => {
  const text = `subscriptions:
  - { id: mine, provider: anthropic, plan: claude-pro }
  - { id: cheap, provider: anthropic, plan: claude-pro, monthly_fee: 17, display_name: Yearly }
`;
  const { configuration } = resolveConfiguration({ user: text });
  expect(configuration.subscriptions).toMatchObject([
    { id: 'mine', displayName: 'Claude Pro', monthlyFeeNanos: 20e9 },
    { id: 'cheap', displayName: 'Yearly', monthlyFeeNanos: 17e9 },
  ]);
});

it('says so of a plan that the catalogue does not have', () => {
  const text = 'subscriptions: [{ id: mine, provider: anthropic, plan: claude-pr }]\n';
  const { user, configuration } = resolveConfiguration({ user: text });
  expect(user?.issues).toMatchObject([
    { severity: 'warning', code: 'unknown_plan', fix: { title: 'Change to claude-pro' } },
  ]);
  expect(configuration.subscriptions).toMatchObject([{ displayName: 'mine', monthlyFeeNanos: null }]);
});
