import type { Database, Statement } from 'sql.js';

/** A statement that is prepared when it is first used: most starts use none of those that write. */
export function prepared(db: Database, sql: string): () => Statement {
  let statement: Statement | undefined;
  return () => (statement ??= db.prepare(sql));
}
