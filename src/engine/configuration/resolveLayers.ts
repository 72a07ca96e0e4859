/**
 * What `config/` makes of the layers. It brings the YAML parser and a schema of every key, a fifth of a start's work, and most
 * users have written nothing: it is a bundle of its own, loaded with the first text or variable that says something.
 * A text is parsed once, however many windows say it and however often it is resolved.
 */
import { createRequire } from 'node:module';
import { defaultConfiguration } from '../../config/normalise/defaults';
import type { ParsedConfiguration } from '../../config/parse';
import type * as Resolving from '../../config/resolve/resolve';
import type { ResolveLayers } from './configurations';

let resolving: typeof Resolving | undefined;

/** In characters; what is resolved at one time is less. */
const mostKept = 2_000_000;
const texts = new Map<string, ParsedConfiguration>();

/** Loads at once, not later: a limit must hold for the first call that comes after its text. */
export const resolveLayers: ResolveLayers = (layers) => {
  const { user, workspaces, environment } = layers;
  if (user === null && workspaces.length === 0 && Object.keys(environment).length === 0) return nothingSaid;
  return config().resolveConfiguration({
    environment,
    user: user === null ? null : parsed(user),
    workspaces: workspaces.map(({ text, trusted }) => ({ text: parsed(text), trusted })),
  });
};

/** Before it is asked for. */
export function parseAhead(text: string): void {
  parsed(text);
}

function parsed(text: string): ParsedConfiguration {
  const known = texts.get(text) ?? config().parsed(text);
  texts.delete(text);
  texts.set(text, known);
  let kept = 0;
  for (const { length } of texts.keys()) kept += length;
  for (const oldest of texts.keys()) {
    if (kept <= mostKept || oldest === text) break;
    texts.delete(oldest);
    kept -= oldest.length;
  }
  return known;
}

function config(): typeof Resolving {
  resolving ??= createRequire(__filename)('./configuration.js') as typeof Resolving;
  return resolving;
}

export const nothingSaid: ReturnType<ResolveLayers> = {
  configuration: defaultConfiguration,
  user: null,
  workspaces: [],
  environmentIssues: [],
};
