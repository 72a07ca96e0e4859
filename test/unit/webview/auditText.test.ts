import { describe, expect, it } from 'vitest';
import { dashboardStrings } from '../../../src/protocol/dashboard/dashboardStrings';
import { createText } from '../../../webview/text';
import { auditBudget, auditDetail, auditKind, type AuditEntry } from '../../../webview/views/auditText';

const english = createText('en', 'UTC', {});
const nowhere = (): null => null;

function entry(kind: string, detail: Record<string, string | number | boolean>): AuditEntry {
  return { seq: 1, atMs: 0, kind, detail: Object.entries(detail).map(([name, value]) => ({ name, value })) };
}

describe('an entry of the audit trail', () => {
  const figures = { used: 0.5, limit: 1, estimate: 1.42 };
  const refused = entry('request_refused', {
    budget: 'global.request.cost',
    scopeId: 'shop',
    why: 'would_cross',
    measure: 'cost',
    ...figures,
  });

  it('shows money as money, also of a budget that is not shown now', () => {
    expect(auditDetail(refused, nowhere, english)).toBe(
      'Applies to: shop · Why: the estimate would cross the limit · Used: $0.50 · Limit: $1.00 · Estimate: $1.42',
    );
    expect(auditBudget(refused)).toBe('global.request.cost');
  });

  it('trusts what it says itself, and else the budget of today', () => {
    const old = entry('budget_exhausted', { budget: 'b', used: 2, limit: 2 });
    expect(auditDetail(old, (budget) => (budget === 'b' ? 'cost' : null), english)).toBe('Used: $2.00 · Limit: $2.00');
    expect(auditDetail(old, nowhere, english)).toBe('Used: 2 · Limit: 2');
    const tokens = entry('budget_exhausted', { budget: 'b', measure: 'tokens', used: 2_000, limit: 2_000 });
    expect(auditDetail(tokens, () => 'cost', english)).toBe('Used: 2,000 · Limit: 2,000');
  });

  it('says all it knows in the user’s language', () => {
    const marked = Object.fromEntries(Object.keys(dashboardStrings).map((key) => [key, `«${key}»`]));
    const text = createText('de', 'UTC', marked);
    expect(auditKind(refused, text)).toBe('«auditRefused»');
    const all = { id: 'x', value: 'v', amount: 1, untilMs: 0, reason: 'r', run: 'a', plan: 'b', agent: 'c', project: 'd', alert: 'e' }; // prettier-ignore
    for (const why of ['used_up', 'would_cross', 'unestimated', 'waiting']) {
      const parts = auditDetail(entry('override_set', { ...all, why, ...figures }), nowhere, text).split(' · ');
      expect(parts).toHaveLength(13);
      for (const part of parts) expect(part).toMatch(/^«\w+»: ./);
      expect(parts.filter((part) => /: «why\w+»$/.test(part))).toHaveLength(1);
    }
  });

  it('leaves what a later version wrote as it is', () => {
    const later = entry('constructor', { why: 'toString', colour: '<b>', valueOf: true });
    expect(auditKind(later, english)).toBe('constructor');
    expect(auditDetail(later, nowhere, english)).toBe('Why: toString · colour: <b> · valueOf: true');
  });
});
