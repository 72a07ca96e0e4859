/**
 * Changes the user's configuration for a command: asks the language server what to replace, replaces it in the document, so
 * that the editor can undo it, and saves. A document with unsaved changes of the user's own stays unsaved.
 */
import path from 'node:path';
import type { Uri } from 'vscode';
import { Range, WorkspaceEdit, l10n, workspace, type TextDocument } from 'vscode';
import {
  editAnswerSchema,
  editMethod,
  outlineMethod,
  outlineSchema,
  starterMethod,
  type ConfigurationOperation,
  type EditQuestion,
  type Outline,
} from '../protocol/language';
import { userConfigurationUri, workspaceConfigurationUris } from './languageFiles';
import { readSetting } from './settings';

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
    return await workspace.openTextDocument(uri);
  }

  async outline(document: TextDocument): Promise<Outline> {
    return outlineSchema.parse(await this.#ask(outlineMethod, { text: document.getText() }));
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
    if ('refused' in answer) throw new Error(l10n.t('The configuration can’t be changed: {0}', answer.refused));
    return answer.edits;
  }

  /** Throws, in words for the user, where the text can't be changed. */
  async apply(document: TextDocument, operations: ConfigurationOperation[]): Promise<void> {
    const wasDirty = document.isDirty;
    const edits = await this.#edits(document.getText(), operations);
    const edit = new WorkspaceEdit();
    for (const { offset, length, newText } of edits) {
      const range = new Range(document.positionAt(offset), document.positionAt(offset + length));
      edit.replace(document.uri, range, newText);
    }
    if (!(await workspace.applyEdit(edit))) throw new Error(l10n.t('The editor refused the change.'));
    if (!wasDirty && !(await document.save())) throw new Error(l10n.t('The configuration can’t be saved.'));
  }
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
