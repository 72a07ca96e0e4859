/** An editor that speaks with the language server over its protocol, on streams as between two processes. */
import { PassThrough } from 'node:stream';
import {
  createConnection,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  InitializedNotification,
  InitializeRequest,
  InlayHintRefreshRequest,
  LogMessageNotification,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type Diagnostic,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  type Range,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { serve } from '../../../src/language/server';
import {
  liveUseMethod,
  modelsMethod,
  priceMethod,
  type LiveUses,
  type PricedModel,
} from '../../../src/protocol/language';
import type { ModelPrice } from '../../../src/protocol/prices/price';
import { until } from '../../support/until';

export interface EditorOptions {
  nowMs?: number;
  prices?: Record<string, ModelPrice>;
  models?: PricedModel[];
  /** Path of the user's configuration. */
  userFile?: string;
  /** Default: the window's folders are trusted. */
  trusted?: boolean;
}

export const userUri = 'file:///home/ana/.config/agent-meter/config.yaml';
export const workspaceUri = 'file:///home/ana/shop/.vscode/agent-meter.yaml';

export class Editor {
  public readonly connection: ProtocolConnection;
  public readonly initialized: InitializeResult;
  /** What the server logged; a crash inside a feature is here. */
  public readonly logged: string[] = [];
  public refreshes = 0;
  readonly #published = new Map<string, { version: number | undefined; diagnostics: Diagnostic[] }>();
  readonly #documents = new Map<string, TextDocument>();
  readonly #streams: PassThrough[];

  private constructor(connection: ProtocolConnection, initialized: InitializeResult, streams: PassThrough[]) {
    this.connection = connection;
    this.initialized = initialized;
    this.#streams = streams;
    connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, version, diagnostics }) => {
      this.#published.set(uri, { version, diagnostics });
    });
    connection.onNotification(LogMessageNotification.type, ({ message }) => void this.logged.push(message));
    connection.onRequest(InlayHintRefreshRequest.type, () => {
      this.refreshes++;
    });
  }

  public static async start(options: EditorOptions = {}): Promise<Editor> {
    const { nowMs = 0, prices = {}, models = [], userFile = null, trusted = true } = options;
    const [toServer, toClient] = [new PassThrough(), new PassThrough()];
    const server = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
    serve(server, { now: () => nowMs });
    server.listen();
    const connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    connection.onRequest(priceMethod, ({ model }: { model: string }) => prices[model] ?? null);
    connection.onRequest(modelsMethod, () => models);
    connection.listen();
    // By name, as it goes over the wire: its type asks for a field that it calls deprecated.
    const initialized = await connection.sendRequest<InitializeResult>(InitializeRequest.method, {
      processId: null,
      rootUri: null,
      capabilities: { workspace: { inlayHint: { refreshSupport: true } } },
      initializationOptions: { userFile, trusted },
    });
    const editor = new Editor(connection, initialized, [toServer, toClient]);
    await connection.sendNotification(InitializedNotification.type, {});
    return editor;
  }

  public async open(text: string, uri = userUri): Promise<TextDocument> {
    const document = TextDocument.create(uri, 'yaml', 1, text);
    this.#documents.set(uri, document);
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: 'yaml', version: 1, text },
    });
    return document;
  }

  /** Types into an open document; the server is sent the change alone. */
  public async change(changes: TextDocumentContentChangeEvent[], uri = userUri): Promise<TextDocument> {
    const before = this.document(uri);
    const document = TextDocument.update(before, changes, before.version + 1);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: document.version },
      contentChanges: changes,
    });
    return document;
  }

  public async setText(text: string, uri = userUri): Promise<TextDocument> {
    return await this.change([{ text }], uri);
  }

  public async close(uri = userUri): Promise<void> {
    this.#documents.delete(uri);
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  public document(uri = userUri): TextDocument {
    const document = this.#documents.get(uri);
    if (document === undefined) throw new Error(`${uri} is not open`);
    return document;
  }

  /** The diagnostics of the present version. */
  public async diagnostics(uri = userUri): Promise<Diagnostic[]> {
    return await until('diagnostics', () => {
      const published = this.#published.get(uri);
      return published?.version === this.document(uri).version && published.diagnostics;
    });
  }

  public published(uri = userUri): Diagnostic[] | undefined {
    return this.#published.get(uri)?.diagnostics;
  }

  public async tell(uses: LiveUses): Promise<void> {
    await this.connection.sendNotification(liveUseMethod, uses);
  }

  public async stop(): Promise<void> {
    await this.connection.sendRequest(ShutdownRequest.type);
    this.connection.dispose();
    for (const stream of this.#streams) stream.destroy();
  }
}

/** A text with `|` where the cursor is. */
export function marked(text: string): { text: string; offset: number } {
  const offset = text.indexOf('|');
  return { text: text.slice(0, offset) + text.slice(offset + 1), offset };
}

/** The text that a range holds. */
export function textIn(document: TextDocument, range: Range): string {
  return document.getText(range);
}

export function positionOf(document: TextDocument, text: string, after = 0): Position {
  const offset = document.getText().indexOf(text);
  if (offset === -1) throw new Error(`no ${text} in the document`);
  return document.positionAt(offset + after);
}
