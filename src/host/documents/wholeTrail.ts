/** The audit trail as the engine gives it: a page after the other, the last of which says whether all of it is whole. */
import type { AuditValue } from '../../protocol/api/budgetAnswers';

const pageSize = 10_000;

export async function wholeTrail(
  ask: (page: { after: number; limit: number }) => Promise<AuditValue>,
): Promise<AuditValue> {
  const entries: AuditValue['entries'] = [];
  for (;;) {
    const page = await ask({ after: entries.at(-1)?.seq ?? 0, limit: pageSize });
    entries.push(...page.entries);
    if (page.entries.length < pageSize) return { ...page, entries };
  }
}
