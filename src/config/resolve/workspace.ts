/**
 * What a workspace's file may say. In a workspace that is not trusted it may name the project and tighten limits; the rest
 * of it is left out, and said to be. In a trusted one it may say anything, but lifts no budget and no quota of the user.
 */
import type { Quota } from '../../protocol/configuration';
import { finding } from '../checks/check';
import type { Finding } from '../issue';
import { omit } from '../normalise/settings';
import type { FileEntries } from '../schema/file';

/** Keys by which a limit can be written. */
const limitKeys = [
  'project',
  'limits',
  'projects',
  'budgets',
  'budget_per_plan',
  'budget_per_day',
] as const satisfies readonly (keyof FileEntries)[];

/** What is left of a file that a stranger wrote. */
export function restricted(entries: FileEntries): { entries: FileEntries; findings: Finding[] } {
  const findings: Finding[] = [];
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(entries)) {
    const tightens = limitKeys.some((known) => known === key) || (key === 'unestimated' && value === 'block');
    if (tightens) kept[key] = value;
    else findings.push(ignored(key, [key]));
  }
  const left = kept as FileEntries;
  const types = left.limits?.per_agent_type ?? {};
  for (const [type, { strategy }] of Object.entries(types)) {
    if (strategy !== undefined) findings.push(ignored('strategy', ['limits', 'per_agent_type', type, 'strategy']));
  }
  const perAgentType = Object.fromEntries(
    Object.entries(types).map(([type, limits]) => [type, omit(limits, 'strategy')]),
  );
  const limits = left.limits && { ...left.limits, ...(left.limits.per_agent_type && { per_agent_type: perAgentType }) };
  return { entries: { ...left, ...(limits && { limits }) }, findings };
}

function ignored(key: string, path: readonly string[]): Finding {
  const message = `${key} is ignored until you trust this workspace: until then its file can only tighten limits`;
  return finding('warning', 'untrusted', message, path, { spot: 'key' });
}

/** The user's quotas with those of a trusted workspace that are not above them. */
export function tightenQuotas(
  inForce: readonly Quota[],
  workspace: readonly Quota[],
): { quotas: Quota[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const quotas = new Map(inForce.map((quota) => [quota.id, quota]));
  for (const quota of workspace) {
    const before = quotas.get(quota.id);
    if (before !== undefined && quota.limit > before.limit) {
      const message = `lifts the user’s limit of ${before.limit.toLocaleString('en')}, so it is ignored`;
      findings.push(finding('warning', 'lifted_limit', message, quota.origin.path));
    } else {
      quotas.set(quota.id, quota);
    }
  }
  return { quotas: [...quotas.values()], findings };
}
