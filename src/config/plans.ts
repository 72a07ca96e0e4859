/** The catalogue of subscription plans, for `plan:` of a subscription, as the language server may see it. */
import { subscriptionPlans, type SubscriptionPlan } from '../domain/subscriptionPlans';

export const knownPlans: readonly SubscriptionPlan[] = subscriptionPlans;
