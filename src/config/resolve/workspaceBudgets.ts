/**
 * What a workspace's budgets do to those in force: they may come to be tighter, and nothing of the user's is lifted. A
 * tighter one takes the place of the same budget; one that is lower and yet softer stands beside it.
 */
import type { Budget, LimitAction } from '../../protocol/configuration';
import { limitText } from '../../shared/money';
import { finding } from '../checks/check';
import type { Finding } from '../issue';
import { sameKind } from '../normalise/budgetKey';
import type { Removal } from '../normalise/budgets';
import { withoutReplaced } from './joinBudgets';
import type { Layer } from './layer';

const strictness: readonly LimitAction[] = ['warn', 'fallback', 'queue', 'block', 'terminate'];

export interface Tightened {
  budgets: Budget[];
  findings: Finding[];
}

export function tighten(inForce: readonly Budget[], workspace: Layer, trusted: boolean): Tightened {
  const findings: Finding[] = [];
  const isBinding = ({ origin }: Budget) => !trusted || origin.layer !== 'default';
  const lifted = (one: Budget | Removal) => lifts(one, inForce.filter(isBinding));
  const kept = workspace.budgets.filter((budget) => {
    const over = lifted(budget);
    if (over === undefined) return true;
    findings.push(liftFinding(budget, over, trusted));
    return false;
  });
  const removals = workspace.removals.filter((removal) => {
    const over = lifted(removal);
    if (over !== undefined) findings.push(liftFinding(removal, over, trusted));
    return over === undefined;
  });
  // A trusted workspace may do as it likes with defaults.
  const free = trusted ? inForce.filter((budget) => !isBinding(budget)) : [];
  const bound = inForce.filter((budget) => !free.includes(budget));
  return { budgets: merge([...withoutReplaced(free, [...kept, ...removals]), ...bound], kept), findings };
}

function liftFinding(one: Budget | Removal, over: Budget, trusted: boolean): Finding {
  const whose = over.origin.layer === 'default' ? 'the default' : 'the user’s limit';
  const message =
    'limit' in one
      ? `lifts ${whose} of ${limitText(over.limit, over.measure)}, so it is ignored`
      : `takes away ${whose} of ${limitText(over.limit, over.measure)}, so it is ignored`;
  const code = over.origin.layer === 'default' && !trusted ? 'untrusted' : 'lifted_limit';
  return finding('warning', code, message, one.origin.path);
}

/** The budget in force that a workspace's would be looser than. */
function lifts(one: Budget | Removal, inForce: readonly Budget[]): Budget | undefined {
  return inForce
    .filter((budget) => sameKind(budget, one) && concerns(budget, one))
    .find((budget) => !('limit' in one) || one.limit > budget.limit);
}

/** Whether a budget holds for all that another one would. */
function concerns(budget: Budget, { scopeId, scope }: Budget | Removal): boolean {
  if (budget.scopeId === scopeId) return true;
  return budget.scopeId === null && scope !== 'global' && scopeId !== null && !budget.except.includes(scopeId);
}

function merge(inForce: readonly Budget[], tighter: readonly Budget[]): Budget[] {
  const merged = new Map(inForce.map((budget) => [budget.id, budget]));
  for (const budget of tighter) {
    const before = merged.get(budget.id);
    if (before === undefined) {
      merged.set(budget.id, budget);
    } else if (sameKind(before, budget) && before.scopeId === budget.scopeId && (budget.hard || !before.hard)) {
      merged.set(budget.id, joined(before, budget, tighter));
    } else {
      const id = `${budget.id}@workspace`;
      const another = merged.get(id);
      if (another === undefined || another.limit > budget.limit) merged.set(id, { ...budget, id });
    }
  }
  return [...merged.values()];
}

/** `budget` is lower and at least as hard. Names that it leaves out must have a limit of their own that is as good. */
function joined(before: Budget, budget: Budget, tighter: readonly Budget[]): Budget {
  const provided = budget.except.filter((name) =>
    tighter.some((own) => own.scopeId === name && sameKind(own, budget) && (own.hard || !before.hard)),
  );
  const action = strictness.indexOf(before.action) > strictness.indexOf(budget.action) ? before.action : budget.action;
  // It may not warn later than the user wanted.
  const usersWarning = budget.limit === 0 ? 1 : (before.softRatio * before.limit) / budget.limit;
  return {
    ...budget,
    except: [...new Set([...before.except, ...provided])],
    softRatio: Math.min(budget.softRatio, usersWarning),
    action,
  };
}
