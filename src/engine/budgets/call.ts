/** A call or a run as it is asked for over the API, and as budgets see it. */
import { canonicalProvider } from '../../domain/prices/provider';
import {
  subject,
  subjectFields,
  type Subject,
  type SubjectField,
  type SubjectValues,
} from '../../domain/usage/usageSums';
import type { authorizeSchema, startRunSchema } from '../../protocol/api/budgetApi';
import type { Capability } from '../../protocol/configuration';
import type * as z from 'zod';
import type { View } from '../support/view';
import type { CallerEstimate } from './estimates';

export type AuthorizeArgument = z.output<typeof authorizeSchema>;
export type StartRunArgument = z.output<typeof startRunSchema>;

export interface Call {
  provider: string;
  model: string;
  given: CallerEstimate | undefined;
  required: readonly Capability[];
  allowFallback: boolean | undefined;
  attribution: Readonly<SubjectValues>;
  sessionStartMs: number;
}

export function callOf(
  request: AuthorizeArgument | StartRunArgument,
  provider: string,
  model: string,
  view: View,
): Call {
  return {
    provider: provider === '' ? '' : canonicalProvider(provider),
    model,
    given: 'estimate' in request ? request.estimate : undefined,
    required: request.capabilities ?? [],
    allowFallback: request.allowFallback,
    attribution: attributionOf(request),
    sessionStartMs: view.sessionStartMs,
  };
}

export function subjectOfCall({ attribution }: Pick<Call, 'attribution'>, provider: string, model: string): Subject {
  return subject({ ...attribution, provider, model });
}

/** Of what the API takes, what budgets look at. */
function attributionOf(request: Readonly<Partial<Record<SubjectField, string | undefined>>>): SubjectValues {
  const values: SubjectValues = {};
  for (const field of subjectFields) {
    const value = request[field];
    if (value !== undefined && field !== 'provider' && field !== 'model') values[field] = value;
  }
  return values;
}
