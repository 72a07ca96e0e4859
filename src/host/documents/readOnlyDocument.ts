/** A read-only text that is made anew when it is shown, and follows what it is about while it is open. */
import {
  EventEmitter,
  Uri,
  window,
  workspace,
  type Disposable,
  type Event,
  type TextDocumentContentProvider,
} from 'vscode';

/** A busy agent changes the figures many times a second; nobody reads that fast. */
const followEveryMs = 1000;

export interface ReadOnlyDocumentOptions {
  scheme: string;
  /** Name of its tab. Without `.md`: VS Code wraps the lines of Markdown, and a wrapped table can't be read. */
  name: string;
  text: () => Promise<string>;
  /** When it may read differently. */
  onDidChange?: Event<unknown>;
}

export class ReadOnlyDocument implements TextDocumentContentProvider, Disposable {
  readonly #uri: Uri;
  readonly #text: () => Promise<string>;
  readonly #changed = new EventEmitter<Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #disposables: Disposable[];
  #timer: NodeJS.Timeout | undefined;

  constructor({ scheme, name, text, onDidChange }: ReadOnlyDocumentOptions) {
    this.#uri = Uri.from({ scheme, path: `/${name}` });
    this.#text = text;
    this.#disposables = [workspace.registerTextDocumentContentProvider(scheme, this)];
    if (onDidChange !== undefined) this.#disposables.push(onDidChange(() => this.#follow()));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
    this.#changed.dispose();
  }

  async show(): Promise<void> {
    const document = await workspace.openTextDocument(this.#uri);
    this.#changed.fire(this.#uri);
    await window.showTextDocument(document, { preview: false });
  }

  provideTextDocumentContent(): Promise<string> {
    return this.#text();
  }

  #follow(): void {
    if (!workspace.textDocuments.some(({ uri }) => uri.toString() === this.#uri.toString())) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire(this.#uri);
    }, followEveryMs);
  }
}
