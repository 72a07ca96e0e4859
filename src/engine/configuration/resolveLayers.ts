/**
 * What `config/` makes of the layers. It brings the YAML parser and a schema of every key, a fifth of a start's work, and most
 * users have written nothing: it is a bundle of its own, loaded with the first text or variable that says something.
 * It parses a text once, however many windows say it and however often it is resolved.
 */
import { createRequire } from 'node:module';
import { defaultConfiguration } from '../../config/normalise/defaults';
import type * as Resolving from '../../config/resolve/resolve';
import type { ResolveLayers } from './configurations';

let resolving: typeof Resolving | undefined;

/** Loads at once, not later: a limit must hold for the first call that comes after its text. */
export const resolveLayers: ResolveLayers = (layers) => {
  const { user, workspaces, environment } = layers;
  if (user === null && workspaces.length === 0 && Object.keys(environment).length === 0) return nothingSaid;
  return config().resolveConfiguration(layers);
};

/** Before it is asked for: what is parsed is remembered. */
export function parseAhead(text: string): void {
  config().parsed(text);
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
