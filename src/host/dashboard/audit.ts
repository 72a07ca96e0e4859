/** The audit trail for the page: all of it is read and verified, the latest entries are shown, the newest first. */
import * as z from 'zod';
import type { AuditValue } from '../../protocol/api/budgetAnswers';
import type { AuditTrail } from '../../protocol/dashboard/dashboardMessages';
import { wholeTrail } from '../documents/wholeTrail';
import type { AskEngine } from './ask';

const mostShown = 500;

const auditSchema: z.ZodType<AuditValue> = z.object({
  intact: z.boolean(),
  brokenAt: z.number().nullable(),
  entries: z.array(
    z.object({
      seq: z.number(),
      at: z.string(),
      kind: z.string(),
      detail: z.record(z.string(), z.unknown()),
      hash: z.string(),
    }),
  ),
});

/** Throws what can't be had, in words. */
export async function askAudit(engine: AskEngine): Promise<AuditTrail> {
  const trail = await wholeTrail(async (page) => {
    const result = await engine('audit', page);
    if (!result.ok) throw new Error(result.error.message);
    return auditSchema.parse(result.value);
  });
  return trailOf(trail);
}

function trailOf({ intact, brokenAt, entries }: AuditValue): AuditTrail {
  return {
    total: entries.length,
    intact,
    brokenAt,
    entries: entries
      .slice(-mostShown)
      .toReversed()
      .map(({ seq, at, kind, detail }) => ({
        seq,
        atMs: Date.parse(at),
        kind,
        detail: Object.entries(detail).flatMap(([name, value]) =>
          value === null || value === undefined
            ? []
            : [{ name, value: isPlain(value) ? value : JSON.stringify(value) }],
        ),
      })),
  };
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
