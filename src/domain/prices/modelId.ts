/**
 * Model ids: the forms under which a price list may know a model, nearest to what was logged first.
 * Gateways, platforms and agents dress ids up with dates, regions, vendors, context windows and effort levels.
 * Owns that order and the modifiers a name carries. Pure: no time, no money.
 */
import type { Modifier } from '../../protocol/vocabulary';

export interface ModelCandidate {
  id: string;
  modifiers: readonly Modifier[];
}

/** `-20260501`, `@20260601`, `-2026-05-01`; `[1m]`, the window of a million tokens; `-v1:0`. */
const tails = [/[-@]20\d{6}$/, /-20\d\d-\d\d-\d\d$/, /\[\d+[km]\]$/, /-v\d+(?::\d+)?$/];
/** `anthropic/`, `models/`, `publishers/google/models/`, one segment at a time. */
const pathSegment = /^[^/]*\//;
const region = /^(?:us|eu|ap|apac|global|jp|au|ca|us-gov)\./;
const dottedVendor = /^(?:anthropic|amazon|meta|mistral|cohere|deepseek|openai)\./;
const effort = /(?:-(?:thinking|minimal|low|medium|high|xhigh)|\((?:minimal|low|medium|high|xhigh)\))$/;
const fast = '-fast';

const plain: readonly Modifier[] = [];
const fastOnly: readonly Modifier[] = ['fast'];

/** Without duplicates. Each step goes on from the one before. What is no model (`<synthetic>`, nothing) has no candidates. */
export function modelCandidates(model: string): ModelCandidate[] {
  const logged = model.trim().toLowerCase();
  if (logged === '' || logged.startsWith('<')) {
    return [];
  }
  const asLogged = formsOf(logged);
  const candidates: ModelCandidate[] = asLogged.forms.map((id) => ({ id, modifiers: plain }));
  if (saysFast(asLogged.barest)) {
    const { forms } = formsOf(asLogged.barest.slice(0, -fast.length));
    candidates.push(...forms.map((id) => ({ id, modifiers: fastOnly })));
  }
  return candidates;
}

/** Whether the id asks for the fast lane by its end, so that a price of the plain model is not its price. */
export function saysFast(id: string): boolean {
  return id.endsWith(fast);
}

function formsOf(logged: string): { forms: string[]; barest: string } {
  const forms = new Set([logged]);
  let id = logged;
  const strip = (patterns: readonly RegExp[]) => {
    for (let found = first(patterns, id); found !== undefined; found = first(patterns, id)) {
      id = id.replace(found, '');
      forms.add(id);
    }
  };
  strip(tails);
  strip([region]);
  strip([pathSegment]);
  strip([region, dottedVendor]);
  strip([effort, ...tails]);
  // 4.8 and 4-8 are one version; the barest form is the likeliest to stand in a list the other way.
  for (const spelling of [...forms].reverse()) {
    forms.add(spelling.replace(/(?<=\d)\.(?=\d)/g, '-'));
    forms.add(spelling.replace(/(?<=\D\d{1,2})-(?=\d{1,2}(?:\D|$))/g, '.'));
  }
  return { forms: [...forms], barest: id };
}

/** The first pattern that would take something off and leave something. */
function first(patterns: readonly RegExp[], id: string): RegExp | undefined {
  return patterns.find((pattern) => pattern.test(id) && id.replace(pattern, '') !== '');
}
