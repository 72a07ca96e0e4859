/**
 * Whom usage is of, and what is added up of it. Amounts are whole numbers: nano-dollars, tokens (input, output, cache reads and
 * writes), requests (events).
 */

/** Fields of an event or a request that tell whom it is for. */
export const subjectFields = [
  'provider',
  'model',
  'project',
  'agent',
  'agentType',
  'task',
  'run',
  'plan',
  'user',
  'team',
] as const;
export type SubjectField = (typeof subjectFields)[number];

/** Plain values of a subject. */
export type SubjectValues = Partial<Record<SubjectField, string>>;

/** Whom a call is for. What the ledger interns of each event is one; `subject` makes one of plain values. */
export interface Subject {
  get(field: SubjectField): string | null;
}

export function subject(values: Readonly<Partial<Record<SubjectField, string | null>>>): Subject {
  return { get: (field) => values[field] ?? null };
}

export interface Sums {
  costNanos: number;
  tokens: number;
  requests: number;
}

/** What the ledger's events add up to. */
export interface UsageSums extends Sums {
  /** Of the tokens those that a model wrote. */
  output: number;
}

export function noSums(): Sums {
  return { costNanos: 0, tokens: 0, requests: 0 };
}

export function addSums(to: Sums, { costNanos, tokens, requests }: Sums, sign: 1 | -1 = 1): void {
  to.costNanos += sign * costNanos;
  to.tokens += sign * tokens;
  to.requests += sign * requests;
}

export function noUsage(): UsageSums {
  return { costNanos: 0, tokens: 0, requests: 0, output: 0 };
}

export function addUsage(to: UsageSums, usage: UsageSums, sign: 1 | -1 = 1): void {
  addSums(to, usage, sign);
  to.output += sign * usage.output;
}
