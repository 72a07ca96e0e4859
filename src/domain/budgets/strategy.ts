/**
 * What a strategy prefers: which grade of model for which, and which provider before which where the user has given no
 * order. Owns the agent types' defaults only through the configuration. Pure.
 */
import type { Configuration, Strategy } from '../../protocol/configuration';

/** An agent type's own, else the configuration's. */
export function strategyFor(
  agentType: string | null,
  { agentTypes, strategy }: Pick<Configuration, 'agentTypes' | 'strategy'>,
): Strategy {
  const own = agentType !== null && Object.hasOwn(agentTypes, agentType) ? agentTypes[agentType] : undefined;
  return own?.strategy ?? strategy;
}

type Grade = 1 | 2 | 3;

/** Grades in the order in which they are tried in place of one. */
export function gradesFor(strategy: Strategy, asked: Grade): readonly Grade[] {
  switch (strategy) {
    case 'quality_first':
      return [3, 2, 1];
    case 'balanced':
      return asked === 1 ? [1, 2, 3] : asked === 2 ? [2, 1, 3] : [3, 2, 1];
    case 'budget':
    case 'local_first':
      return [1, 2, 3];
  }
}

/** Whether it takes a lesser model of its own accord when money gets short. */
export function downgrades(strategy: Strategy): boolean {
  return strategy !== 'quality_first';
}

export interface Ranked {
  provider: string;
  local: boolean;
  /** Of the model that would be taken, nano-dollars per call; `null`: not known. */
  costNanos: number | null;
}

/** Sorts where the user has given no order; what is equal keeps its place. */
export function compareProviders(strategy: Strategy): (a: Ranked, b: Ranked) => number {
  return (a, b) => {
    const localLast = Number(a.local) - Number(b.local);
    // A machine's own model is the last resort of everybody else, whatever it costs.
    if (localLast !== 0) return strategy === 'local_first' ? -localLast : localLast;
    if (strategy === 'quality_first') return 0;
    return (a.costNanos ?? Number.POSITIVE_INFINITY) - (b.costNanos ?? Number.POSITIVE_INFINITY) || 0;
  };
}
