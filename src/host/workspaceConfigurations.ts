/**
 * The configurations of this window's folders, as their files are on disk. Read through VS Code, so that virtual workspaces
 * have them too; told again when a file, the folders or the trust in them changes. What no watch tells is seen by looking: after a
 * change of the directory some times more, because of a file that is made together with it some watchers tell the directory alone;
 * when the window gets the focus; and slowly while it has it, because some file systems have no watches at all.
 */
import path from 'node:path';
import {
  EventEmitter,
  FileSystemError,
  FileType,
  RelativePattern,
  Uri,
  window,
  workspace,
  type Disposable,
  type FileSystemWatcher,
  type WorkspaceFolder,
} from 'vscode';
import type { WorkspaceLayer } from '../protocol/layers';
import { longestWorkspaceText, mostWorkspaces } from '../protocol/vocabulary';
import { workspaceFile } from './language/languageFiles';

const longestBytes = longestWorkspaceText;
/** One place is for what is left out. */
const mostFolders = mostWorkspaces - 1;
/** A save is told by the editor and by the file system. */
const settleMs = 50;
/** Looks after a change of the directory, besides the first. */
const againAfterMs = [500, 3_000];
const lookEveryMs = 60_000;

export class WorkspaceConfigurations implements Disposable {
  readonly #changed = new EventEmitter<readonly WorkspaceLayer[]>();
  readonly onDidChange = this.#changed.event;
  readonly #listeners: Disposable[];
  #watchers: FileSystemWatcher[] = [];
  #layers: readonly WorkspaceLayer[] = [];
  #timer: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout[] = [];
  #looking: NodeJS.Timeout | undefined;
  #reads = 0;
  #taken = 0;
  #disposed = false;

  constructor() {
    this.#watch();
    this.#lookNowAndThen(window.state.focused);
    this.#listeners = [
      workspace.onDidChangeWorkspaceFolders(() => {
        this.#watch();
        this.#readSoon();
      }),
      workspace.onDidGrantWorkspaceTrust(() => this.#readSoon()),
      window.onDidChangeWindowState(({ focused }) => {
        if (focused && this.#looking === undefined) this.#readSoon();
        this.#lookNowAndThen(focused);
      }),
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
    this.#disposed = true;
    clearTimeout(this.#timer);
    for (const timer of this.#again) clearTimeout(timer);
    clearInterval(this.#looking);
    for (const disposable of [...this.#listeners, ...this.#watchers, this.#changed]) disposable.dispose();
  }

  async read(): Promise<readonly WorkspaceLayer[]> {
    const turn = ++this.#reads;
    const folders = workspace.workspaceFolders ?? [];
    const layers = await Promise.all(
      folders.slice(0, mostFolders).map(async ({ uri, name }): Promise<WorkspaceLayer[]> => {
        const file = Uri.joinPath(uri, workspaceFile);
        const said = await read(file);
        const title = `${name}/${workspaceFile}`;
        return said === null ? [] : [{ id: file.toString(), name: title, trusted: workspace.isTrusted, ...said }];
      }),
    );
    // One that began later may have ended before.
    if (turn > this.#taken) {
      this.#taken = turn;
      this.#layers = [...layers.flat(), ...leftOut(folders.length - mostFolders)];
    }
    return this.#layers;
  }

  #watch(): void {
    for (const watcher of this.#watchers) watcher.dispose();
    const folders = workspace.workspaceFolders ?? [];
    const directory = path.posix.dirname(workspaceFile);
    this.#watchers = folders.slice(0, mostFolders).flatMap((folder) => [
      watching(folder, workspaceFile, () => this.#readSoon()),
      watching(folder, directory, () => {
        this.#readSoon();
        this.#readAgain();
      }),
    ]);
  }

  #readSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), settleMs);
  }

  #readAgain(): void {
    for (const timer of this.#again) clearTimeout(timer);
    this.#again = againAfterMs.map((ms) => setTimeout(() => this.#look(), ms));
  }

  #lookNowAndThen(focused: boolean): void {
    clearInterval(this.#looking);
    this.#looking = focused ? setInterval(() => this.#look(), lookEveryMs) : undefined;
  }

  #look(): void {
    const before = JSON.stringify(this.#layers);
    this.read().then(
      (layers) => {
        if (!this.#disposed && JSON.stringify(layers) !== before) this.#changed.fire(layers);
      },
      // Of a folder that has just gone.
      () => undefined,
    );
  }
}

/** So that nobody takes a limit to be in force that was not even looked for. */
function leftOut(count: number): WorkspaceLayer[] {
  if (count <= 0) return [];
  const unreadable = `only the first ${mostFolders} folders of a window are looked at`;
  return [{ id: 'more', name: `${workspaceFile} of ${count} more`, text: '', unreadable, trusted: false }];
}

function watching(folder: WorkspaceFolder, file: string, happened: () => void): FileSystemWatcher {
  const watcher = workspace.createFileSystemWatcher(new RelativePattern(folder, file));
  watcher.onDidCreate(happened);
  watcher.onDidChange(happened);
  watcher.onDidDelete(happened);
  return watcher;
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
