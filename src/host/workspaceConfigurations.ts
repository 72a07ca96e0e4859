/**
 * The configurations of this window's folders, as their files are on disk. Read through VS Code, so that virtual workspaces
 * have them too; told again when a file, the folders or the trust in them changes.
 */
import { EventEmitter, RelativePattern, Uri, workspace, type Disposable, type FileSystemWatcher } from 'vscode';
import type { WorkspaceLayer } from '../protocol/layers';
import { workspaceFile } from './languageFiles';

const longestBytes = 1_000_000;
/** A save is told by the editor and by the file system. */
const settleMs = 50;

export class WorkspaceConfigurations implements Disposable {
  readonly #changed = new EventEmitter<readonly WorkspaceLayer[]>();
  readonly onDidChange = this.#changed.event;
  readonly #listeners: Disposable[];
  #watchers: FileSystemWatcher[] = [];
  #layers: readonly WorkspaceLayer[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.#watch();
    this.#listeners = [
      workspace.onDidChangeWorkspaceFolders(() => {
        this.#watch();
        this.#readSoon();
      }),
      workspace.onDidGrantWorkspaceTrust(() => this.#readSoon()),
      workspace.onDidSaveTextDocument(({ uri }) => {
        if (uri.path.endsWith(`/${workspaceFile}`)) this.#readSoon();
      }),
    ];
  }

  /** As they were read last. */
  get layers(): readonly WorkspaceLayer[] {
    return this.#layers;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of [...this.#listeners, ...this.#watchers, this.#changed]) disposable.dispose();
  }

  async read(): Promise<readonly WorkspaceLayer[]> {
    const folders = workspace.workspaceFolders ?? [];
    const read = await Promise.all(
      folders.map(async ({ uri, name }): Promise<WorkspaceLayer[]> => {
        const file = Uri.joinPath(uri, workspaceFile);
        const text = await textOf(file);
        const title = `${name}/${workspaceFile}`;
        return text === null ? [] : [{ id: file.toString(), name: title, text, trusted: workspace.isTrusted }];
      }),
    );
    this.#layers = read.flat();
    return this.#layers;
  }

  #watch(): void {
    for (const watcher of this.#watchers) watcher.dispose();
    this.#watchers = (workspace.workspaceFolders ?? []).map((folder) => {
      const watcher = workspace.createFileSystemWatcher(new RelativePattern(folder, workspaceFile));
      watcher.onDidCreate(() => this.#readSoon());
      watcher.onDidChange(() => this.#readSoon());
      watcher.onDidDelete(() => this.#readSoon());
      return watcher;
    });
  }

  #readSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const before = JSON.stringify(this.#layers);
      void this.read().then((layers) => {
        if (JSON.stringify(layers) !== before) this.#changed.fire(layers);
      });
    }, settleMs);
  }
}

/** `null`: there is no such file, or none that can be read. */
async function textOf(file: Uri): Promise<string | null> {
  try {
    const { size } = await workspace.fs.stat(file);
    if (size > longestBytes) return null;
    return new TextDecoder().decode(await workspace.fs.readFile(file));
  } catch {
    return null;
  }
}
