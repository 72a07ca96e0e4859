/**
 * All files, the environment and the defaults → the configuration that is obeyed, and every issue of each file.
 *
 * The order is: defaults, the user's file, the environment, then each workspace's file, which may tighten limits and never
 * lift one of the user's. Of a broken file what is right counts here, so that limits hold even then; whoever knows an
 * earlier text of it without errors gives that text instead, and shows the issues of the new one.
 */
import type { Configuration } from '../../protocol/configuration';
import type { ConfigurationIssue } from '../../protocol/configurationIssue';
import { finding } from '../checks/check';
import { hasError, type Finding } from '../issue';
import { withFallback } from '../normalise/budgets';
import { defaultBudgets } from '../normalise/defaults';
import { parseConfiguration, placeIssue, type ParsedConfiguration } from '../parse';
import { layerOfEnvironment, type Environment } from './environment';
import { join, joinQuotas } from './join';
import { joinBudgets } from './joinBudgets';
import { layerOfFile } from './layer';
import { unknownReferences, type KnownNames } from './references';
import { unreachable } from './unreachable';
import { restricted, tightenQuotas } from './workspace';
import { tighten } from './workspaceBudgets';

/** A text, or what `parseConfiguration` made of it. */
export type FileInput = string | ParsedConfiguration;

export interface ResolveInput {
  /** `null`: there is none. */
  user: FileInput | null;
  workspaces?: readonly { text: FileInput; trusted: boolean }[];
  environment?: Environment;
  known?: KnownNames;
}

export interface FileOutcome {
  parsed: ParsedConfiguration;
  /** All of it, in the order of the text. */
  issues: ConfigurationIssue[];
  /** Whether one of them is an error. */
  broken: boolean;
}

export interface Resolved {
  configuration: Configuration;
  user: FileOutcome | null;
  /** As given. */
  workspaces: FileOutcome[];
  /** Of variables; they have no range. */
  environmentIssues: ConfigurationIssue[];
}

export function resolveConfiguration(input: ResolveInput): Resolved {
  const { known = {} } = input;
  const user = input.user === null ? null : parsed(input.user);
  const workspaces = (input.workspaces ?? []).map(({ text, trusted }) => ({ file: parsed(text), trusted }));
  const environment = layerOfEnvironment(input.environment ?? {});

  const userLayer = layerOfFile(user?.entries ?? {}, 'user', user?.filePath ?? ((path) => path));
  const found = new Map<ParsedConfiguration, Finding[]>();
  const say = (file: ParsedConfiguration, findings: readonly Finding[]) =>
    found.set(file, [...(found.get(file) ?? []), ...findings]);

  if (user?.entries.project !== undefined) {
    const message = 'names the project of a workspace, so it belongs into a workspace’s file';
    say(user, [finding('warning', 'out_of_place', message, ['project'], { spot: 'key' })]);
  }
  const layers = [{ ...userLayer, settings: { ...userLayer.settings, project: null } }, environment.layer];
  let budgets = joinBudgets(defaultBudgets, userLayer, environment.layer);
  let quotas = joinQuotas(layers);
  if (user !== null) say(user, unreachable(budgets, 'user'));

  for (const { file, trusted } of workspaces) {
    const allowed = trusted ? { entries: file.entries, findings: [] } : restricted(file.entries);
    const layer = layerOfFile(allowed.entries, 'workspace', file.filePath);
    const tightened = tighten(budgets, layer, trusted);
    const scarcer = tightenQuotas(quotas, layer.quotas);
    say(file, [...allowed.findings, ...tightened.findings, ...scarcer.findings]);
    ({ budgets } = tightened);
    ({ quotas } = scarcer);
    layers.push({ ...layer, budgets: [], quotas: [] });
  }
  const joined = join(layers);
  budgets = withFallback(budgets, joined.fallbackProviders !== null);
  const configuration: Configuration = { ...joined, budgets, quotas };

  const outcome = (file: ParsedConfiguration): FileOutcome => {
    const all = [...unknownReferences(file, configuration.tiers, known), ...(found.get(file) ?? [])];
    const placed = all.map((one) => placeIssue(one, file.root, file.positions));
    const issues = [...file.issues, ...placed].sort((a, b) => a.range.start.offset - b.range.start.offset);
    return { parsed: file, issues, broken: hasError(issues) };
  };
  return {
    configuration,
    user: user && outcome(user),
    workspaces: workspaces.map(({ file }) => outcome(file)),
    environmentIssues: environment.issues,
  };
}

/** Findings are kept by file: each layer has its own, also where two say the same. */
export function parsed(file: FileInput): ParsedConfiguration {
  return { ...(typeof file === 'string' ? parseConfiguration(file) : file) };
}
