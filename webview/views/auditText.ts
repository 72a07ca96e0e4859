/** An entry of the audit trail in words: names and codes in the user's language, amounts in the unit of their measure. */
import type { AuditTrail } from '../../src/protocol/dashboard/dashboardMessages';
import type { DashboardString } from '../../src/protocol/dashboard/dashboardStrings';
import type { Text } from '../text';

export type AuditEntry = AuditTrail['entries'][number];
type Detail = AuditEntry['detail'][number];

const kinds: Readonly<Record<string, DashboardString>> = {
  budget_exhausted: 'auditExhausted',
  request_refused: 'auditRefused',
  run_terminated: 'auditTerminated',
  override_set: 'auditLifted',
  override_expired: 'auditExpired',
  override_ended: 'auditEnded',
  alert_silenced: 'auditSilenced',
};

const names: Readonly<Record<string, DashboardString>> = {
  used: 'used',
  limit: 'limit',
  estimate: 'auditEstimate',
  amount: 'auditAmount',
  untilMs: 'auditUntil',
  reason: 'auditReason',
  why: 'auditWhy',
  scopeId: 'auditFor',
  value: 'auditFor',
  run: 'run',
  plan: 'auditPlan',
  agent: 'agent',
  project: 'project',
  alert: 'auditAlert',
};

const causes: Readonly<Record<string, DashboardString>> = {
  used_up: 'whyUsedUp',
  would_cross: 'whyWouldCross',
  unestimated: 'whyUnestimated',
  waiting: 'whyWaiting',
};

const amounts: readonly string[] = ['used', 'limit', 'amount', 'estimate'];
/** In a column of its own, for nobody to read, or told by the unit of the amounts. */
const unlisted: readonly string[] = ['budget', 'id', 'measure'];

export function auditKind({ kind }: AuditEntry, text: Text): string {
  return wordsOf(kinds, kind, text);
}

export function auditBudget(entry: AuditEntry): string {
  return String(valueOf(entry, 'budget') ?? '–');
}

/** `measureOf`: of a budget that there is now. Entries of earlier versions do not say their measure. */
export function auditDetail(entry: AuditEntry, measureOf: (budget: string) => string | null, text: Text): string {
  const measure = valueOf(entry, 'measure') ?? measureOf(auditBudget(entry));
  return entry.detail
    .filter(({ name }) => !unlisted.includes(name))
    .map((one) => `${wordsOf(names, one.name, text)}: ${valueText(one, measure, text)}`)
    .join(' · ');
}

function valueOf({ detail }: AuditEntry, wanted: string): Detail['value'] | null {
  return detail.find(({ name }) => name === wanted)?.value ?? null;
}

/** What a later version wrote stays as it is written. */
function wordsOf(known: Readonly<Record<string, DashboardString>>, code: string, text: Text): string {
  const key = Object.hasOwn(known, code) ? known[code] : undefined;
  return key === undefined ? code : text.t(key);
}

function valueText({ name, value }: Detail, measure: Detail['value'] | null, text: Text): string {
  if (typeof value !== 'number') return name === 'why' ? wordsOf(causes, String(value), text) : String(value);
  if (name === 'untilMs') return text.shortInstant(value);
  if (!amounts.includes(name)) return text.count(value);
  if (measure === 'cost') return text.fullMoney(value);
  return measure === 'storage' ? text.bytes(value) : text.count(value);
}
