/**
 * The subscriptions that people have, with the monthly fee of one person as the provider publishes it, without taxes, in USD: data
 * with its source and its date, to be corrected by whoever pays something else. What a plan allows is not here: providers publish
 * ranges and change them, and a guess must not look like a fact; the windows in which they count are known.
 */

export interface SubscriptionPlan {
  /** What `plan:` in a configuration names. */
  id: string;
  displayName: string;
  provider: string;
  /** `null`: not known to us; whoever pays it says it. */
  monthlyFeeUsd: number | null;
  /** Rolling windows in which the provider limits use, as it tells them. */
  windows: readonly string[];
  /** Where the fee can be looked up. */
  source: string;
  /** When it was, as `2026-06-19`. */
  asOf: string;
}

const claude = {
  provider: 'anthropic',
  windows: ['5h', '7d'],
  source: 'https://claude.com/pricing',
  asOf: '2026-05-27',
} as const;
const chatGpt = {
  provider: 'openai',
  windows: ['5h', '7d'],
  source: 'https://developers.openai.com/codex/pricing',
  asOf: '2026-06-19',
} as const;
const copilot = {
  provider: 'github-copilot',
  windows: [],
  source: 'https://github.com/features/copilot#pricing',
  asOf: '2026-10-07',
} as const;
const copilotOfOrganizations = {
  ...copilot,
  source: 'https://docs.github.com/copilot/get-started/plans',
  asOf: '2026-04-30',
} as const;
const gemini = {
  provider: 'google',
  windows: ['5h', '7d'],
  source: 'https://one.google.com/about/google-ai-plans/',
  asOf: '2026-05-19',
} as const;
const cursor = { provider: 'cursor', windows: [], source: 'https://cursor.com/pricing', asOf: '2026-04-30' } as const;
const kimi = {
  provider: 'moonshotai',
  windows: ['5h', '7d'],
  source: 'https://www.kimi.com/code/docs/',
  asOf: '2026-10-26',
} as const;

export const subscriptionPlans: readonly SubscriptionPlan[] = [
  { id: 'claude-pro', displayName: 'Claude Pro', monthlyFeeUsd: 20, ...claude },
  { id: 'claude-max-5x', displayName: 'Claude Max 5x', monthlyFeeUsd: 100, ...claude },
  { id: 'claude-max-20x', displayName: 'Claude Max 20x', monthlyFeeUsd: 200, ...claude },
  { id: 'chatgpt-plus', displayName: 'ChatGPT Plus', monthlyFeeUsd: 20, ...chatGpt },
  { id: 'chatgpt-pro-5x', displayName: 'ChatGPT Pro 5x', monthlyFeeUsd: 100, ...chatGpt },
  { id: 'chatgpt-pro-20x', displayName: 'ChatGPT Pro 20x', monthlyFeeUsd: 200, ...chatGpt },
  { id: 'copilot-pro', displayName: 'GitHub Copilot Pro', monthlyFeeUsd: 10, ...copilot },
  { id: 'copilot-pro-plus', displayName: 'GitHub Copilot Pro+', monthlyFeeUsd: 39, ...copilot },
  { id: 'copilot-max', displayName: 'GitHub Copilot Max', monthlyFeeUsd: 100, ...copilot },
  { id: 'copilot-business', displayName: 'GitHub Copilot Business', monthlyFeeUsd: 19, ...copilotOfOrganizations },
  { id: 'copilot-enterprise', displayName: 'GitHub Copilot Enterprise', monthlyFeeUsd: 39, ...copilotOfOrganizations },
  { id: 'google-ai-plus', displayName: 'Google AI Plus', monthlyFeeUsd: 7.99, ...gemini },
  { id: 'google-ai-pro', displayName: 'Google AI Pro', monthlyFeeUsd: 19.99, ...gemini },
  { id: 'google-ai-ultra-5x', displayName: 'Google AI Ultra 5x', monthlyFeeUsd: 99.99, ...gemini },
  { id: 'google-ai-ultra-20x', displayName: 'Google AI Ultra 20x', monthlyFeeUsd: 199.99, ...gemini },
  { id: 'cursor-pro', displayName: 'Cursor Pro', monthlyFeeUsd: 20, ...cursor },
  { id: 'cursor-pro-plus', displayName: 'Cursor Pro+', monthlyFeeUsd: 60, ...cursor },
  { id: 'cursor-ultra', displayName: 'Cursor Ultra', monthlyFeeUsd: 200, ...cursor },
  { id: 'kimi-membership', displayName: 'Kimi membership', monthlyFeeUsd: null, ...kimi },
];

/** `null`: no plan that we know. */
export function subscriptionPlan(id: string): SubscriptionPlan | null {
  return subscriptionPlans.find((plan) => plan.id === id) ?? null;
}
