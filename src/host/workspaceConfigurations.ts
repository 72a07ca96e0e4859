/**
 * The configurations of this window's folders, as their files are on disk. Read through VS Code, so that virtual workspaces
 * have them too; told again when a file, the folders or the trust in them changes. A slow look besides sees what no watch
 * tells: of a file that is made together with its directory, some watchers tell the directory alone.
 */
import path from 'node:path';
import {
  EventEmitter,
  FileSystemError,
  FileType,
  RelativePattern,
  Uri,
  workspace,
  type Disposable,
  type FileSystemWatcher,
} from 'vscode';
import type { WorkspaceLayer } from '../protocol/layers';
import { longestWorkspaceText, mostWorkspaces } from '../protocol/workspaceBounds';
import { workspaceFile } from './languageFiles';

const longestBytes = longestWorkspaceText;
/** One place is for what is left out. */
const mostFolders = mostWorkspaces - 1;
/** A save is told by the editor and by the file system. */
const settleMs = 50;
const lookEveryMs = 3_000;

export class WorkspaceConfigurations implements Disposable {
  readonly #changed = new EventEmitter<readonly WorkspaceLayer[]>();
  readonly onDidChange = this.#changed.event;
  readonly #listeners: Disposable[];
  #watchers: FileSystemWatcher[] = [];
  #layers: readonly WorkspaceLayer[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #looking: NodeJS.Timeout;

  constructor() {
    this.#watch();
    this.#looking = setInterval(() => this.#look(), lookEveryMs);
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
    clearInterval(this.#looking);
    for (const disposable of [...this.#listeners, ...this.#watchers, this.#changed]) disposable.dispose();
  }

  async read(): Promise<readonly WorkspaceLayer[]> {
    const folders = workspace.workspaceFolders ?? [];
    const layers = await Promise.all(
      folders.slice(0, mostFolders).map(async ({ uri, name }): Promise<WorkspaceLayer[]> => {
        const file = Uri.joinPath(uri, workspaceFile);
        const said = await read(file);
        const title = `${name}/${workspaceFile}`;
        return said === null ? [] : [{ id: file.toString(), name: title, trusted: workspace.isTrusted, ...said }];
      }),
    );
    this.#layers = [...layers.flat(), ...leftOut(folders.length - mostFolders)];
    return this.#layers;
  }

  #watch(): void {
    for (const watcher of this.#watchers) watcher.dispose();
    const folders = workspace.workspaceFolders ?? [];
    const patterns = folders.flatMap((folder) =>
      [workspaceFile, path.posix.dirname(workspaceFile)].map((file) => new RelativePattern(folder, file)),
    );
    this.#watchers = patterns.map((pattern) => {
      const watcher = workspace.createFileSystemWatcher(pattern);
      watcher.onDidCreate(() => this.#readSoon());
      watcher.onDidChange(() => this.#readSoon());
      watcher.onDidDelete(() => this.#readSoon());
      return watcher;
    });
  }

  #readSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), settleMs);
  }

  #look(): void {
    const before = JSON.stringify(this.#layers);
    void this.read().then((layers) => {
      if (JSON.stringify(layers) !== before) this.#changed.fire(layers);
    });
  }
}

/** So that nobody takes a limit to be in force that was not even looked for. */
function leftOut(count: number): WorkspaceLayer[] {
  if (count <= 0) return [];
  const unreadable = `only the first ${mostFolders} folders of a window are looked at`;
  return [{ id: 'more', name: `${workspaceFile} of ${count} more`, text: '', unreadable, trusted: false }];
}

/** `null`: there is no such file. */
async function read(file: Uri): Promise<Pick<WorkspaceLayer, 'text' | 'unreadable'> | null> {
  const unreadable = (why: string): Pick<WorkspaceLayer, 'text' | 'unreadable'> => ({ text: '', unreadable: why });
  try {
    const { type, size } = await workspace.fs.stat(file);
    if ((type & FileType.File) === 0) return unreadable('it is no file');
    if (size > longestBytes) return unreadable(`it has ${size} bytes, more than ${longestBytes}`);
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(await workspace.fs.readFile(file)) };
  } catch (error) {
    if (error instanceof TypeError) return unreadable('it is not encoded in UTF-8');
    const code = error instanceof FileSystemError ? error.code : 'Unknown';
    return code === 'FileNotFound' || code === 'FileNotADirectory' ? null : unreadable(code);
  }
}
