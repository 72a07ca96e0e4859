/** How requests are answered: not at all when nobody waits any more, and never by a crash. */
import { LSPErrorCodes, ResponseError, type CancellationToken, type Connection } from 'vscode-languageserver';
import type { Analysis } from './analysis';
import type { Analyses } from './analyses';

interface AboutDocument {
  textDocument: { uri: string };
}

export type Answer<P, R> = (params: P, token: CancellationToken) => Promise<R | ResponseError>;

export class Answering {
  constructor(
    private readonly connection: Pick<Connection, 'console'>,
    private readonly analyses: Analyses,
  ) {}

  /** `nothing` is answered about a document that is not open, and when the answer can't be found. */
  about<P extends AboutDocument, R>(nothing: R, find: (analysis: Analysis, params: P) => R | Promise<R>): Answer<P, R> {
    return async (params, token) => {
      // A cancellation that arrived together with the request is behind it in the queue.
      await new Promise((resolve) => setImmediate(resolve));
      if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      const analysis = this.analyses.of(params.textDocument.uri);
      if (analysis === null) return nothing;
      try {
        return await find(analysis, params);
      } catch (error) {
        // What the user is to read, as why an id can't be renamed.
        if (error instanceof ResponseError) return error;
        this.connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
        return nothing;
      }
    };
  }
}
