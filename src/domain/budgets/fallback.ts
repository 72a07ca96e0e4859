/**
 * Where a refused call may go instead: the configured providers in their order, or the strategy's, each with the model
 * that comes nearest. Says of each one that is skipped why. Pure; knows no budgets but by what `judge` answers.
 */
import type { Capability, Strategy } from '../../protocol/configuration';
import { refuses, type Reason, type Verdict } from './authorize';
import { capabilitiesOf, gradeOf, knownModels } from './fallbackModels';
import { compareProviders, gradesFor } from './strategy';

export type SkipReason = 'capability' | 'budget' | 'quota' | 'request' | 'no_model';

export interface Skipped {
  provider: string;
  /** `null`: none of it is known. */
  model: string | null;
  why: SkipReason;
  /** What it can't do. */
  missing: readonly Capability[];
  reasons: readonly Reason[];
}

export interface Choice {
  provider: string;
  model: string;
  verdict: Verdict;
}

export interface FallbackQuestion {
  asked: { provider: string; model: string };
  /** The user's; `null`: the strategy's, of the providers in use. */
  order: readonly string[] | null;
  inUse: readonly string[];
  strategy: Strategy;
  required: readonly Capability[];
  /** Whether a lesser model of the same provider will do: only where a task begins. */
  mayDowngrade: boolean;
  isLocal: (provider: string) => boolean;
  /** What the user configured or has used of a provider, best known first. */
  modelsOf: (provider: string) => readonly string[];
  /** The user's word on what a model can do; `null`: as our data says. */
  configuredCapabilities: (provider: string, model: string) => readonly Capability[] | null;
  costOf: (provider: string, model: string) => number | null;
  judge: (provider: string, model: string) => Verdict;
}

export interface FallbackAnswer {
  choice: Choice | null;
  skipped: Skipped[];
}

export function chooseFallback(question: FallbackQuestion): FallbackAnswer {
  const skipped: Skipped[] = [];
  for (const provider of providersToTry(question)) {
    const models = modelsToTry(provider, question);
    if (models.length === 0) {
      // Of the asked provider there is nothing lesser: nobody expects to be told.
      if (provider !== question.asked.provider)
        skipped.push({ provider, model: null, why: 'no_model', missing: [], reasons: [] });
      continue;
    }
    const refused: Skipped[] = [];
    for (const model of models) {
      const missing = missingOf(provider, model, question);
      const verdict = missing.length > 0 ? null : question.judge(provider, model);
      if (verdict !== null && !refuses(verdict.effect)) return { choice: { provider, model, verdict }, skipped };
      refused.push(skip(provider, model, missing, verdict));
    }
    skipped.push(...refused.slice(0, 1));
  }
  return { choice: null, skipped };
}

/** Capabilities that are required and not there. What nobody knows of a model is taken to be there. */
export function missingOf(
  provider: string,
  model: string,
  { required, configuredCapabilities }: Pick<FallbackQuestion, 'required' | 'configuredCapabilities'>,
): Capability[] {
  const can = configuredCapabilities(provider, model) ?? capabilitiesOf(provider, model);
  return can === null ? [] : required.filter((capability) => !can.includes(capability));
}

function providersToTry(question: FallbackQuestion): string[] {
  const { asked, order, inUse, strategy, mayDowngrade, isLocal, costOf } = question;
  const others = [...new Set(order ?? inUse)].filter((provider) => provider !== asked.provider);
  const ranked = others.map((provider) => {
    const [model] = modelsToTry(provider, question);
    return { provider, local: isLocal(provider), costNanos: model === undefined ? null : costOf(provider, model) };
  });
  if (order === null) ranked.sort(compareProviders(strategy));
  const sorted = ranked.map(({ provider }) => provider);
  return mayDowngrade ? [asked.provider, ...sorted] : sorted;
}

/** Of the asked provider only lesser models: the asked one has been judged, and a better one is no way to save. */
function modelsToTry(provider: string, { asked, strategy, modelsOf }: FallbackQuestion): string[] {
  const own = modelsOf(provider);
  const listed = knownModels.filter((one) => one.provider === provider).map(({ model }) => model);
  const models = [...new Set([...own, ...listed])];
  const askedGrade = gradeOf(asked.provider, asked.model);
  const lesser =
    provider === asked.provider
      ? models.filter((model) => model !== asked.model && gradeOf(provider, model) < askedGrade)
      : models;
  const grades = provider === asked.provider ? ([3, 2, 1] as const) : gradesFor(strategy, askedGrade);
  return grades.flatMap((grade) => lesser.filter((model) => gradeOf(provider, model) === grade));
}

function skip(provider: string, model: string, missing: Capability[], verdict: Verdict | null): Skipped {
  const reasons = (verdict?.reasons ?? []).filter(({ effect }) => refuses(effect));
  return { provider, model, why: missing.length > 0 ? 'capability' : (reasons[0]?.of ?? 'request'), missing, reasons };
}
