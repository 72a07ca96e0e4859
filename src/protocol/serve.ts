/** Answers the requests of engineRequests.ts on a connection. Checks nothing: who serves another process does that. */
import {
  ErrorCodes,
  ProgressType,
  ResponseError,
  type CancellationToken,
  type MessageConnection,
} from 'vscode-jsonrpc';
import type { Ask, EngineHandlers, EngineRequest } from './engineRequests';
import { NotReady } from './notReady';
import type { AskOptions, Work, WorkProgress } from './work';

/** Before a request's name. */
export const methodPrefix = 'engine/';
/** Of the error by which `NotReady` comes to the other end. */
export const notReadyCode = -32_050;
export const workProgress = new ProgressType<WorkProgress>();

/** `own`: what is not simply handed on to `ask`. */
export function serve(connection: MessageConnection, ask: Ask, own: Partial<EngineHandlers<AskOptions>> = {}): void {
  const handlers = own as Record<string, (question: unknown, options: AskOptions) => Promise<unknown>>;
  connection.onRequest(async (method: string, params: unknown, token: CancellationToken) => {
    if (!method.startsWith(methodPrefix)) throw new ResponseError(ErrorCodes.MethodNotFound, method);
    const name = method.slice(methodPrefix.length);
    const question = typeof params === 'object' && params !== null ? params : {};
    const options = { token, report: reportOf(connection, question) };
    const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    try {
      return await (handler?.(question, options) ?? ask(name as EngineRequest, question as never, options));
    } catch (error) {
      throw NotReady.is(error) ? new ResponseError(notReadyCode, 'not ready') : error;
    }
  });
}

/** Who wants to be told of progress gives its name beside the question. */
function reportOf(connection: MessageConnection, question: object): Work['report'] | undefined {
  const progress = 'progress' in question ? question.progress : null;
  if (typeof progress !== 'string' || progress.length > 100) return undefined;
  return (state) => void connection.sendProgress(workProgress, progress, state).catch(() => undefined);
}
