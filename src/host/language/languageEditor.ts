/**
 * Changes the user's configuration for a command: asks the language server what to replace, replaces it in the document, so
 * that the editor can undo it, and saves. A document with unsaved changes of the user's own stays unsaved.
 */
import path from 'node:path';
import type { Uri } from 'vscode';
import { Position, Range, WorkspaceEdit, l10n, window, workspace, type TextDocument } from 'vscode';
import {
  editAnswerSchema,
  editMethod,
  outlineMethod,
  outlineSchema,
  starterMethod,
  type ConfigurationOperation,
  type EditQuestion,
  type Outline,
} from '../../protocol/language';
import { userConfigurationUri, workspaceConfigurationUris } from './languageFiles';
import { Refusal } from '../engine/askApi';
import { readSetting } from '../settings';

type Ask = (method: string, parameters: unknown) => Promise<unknown>;

export class ConfigurationEditor {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** The user's file; made of the commented starter where there is none. */
  async openUserFile(): Promise<TextDocument> {
    return await this.openOrMake(userConfigurationUri(readSetting('configFile')), 'user');
  }

  async openOrMake(uri: Uri, layer: 'user' | 'workspace'): Promise<TextDocument> {
    if (!(await exists(uri))) {
      const text = await this.#ask(starterMethod, { layer });
      await workspace.fs.createDirectory(uri.with({ path: path.posix.dirname(uri.path) }));
      await workspace.fs.writeFile(uri, new TextEncoder().encode(typeof text === 'string' ? text : ''));
    }
    return await upToDate(await workspace.openTextDocument(uri));
  }

  async outline(document: TextDocument): Promise<Outline> {
    return outlineSchema.parse(await this.#ask(outlineMethod, { text: document.getText() }));
  }

  /** What the user's file says, which need not be there. A broken one is shown where it breaks, and refused. */
  async userOutline(): Promise<Outline> {
    const uri = userConfigurationUri(readSetting('configFile'));
    const outline = outlineSchema.parse(await this.#ask(outlineMethod, { text: (await textOf(uri)) ?? '' }));
    const { broken } = outline;
    if (broken === null) return outline;
    const at = new Position(broken.line, broken.character);
    const selection = new Range(at, at);
    await window.showTextDocument(await this.openUserFile(), { preview: false, selection });
    throw new Refusal(
      l10n.t(
        'The configuration must be mended before it can be changed. Line {0}: {1}',
        broken.line + 1,
        broken.message,
      ),
    );
  }

  /** Who of the open folders' configurations refers to something that they do not define themselves, each told with its file. */
  async workspaceReferences(): Promise<Outline['references']> {
    const found = await Promise.all(
      workspaceConfigurationUris().map(async (uri) => {
        const document = await opened(uri);
        if (document === null) return [];
        const { tiers, references } = await this.outline(document);
        const own = new Set(tiers.filter(({ path }) => path !== null).map(({ tier }) => tier.id));
        return references
          .filter(({ kind, id }) => kind !== 'tier' || !own.has(id))
          .map((each) => ({ ...each, where: `${workspace.asRelativePath(uri, true)}: ${each.where}` }));
      }),
    );
    return found.flat();
  }

  /** What a document would read after it. Throws as `apply` does. */
  async preview(document: TextDocument, operations: ConfigurationOperation[]): Promise<string> {
    const before = document.getText();
    const edits = await this.#edits(before, operations);
    return edits
      .toSorted((a, b) => b.offset - a.offset)
      .reduce(
        (text, { offset, length, newText }) => text.slice(0, offset) + newText + text.slice(offset + length),
        before,
      );
  }

  async #edits(text: string, operations: ConfigurationOperation[]) {
    const question: EditQuestion = { text, operations };
    const answer = editAnswerSchema.parse(await this.#ask(editMethod, question));
    if ('refused' in answer) throw new Refusal(l10n.t('The configuration can’t be changed: {0}', answer.refused));
    return answer.edits;
  }

  /** Answers where the first change stands. Throws, in words for the user, where the text can't be changed. */
  async apply(document: TextDocument, operations: ConfigurationOperation[]): Promise<Range> {
    const wasDirty = document.isDirty;
    const edits = await this.#edits(document.getText(), operations);
    const edit = new WorkspaceEdit();
    for (const { offset, length, newText } of edits) {
      const range = new Range(document.positionAt(offset), document.positionAt(offset + length));
      edit.replace(document.uri, range, newText);
    }
    const file = document.uri.fsPath;
    if (!(await workspace.applyEdit(edit)))
      throw new Refusal(l10n.t('The editor refuses to change {0}. Is it read-only?', file));
    if (!wasDirty && !(await document.save())) {
      await window.showTextDocument(document, { preview: false });
      throw new Refusal(l10n.t('{0} can’t be saved; is it read-only? The change stands in the editor, unsaved.', file));
    }
    const [first] = edits.toSorted((a, b) => a.offset - b.offset);
    const { offset = 0, newText = '' } = first ?? {};
    return new Range(document.positionAt(offset), document.positionAt(offset + newText.length));
  }
}

const longestReloadMs = 5_000;

/** As the user sees it: with what is typed and not saved. `null`: it is not there. */
async function textOf(uri: Uri): Promise<string | null> {
  const typed = workspace.textDocuments.find(
    (document) => document.isDirty && document.uri.toString() === uri.toString(),
  );
  if (typed !== undefined) return typed.getText();
  return (await exists(uri)) ? await onDisk(uri) : null;
}

async function onDisk(uri: Uri): Promise<string> {
  return new TextDecoder().decode(await workspace.fs.readFile(uri));
}

/**
 * A document that no editor shows may be older than its file: VS Code does not watch it, refuses to save it later, and looks
 * at the file again when it is shown.
 */
async function upToDate(document: TextDocument): Promise<TextDocument> {
  const lines = (text: string): string => text.replace(/\r\n?/g, '\n');
  const file = lines(await onDisk(document.uri));
  const isOld = (): boolean => !document.isDirty && lines(document.getText()) !== file;
  if (!isOld()) return document;
  await window.showTextDocument(document, { preview: true });
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, longestReloadMs);
    const listener = workspace.onDidChangeTextDocument(() => {
      if (!isOld()) done();
    });
    function done(): void {
      clearTimeout(timer);
      listener.dispose();
      resolve();
    }
    if (!isOld()) done();
  });
  return document;
}

/** `null`: it is not there, or no text. */
async function opened(uri: Uri): Promise<TextDocument | null> {
  if (!(await exists(uri))) return null;
  return await workspace.openTextDocument(uri).then(
    (document) => document,
    () => null,
  );
}

async function exists(uri: Uri): Promise<boolean> {
  return await workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
