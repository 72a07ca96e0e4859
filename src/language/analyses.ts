/** One analysis for each version of each open document, made when it is first asked for. */
import { readFileSync, statSync } from 'node:fs';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { KnownNames } from '../config/resolve/references';
import { analyse, isWorkspaceFile, type Analysis } from './analysis';

const longestBytes = 1_000_000;

interface Made {
  version: number;
  userText: string | null;
  known: KnownNames;
  trusted: boolean;
  analysis: Analysis;
}

export class Analyses {
  /** What the engine knows; nothing is unknown before it has said so. */
  known: KnownNames = {};
  /** Path of the user's configuration, on which a workspace's is based. */
  userFile: string | null = null;
  /** Whether the user trusts the window's folders. */
  trusted = false;
  readonly #made = new Map<string, Made>();
  #read: { mtimeMs: number; text: string } | null = null;

  constructor(private readonly documentOf: (uri: string) => TextDocument | undefined) {}

  /** `null`: no such document is open. */
  of(uri: string): Analysis | null {
    const document = this.documentOf(uri);
    if (document === undefined) return null;
    const { known, trusted } = this;
    const userText = isWorkspaceFile(uri) ? this.#userText() : null;
    const made = this.#made.get(uri);
    const around = { userText, known, trusted };
    const isStill = made?.userText === userText && made.known === known && made.trusted === trusted;
    if (isStill && made.version === document.version) return made.analysis;
    const analysis = analyse(document, around);
    this.#made.set(uri, { version: document.version, ...around, analysis });
    return analysis;
  }

  forget(uri: string): void {
    this.#made.delete(uri);
  }

  /** As saved; `null` where there is none. */
  #userText(): string | null {
    if (this.userFile === null) return null;
    try {
      const file = statSync(this.userFile);
      // What is no file, as a pipe, may never end.
      if (!file.isFile() || file.size > longestBytes) return null;
      const { mtimeMs } = file;
      if (this.#read?.mtimeMs !== mtimeMs) this.#read = { mtimeMs, text: readFileSync(this.userFile, 'utf8') };
      return this.#read.text;
    } catch {
      return null;
    }
  }
}
