/** Asks what engineRequests.ts has of whoever serves it at the other end of a connection. What goes and what comes is checked. */
import { ResponseError, type MessageConnection } from 'vscode-jsonrpc';
import { engineRequests, type Answer, type Ask, type EngineRequest, type Question } from './engineRequests';
import { NotReady } from './notReady';
import { methodPrefix, notReadyCode, workProgress } from './serve';
import { workProgressSchema, type AskOptions } from './work';

let started = 0;

/** Rejects with `NotReady` where there is nobody who could answer. */
export function proxy(connection: MessageConnection): Ask {
  return async <N extends EngineRequest>(name: N, question: Question<N>, { report, token }: AskOptions = {}) => {
    const request = engineRequests[name];
    const params: Record<string, unknown> = { ...request.question.parse(question) };
    const progress = `work-${(started += 1)}`;
    if (report !== undefined) params['progress'] = progress;
    const listening = connection.onProgress(workProgress, progress, (value) => {
      const checked = workProgressSchema.safeParse(value);
      if (checked.success) report?.(checked.data);
    });
    // Windows of 0.1.0 know a question that says nothing by its lack of parameters.
    const sent = [...(Object.keys(params).length > 0 ? [params] : []), ...(token === undefined ? [] : [token])];
    try {
      const answer: unknown = await connection.sendRequest(`${methodPrefix}${name}`, ...sent);
      return request.answer.parse(answer) as Answer<N>;
    } catch (error) {
      throw error instanceof ResponseError && error.code === notReadyCode ? new NotReady() : error;
    } finally {
      listening.dispose();
    }
  };
}
