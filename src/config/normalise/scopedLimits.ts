/** `limits:` and `projects.*.limits` → one limit each, with the names that a `default` does not hold for. */
import type { BudgetPeriod, Measure, Scope } from '../../protocol/configuration';
import type { Path } from '../issue';
import type { FileEntries } from '../schema/file';
import type { BudgetKey } from './budgetKey';

export interface ScopedLimit extends BudgetKey {
  except: readonly string[];
  /** In USD, or a count; `null` takes it away. */
  limit: number | null;
  hardStop: boolean | undefined;
  warningThreshold: number | undefined;
  path: Path;
}

type Limits = Readonly<Record<string, unknown>>;

/** For each other name in its scope. */
export const defaultName = 'default';

const limitKey = /^max_(cost|tokens|requests)(?:_per_(hour|day|week|month|run|request))?$/;

export function scopedLimits(entries: FileEntries): ScopedLimit[] {
  const { limits = {}, projects = {} } = entries;
  const named = (group: Readonly<Record<string, Limits>> | undefined, ...path: Path): [string, Limits, Path][] =>
    Object.entries(group ?? {}).map(([name, one]) => [name, one, [...path, name]]);
  const ofProjects: [string, Limits, Path][] = Object.entries(projects).flatMap(([name, project]) =>
    project.limits === undefined ? [] : [[name, project.limits, ['projects', name, 'limits']]],
  );
  return [
    ...limitsIn(limits.global ?? {}, 'global', null, ['limits', 'global']),
    ...inScope('project', [...named(limits.per_project, 'limits', 'per_project'), ...ofProjects]),
    ...inScope('agent', named(limits.per_agent, 'limits', 'per_agent')),
    ...inScope('agent_type', named(limits.per_agent_type, 'limits', 'per_agent_type')),
    ...limitsIn(limits.per_request ?? {}, 'request', null, ['limits', 'per_request']),
  ];
}

function inScope(scope: Scope, groups: readonly [name: string, limits: Limits, path: Path][]): ScopedLimit[] {
  const all = groups.flatMap(([name, limits, path]) =>
    limitsIn(limits, scope, name === defaultName ? null : name, path),
  );
  return all.map((limit) =>
    limit.scopeId === null ? { ...limit, except: all.filter((other) => overrides(other, limit)).map(nameOf) } : limit,
  );
}

/** A name with a limit of its own, also one that is `null`, is no part of the default. */
function overrides(own: BudgetKey, common: BudgetKey): boolean {
  return own.scopeId !== null && own.period === common.period && own.measure === common.measure;
}

function nameOf({ scopeId }: BudgetKey): string {
  return scopeId ?? defaultName;
}

function limitsIn(limits: Limits, scope: Scope, scopeId: string | null, path: Path): ScopedLimit[] {
  const hardStop = limits['hard_stop'] as boolean | undefined;
  const warningThreshold = limits['warning_threshold'] as number | undefined;
  const manner = { except: [], hardStop, warningThreshold };
  return Object.entries(limits).flatMap(([key, limit]): ScopedLimit[] => {
    if (limit !== null && typeof limit !== 'number') return [];
    const at = { limit, path: [...path, key], ...manner };
    if (key === 'max_concurrent_agents') {
      // A level has no clock, as a run has none.
      return [{ scope, scopeId, period: 'run', measure: 'concurrent_agents', ...at }];
    }
    const [, measure, period] = limitKey.exec(key) ?? [];
    if (measure === undefined) return [];
    return [{ scope, scopeId, period: (period ?? 'request') as BudgetPeriod, measure: measure as Measure, ...at }];
  });
}
