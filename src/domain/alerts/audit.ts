/**
 * The audit trail: what was lifted, refused, used up and ended, in order, each entry bound to the one before it by a
 * hash. Who changes, removes or inserts an entry breaks the chain there. Pure: the hash function is an argument.
 */
export const auditKinds = [
  'budget_exhausted',
  'request_refused',
  'run_terminated',
  'override_set',
  'override_expired',
  'override_ended',
  'alert_silenced',
] as const;
export type AuditKind = (typeof auditKinds)[number];

export interface AuditNote {
  atMs: number;
  kind: AuditKind;
  /** JSON values by name. Never text of a prompt, a path or a credential. */
  detail: Readonly<Record<string, string | number | boolean | null>>;
}

/** An entry as it is kept: `detail` as the very text that was hashed. */
export interface AuditEntry {
  /** From 1 on, without a gap. */
  seq: number;
  atMs: number;
  kind: string;
  detail: string;
  hash: string;
}

/** SHA-256 in hex, or any other that is fit for it. */
export type Hash = (text: string) => string;

/** What the first entry follows. */
export const auditOrigin = '0'.repeat(64);

export function chained(note: AuditNote, last: AuditEntry | null, hash: Hash): AuditEntry {
  const detail = JSON.stringify(Object.fromEntries(Object.entries(note.detail).sort(([a], [b]) => (a < b ? -1 : 1))));
  const entry = { seq: (last?.seq ?? 0) + 1, atMs: note.atMs, kind: note.kind, detail };
  return { ...entry, hash: hash(textOf(entry, last?.hash ?? auditOrigin)) };
}

function textOf({ seq, atMs, kind, detail }: Omit<AuditEntry, 'hash'>, previousHash: string): string {
  return JSON.stringify([previousHash, seq, atMs, kind, detail]);
}

export type AuditVerdict =
  { intact: true; entries: number; head: string } | { intact: false; entries: number; brokenAt: number };

/** All of it, in order. `brokenAt`: the first entry that does not follow from the one before it. */
export function verify(entries: Iterable<AuditEntry>, hash: Hash): AuditVerdict {
  let last: AuditEntry | null = null;
  let brokenAt: number | null = null;
  let count = 0;
  for (const entry of entries) {
    count += 1;
    const follows = entry.seq === (last?.seq ?? 0) + 1 && entry.hash === hash(textOf(entry, last?.hash ?? auditOrigin));
    if (!follows) brokenAt ??= (last?.seq ?? 0) + 1;
    last = entry;
  }
  return brokenAt === null
    ? { intact: true, entries: count, head: last?.hash ?? auditOrigin }
    : { intact: false, entries: count, brokenAt };
}
