/** The change that two insights have in common: how models are chosen for a type of agent. */
import type { Strategy } from '../../protocol/configuration';
import type { Insight } from '../../protocol/dashboard/dashboardInsights';
import { strategyFor } from '../budgets/strategy';
import type { InsightInputs, Workload } from './finding';

/** `null`: the agent has no type to say it of, or it is said already. */
export function strategyChange(
  { agentType }: Workload,
  strategy: Strategy,
  { configuration }: InsightInputs,
): Insight['operations'] {
  if (agentType === null || agentType === 'default' || strategyFor(agentType, configuration) === strategy) return null;
  return [{ kind: 'set', path: ['limits', 'per_agent_type', agentType, 'strategy'], value: strategy }];
}
