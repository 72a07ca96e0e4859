/** The language server: which request is answered by which feature. Owns the open documents and what the host has told. */
import {
  CodeActionKind,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
  type CancellationToken,
  type Connection,
  type InitializeResult,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { KnownNames } from '../config/resolve/references';
import {
  initializationOptionsSchema,
  liveUseMethod,
  liveUsesSchema,
  trustedMethod,
  type LiveUses,
  type PricedModel,
} from '../protocol/language';
import { Analyses } from './analyses';
import { isWorkspaceFile, type Analysis } from './analysis';
import { serveEdits } from './edits';
import { colorPresentations, colors } from './features/colors';
import { completion } from './features/completion';
import { diagnostics, quickFixes } from './features/diagnostics';
import { folding } from './features/folding';
import { hover } from './features/hover';
import { inlayHints } from './features/inlayHints';
import { definition, prepareRename, references, rename } from './features/rename';
import { symbols } from './features/symbols';
import { PriceBook } from './priceBook';

/** Fast typing is looked at when it rests. */
const restMs = 200;

const capabilities: InitializeResult['capabilities'] = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  completionProvider: { triggerCharacters: [' ', ':', '"', "'", '.', '/', '-'] },
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  colorProvider: true,
  inlayHintProvider: true,
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
};

export interface ServerOptions {
  now: () => number;
}

export function serve(connection: Connection, { now }: ServerOptions): void {
  const documents = new TextDocuments(TextDocument);
  const analyses = new Analyses((uri) => documents.get(uri));
  const prices = new PriceBook(connection, now);
  const answering = new Answering(connection, analyses);
  const resting = new Map<string, NodeJS.Timeout>();
  let live: LiveUses | null = null;
  let learnt: readonly PricedModel[] | null = null;

  connection.onInitialize(({ initializationOptions }) => {
    const options = initializationOptionsSchema.safeParse(initializationOptions);
    analyses.userFile = options.success ? options.data.userFile : null;
    analyses.trusted = options.success && options.data.trusted;
    return { capabilities, serverInfo: { name: 'Agent Meter' } };
  });
  connection.onInitialized(() => void learn());

  documents.onDidChangeContent(({ document: { uri } }) => {
    clearTimeout(resting.get(uri));
    resting.set(
      uri,
      setTimeout(() => publish(uri), restMs),
    );
  });
  documents.onDidSave(({ document }) => {
    prices.forget();
    // On the user's file those of workspaces are based.
    if (!isWorkspaceFile(document.uri)) publishAll();
  });
  documents.onDidClose(({ document: { uri } }) => {
    clearTimeout(resting.get(uri));
    resting.delete(uri);
    analyses.forget(uri);
    void send(uri, []);
  });

  connection.onNotification(liveUseMethod, (told: unknown) => {
    const checked = liveUsesSchema.safeParse(told);
    if (!checked.success) return;
    live = checked.data;
    // What tells us of use may know more models than when we asked.
    void learn();
    connection.languages.inlayHint.refresh().catch(() => undefined);
  });
  connection.onNotification(trustedMethod, () => {
    analyses.trusted = true;
    publishAll();
  });
  connection.onShutdown(() => {
    for (const timer of resting.values()) clearTimeout(timer);
  });

  connection.onCompletion(
    answering.about([], (analysis, { position }) => completion(analysis, analysis.document.offsetAt(position), prices)),
  );
  connection.onHover(
    answering.about(null, (analysis, { position }) => hover(analysis, analysis.document.offsetAt(position), prices)),
  );
  connection.onDefinition(
    answering.about([], (analysis, { position }) => definition(analysis, analysis.document.offsetAt(position))),
  );
  connection.onReferences(
    answering.about([], (analysis, { position, context }) =>
      references(analysis, analysis.document.offsetAt(position), context.includeDeclaration),
    ),
  );
  connection.onPrepareRename(
    answering.about(null, (analysis, { position }) => prepareRename(analysis, analysis.document.offsetAt(position))),
  );
  connection.onRenameRequest(
    answering.about(null, (analysis, { position, newName }) =>
      rename(analysis, analysis.document.offsetAt(position), newName),
    ),
  );
  connection.onDocumentSymbol(answering.about([], symbols));
  connection.onFoldingRanges(answering.about([], folding));
  connection.onDocumentColor(answering.about([], colors));
  connection.onColorPresentation(answering.about([], (_, { color, range }) => colorPresentations(color, range)));
  connection.onCodeAction(answering.about([], quickFixes));
  connection.languages.inlayHint.on(answering.about([], (analysis, { range }) => inlayHints(analysis, range, live)));
  serveEdits(connection);
  documents.listen(connection);

  /** Providers and models that the engine knows, once it knows any. */
  async function learn(): Promise<void> {
    const models = await prices.models();
    if (models.length === 0 || models === learnt) return;
    learnt = models;
    analyses.known = knownNames(models);
    publishAll();
  }

  function publishAll(): void {
    for (const uri of documents.keys()) publish(uri);
  }

  function publish(uri: string): void {
    resting.delete(uri);
    const analysis = analyses.of(uri);
    if (analysis !== null) void send(uri, diagnostics(analysis), analysis.document.version);
  }

  async function send(uri: string, found: ReturnType<typeof diagnostics>, version?: number): Promise<void> {
    try {
      await connection.sendDiagnostics({ uri, diagnostics: found, ...(version !== undefined && { version }) });
    } catch {
      // Whoever has gone reads no diagnostics.
    }
  }
}

/** Nobody has a price list of them. */
const unlistedProviders = ['ollama', 'lmstudio', 'llamacpp', 'mock', 'github-copilot', 'cursor'];

/** Which providers and models somebody knows, so that a slip of the pen can be told from a name of one's own. */
function knownNames(models: readonly PricedModel[]): KnownNames {
  const ids = new Set(models.map(({ model }) => model.toLowerCase()));
  const families = new Set([...ids].flatMap((id) => id.split(/[^a-z\d]+/)));
  return {
    providers: [...new Set([...models.map(({ provider }) => provider), ...unlistedProviders])].filter(
      (id) => id !== 'unknown',
    ),
    isModel: (_, model) => {
      const name = model.toLowerCase();
      return ids.has(name) || families.has(name) || [...ids].some((id) => id.startsWith(name) || name.startsWith(id));
    },
  };
}

interface AboutDocument {
  textDocument: { uri: string };
}

type Answer<P, R> = (params: P, token: CancellationToken) => Promise<R | ResponseError>;

/** Answers requests: not at all when nobody waits any more, and never by a crash. */
class Answering {
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
