/** A plan's metadata as people read it: one line of text by name. Pure; nano-dollars. */
import { amountText, moneyText } from '../shared/money';

export interface PlanFigures {
  plan: string;
  tokens: number;
  costNanos: number;
  requests: number;
  byProvider: readonly (readonly [provider: string, costNanos: number])[];
  /** `null`: no money budget limits it. */
  remainingNanos: number | null;
  exhaustions: number;
}

export function planDisplay(figures: PlanFigures): Record<string, string> {
  const { byProvider, remainingNanos, exhaustions } = figures;
  return {
    Plan: figures.plan,
    'Total cost': moneyText(figures.costNanos),
    'Total tokens': amountText(figures.tokens, 'tokens'),
    Requests: amountText(figures.requests, 'requests'),
    'Cost by provider':
      byProvider.length === 0
        ? 'none'
        : byProvider.map(([provider, nanos]) => `${provider} ${moneyText(nanos)}`).join(', '),
    'Budget remaining': remainingNanos === null ? 'no limit' : moneyText(remainingNanos),
    'Exhaustion events': exhaustions === 0 ? 'none' : String(exhaustions),
  };
}
