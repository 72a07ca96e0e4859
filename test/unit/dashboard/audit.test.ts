import { describe, expect, it } from 'vitest';
import { askAudit } from '../../../src/host/dashboard/audit';
import type { AskEngine } from '../../../src/host/dashboard/ask';

interface Entry {
  seq: number;
  at: string;
  kind: string;
  detail: Record<string, unknown>;
  hash: string;
}

/** Answers as the engine does: what follows `after`, at most `limit`. */
function engineOf(entries: readonly Entry[], brokenAt: number | null = null): AskEngine {
  return (command, argument) => {
    expect(command).toBe('audit');
    const { after, limit } = argument as { after: number; limit: number };
    const page = entries.filter(({ seq }) => seq > after).slice(0, limit);
    return Promise.resolve({ ok: true, value: { intact: brokenAt === null, brokenAt, entries: page } });
  };
}

const entry = (seq: number, detail: Record<string, unknown> = {}): Entry => ({
  seq,
  at: new Date(seq * 1_000).toISOString(),
  kind: 'override_set',
  detail,
  hash: String(seq),
});

describe('the audit trail for the page', () => {
  it('is counted whole over every page, and its latest entries come first', async () => {
    const all = Array.from({ length: 20_001 }, (_, place) => entry(place + 1));
    const trail = await askAudit(engineOf(all));
    expect(trail).toMatchObject({ total: 20_001, intact: true, brokenAt: null });
    expect(trail.entries).toHaveLength(500);
    expect(trail.entries[0]).toMatchObject({ seq: 20_001, atMs: 20_001_000 });
  });

  it('says where it was changed', async () => {
    expect(await askAudit(engineOf([entry(1), entry(2)], 2))).toMatchObject({ intact: false, brokenAt: 2, total: 2 });
  });

  it('hands on what is known, each value by its name', async () => {
    const detail = { amount: 5, hard: true, more: { a: 1 }, reason: '<b>', value: null };
    const { entries } = await askAudit(engineOf([entry(1, detail)]));
    expect(entries[0]?.detail).toEqual([
      { name: 'amount', value: 5 },
      { name: 'hard', value: true },
      { name: 'more', value: '{"a":1}' },
      { name: 'reason', value: '<b>' },
    ]);
  });

  it('says why it can not be had', async () => {
    const engine: AskEngine = () => Promise.resolve({ ok: false, error: { code: 'not_ready', message: 'not yet' } });
    await expect(askAudit(engine)).rejects.toThrow('not yet');
  });
});
