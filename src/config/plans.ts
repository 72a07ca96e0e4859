/** The catalogue of subscription plans, for `plan:` of a subscription. */
import { nanosFromUsd } from '../domain/money';
import { subscriptionPlan, subscriptionPlans, type SubscriptionPlan } from '../domain/subscriptionPlans';
import type { PlanOf } from './normalise/providers';

export const knownPlans: readonly SubscriptionPlan[] = subscriptionPlans;

/** A plan whose fee nobody has told us accrues nothing. */
export const planOf: PlanOf = (id) => {
  const plan = subscriptionPlan(id);
  if (plan === null) return undefined;
  return { displayName: plan.displayName, monthlyFeeNanos: nanosFromUsd(plan.monthlyFeeUsd ?? 0) };
};
