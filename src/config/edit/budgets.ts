/**
 * Setting and removing limits, in the form in which the file writes them already; what it does not write yet goes to the
 * short form where the file uses that, else to `limits:`, else to `budgets.rules`. Amounts as in the file: USD, or counts.
 */
import { canonicalProvider } from '../../domain/prices/provider';
import type { Origin } from '../../protocol/configuration';
import { pathText, type Path } from '../issue';
import { sameThing, type BudgetKey } from '../normalise/budgetKey';
import { budgetsOfFile } from '../normalise/budgets';
import { defaultBudgets } from '../normalise/defaults';
import { defaultName } from '../normalise/scopedLimits';
import { parseConfiguration, type ParsedConfiguration } from '../parse';
import { find } from '../read/located';
import { knownKeys } from '../schema/jsonSchema';
import { removePath, setPath } from './edit';
import { applyEdits, inTurn, refused, type EditOutcome } from './outcome';

/** A budget by what it is about, or by its id where several are about the same. */
export type BudgetTarget = BudgetKey | { id: string };

/** Sets a limit, writing it where it is not written yet. By id only what is written can be set. */
export function setBudgetLimit(text: string, target: BudgetTarget, limit: number): EditOutcome {
  const file = parseConfiguration(text);
  const written = placesOf(file, target)[0];
  if (written !== undefined) return setWritten(text, file, written, limit);
  if ('id' in target) return refused('not_found', `the file has no budget ${target.id}`);
  return setNew(text, file, target, limit);
}

/**
 * As `setBudgetLimit`, and says whether the limit stops or only warns. Where others would change with it, it becomes a
 * rule of its own.
 */
export function setBudget(text: string, key: BudgetKey, limit: number, hard: boolean): EditOutcome {
  const outcome = setBudgetLimit(text, key, limit);
  if (!outcome.ok) return outcome;
  const file = parseConfiguration(outcome.text);
  const budget = budgetsIn(file).find((one) => sameThing(one, key));
  if (budget === undefined || !('hard' in budget) || budget.hard === hard) return outcome;
  const { path } = budget.origin;
  const edits = isRule(path)
    ? [
        ...(hard && ruleAction(file, path) === 'warn' ? [(now: string) => removePath(now, [...path, 'action'])] : []),
        (now: string) => setPath(now, [...path, 'hard_stop'], hard),
      ]
    : isAlone(file, path)
      ? [(now: string) => setPath(now, [...path.slice(0, -1), 'hard_stop'], hard)]
      : null;
  if (edits !== null) return inTurn(text, [() => outcome, ...edits]);
  const wasWritten = placesOf(parseConfiguration(text), key).length > 0;
  // What was said of the limit goes with it.
  const comment = wasWritten ? commentBehind(text, path) : null;
  return inTurn(text, [
    ...(wasWritten ? [(now: string) => removePath(now, path)] : []),
    (now) => addRule(now, parseConfiguration(now), key, limit, hard),
    ...(comment === null ? [] : [(now: string) => withComment(now, key, comment)]),
  ]);
}

/** On the line of a value, with nothing but it between. */
function commentBehind(text: string, path: Path): string | null {
  const node = find(parseConfiguration(text).root, path)?.node;
  return node === undefined ? null : (/^[ \t]+(#[^\r\n]*)/.exec(text.slice(node.end))?.[1] ?? null);
}

/** Behind the limit of the rule that is about this. */
function withComment(text: string, key: BudgetKey, comment: string): EditOutcome {
  const file = parseConfiguration(text);
  const [place] = placesOf(file, key);
  const end = place === undefined ? undefined : find(file.root, [...place, 'limit'])?.node.end;
  if (end === undefined || !/^(?:\r|\n|$)/.test(text.slice(end))) return { ok: true, edits: [], text };
  const edit = { offset: end, length: 0, newText: ` ${comment}` };
  return { ok: true, edits: [edit], text: applyEdits(text, [edit]) };
}

function isRule(path: Path): boolean {
  return path[0] === 'budgets' && path[1] === 'rules';
}

function ruleAction({ root }: ParsedConfiguration, path: Path): unknown {
  const node = find(root, [...path, 'action'])?.node;
  return node?.kind === 'scalar' ? node.value : null;
}

/** Whether the map that a limit stands in has no other limit, so that its `hard_stop` is about this one only. */
function isAlone(file: ParsedConfiguration, path: Path): boolean {
  if (path[0] !== 'limits' && path[0] !== 'projects') return false;
  const beside = budgetsIn(file).filter(
    ({ origin }) => pathText(origin.path.slice(0, -1)) === pathText(path.slice(0, -1)),
  );
  return beside.length === 1;
}

/** Afterwards nothing limits what the target is about: a default that would come back is removed with `null`. */
export function removeBudgetLimit(text: string, target: BudgetTarget): EditOutcome {
  const file = parseConfiguration(text);
  const places = placesOf(file, target);
  const key = 'id' in target ? budgetsIn(file).find(({ id }) => id === target.id) : target;
  const byDefault = key !== undefined && defaultBudgets.some((one) => sameThing(one, key));
  const first = places[0];
  if (first === undefined) {
    if (!byDefault) return refused('not_found', 'the file has no such budget');
    const place = 'id' in target ? null : newPlace(file, target);
    return place === null ? refused('form', 'a default can not be removed here') : setPath(text, place, null);
  }
  const isScalar = find(file.root, first)?.node.kind === 'scalar';
  return byDefault && isScalar ? setPath(text, first, null) : removePath(text, first);
}

function budgetsIn({ entries, filePath }: ParsedConfiguration) {
  const origin = (path: Path): Origin => ({ layer: 'user', path: filePath(path) });
  const { budgets, removals } = budgetsOfFile(entries, origin);
  return [...budgets, ...removals];
}

function placesOf(file: ParsedConfiguration, target: BudgetTarget): Path[] {
  return budgetsIn(file)
    .filter((budget) => ('id' in target ? budget.id === target.id : sameThing(budget, target)))
    .map(({ origin }) => origin.path);
}

function setWritten(text: string, file: ParsedConfiguration, path: Path, limit: number): EditOutcome {
  const node = find(file.root, path)?.node;
  if (node?.kind === 'map') return setPath(text, [...path, 'limit'], limit);
  if (path[1] !== 'per_backend') return setPath(text, path, limit);
  const before = node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : '';
  return setPath(text, path, `${amountLike(before, limit)}${/\s*\/.*$/.exec(before)?.[0] ?? '/month'}`);
}

/** `20.00` is followed by `15.00`, and `20` by `15`. */
function amountLike(before: string, limit: number): string {
  const decimals = /\.(\d+)/.exec(before)?.[1]?.length ?? 0;
  const plain = String(limit);
  return (plain.split('.')[1]?.length ?? 0) > decimals ? plain : limit.toFixed(decimals);
}

function setNew(text: string, file: ParsedConfiguration, key: BudgetKey, limit: number): EditOutcome {
  const place = newPlace(file, key);
  if (place?.[1] === 'per_backend') return setPath(text, place, `${amountLike('.00', limit)}/${key.period}`);
  if (place !== null) return setPath(text, place, limit);
  return addRule(text, file, key, limit, null);
}

/** `hard`: `null` leaves it to what holds for all. */
function addRule(
  text: string,
  file: ParsedConfiguration,
  { scope, scopeId, period, measure }: BudgetKey,
  limit: number,
  hard: boolean | null,
): EditOutcome {
  const rules = find(file.root, ['budgets', 'rules'])?.node;
  return setPath(text, ['budgets', 'rules', rules?.kind === 'list' ? rules.items.length : 0], {
    scope,
    ...(scopeId !== null && { scope_id: scopeId }),
    period,
    ...(measure !== 'cost' && { measure }),
    limit,
    ...(hard !== null && { hard_stop: hard }),
  });
}

const short: Readonly<Record<string, string>> = { day: 'daily_limit_usd', month: 'monthly_limit_usd' };

/** Where a limit would be written that the file does not have; `null` where only a rule can say it. */
function newPlace({ entries }: ParsedConfiguration, { scope, scopeId, period, measure }: BudgetKey): Path | null {
  const { budgets = {}, limits = {}, projects = {} } = entries;
  if (scope === 'global' && measure === 'cost') {
    const key = short[period];
    const usesShort = budgets.daily_limit_usd !== undefined || budgets.monthly_limit_usd !== undefined;
    if (key !== undefined && usesShort && limits.global === undefined) return ['budgets', key];
  }
  const isClock = ['hour', 'day', 'week', 'month'].includes(period);
  if (scope === 'provider' && measure === 'cost' && scopeId !== null && isClock) {
    const name = Object.keys(budgets.per_backend ?? {}).find((one) => canonicalProvider(one) === scopeId) ?? scopeId;
    return name in (budgets.per_backend ?? {}) ? null : ['budgets', 'per_backend', name];
  }
  const name = scopeId ?? defaultName;
  const usesProjects = projects[name]?.limits !== undefined && limits.per_project?.[name] === undefined;
  const section: Path | undefined = {
    global: ['limits', 'global'],
    request: ['limits', 'per_request'],
    project: usesProjects ? ['projects', name, 'limits'] : ['limits', 'per_project', name],
    agent: ['limits', 'per_agent', name],
    agent_type: ['limits', 'per_agent_type', name],
  }[scope as string];
  const key =
    measure === 'concurrent_agents'
      ? 'max_concurrent_agents'
      : scope === 'request'
        ? `max_${measure}`
        : `max_${measure}_per_${period}`;
  return section !== undefined && knownKeys(section).has(key) ? [...section, key] : null;
}
