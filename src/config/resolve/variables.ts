/** The names of the variables that configure us. */
export const budgetVariables = {
  AGENT_METER_BUDGET_PER_PLAN: 'budget_per_plan',
  AGENT_METER_BUDGET_PER_DAY: 'budget_per_day',
} as const;
export const fallbackVariable = 'AGENT_METER_FALLBACK_PROVIDERS';

const configuringVariables: readonly string[] = [...Object.keys(budgetVariables), fallbackVariable];

/** Those that configure us, and no others: they are sent to the window that leads. */
export function ownVariables(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => configuringVariables.includes(name)));
}
