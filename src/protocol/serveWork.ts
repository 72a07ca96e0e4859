/** Answers the requests for work of work.ts, and tells of its progress on the way. */
import { ProgressType, type CancellationToken, type MessageConnection } from 'vscode-jsonrpc';
import type { Work, WorkProgress } from './work';

export const workProgress = new ProgressType<WorkProgress>();

/** `check` throws where what was asked is nothing that can be done. */
export function serveWork<P extends { progress: string }, R>(
  connection: MessageConnection,
  method: string,
  check: (asked: unknown) => P,
  run: (parameters: P, work: Work) => Promise<R>,
): void {
  connection.onRequest(method, (value: unknown, token: CancellationToken) => {
    const asked = check(value);
    const report = (state: WorkProgress): void => {
      connection.sendProgress(workProgress, asked.progress, state).catch(() => undefined);
    };
    return run(asked, { report, token });
  });
}
