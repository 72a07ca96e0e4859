/**
 * *Apply* of an insight: shows beside the configuration what it would become, and changes it only when told to, as one edit
 * that the editor can undo. What the file says by then is what is changed, whatever it said before.
 */
import { EventEmitter, Uri, commands, l10n, window, workspace } from 'vscode';
import { insightScheme } from '../../../contributions';
import type { ConfigurationOperation } from '../../../protocol/language';
import type { ConfigurationEditor } from '../../language/languageEditor';

/** Answers whether it was changed. */
export async function applyInsight(
  editor: ConfigurationEditor,
  operations: ConfigurationOperation[],
): Promise<boolean> {
  const document = await editor.openUserFile();
  const proposed = Uri.from({ scheme: insightScheme, path: document.uri.path });
  const shown = await show(proposed, () => editor.preview(document, operations));
  try {
    const title = l10n.t('Your configuration, and what it would become');
    await commands.executeCommand('vscode.diff', document.uri, proposed, title, { preview: true });
    const apply = l10n.t('Apply');
    const question = l10n.t('Change the configuration as shown? Undo takes it back.');
    if ((await window.showInformationMessage(question, apply, l10n.t('Cancel'))) !== apply) return false;
    await window.showTextDocument(document, { preview: false });
    await editor.apply(document, operations);
    return true;
  } finally {
    await close(proposed);
    shown.dispose();
  }
}

/** While it is shown, the proposal follows what is typed into the file. */
async function show(uri: Uri, text: () => Promise<string>): Promise<{ dispose: () => void }> {
  // What can't be applied is said before anything opens.
  await text();
  const changed = new EventEmitter<Uri>();
  const provider = workspace.registerTextDocumentContentProvider(insightScheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: text,
  });
  const listener = workspace.onDidChangeTextDocument(({ document }) => {
    if (document.uri.path === uri.path && document.uri.scheme !== insightScheme) changed.fire(uri);
  });
  return {
    dispose: () => {
      listener.dispose();
      provider.dispose();
      changed.dispose();
    },
  };
}

async function close(proposed: Uri): Promise<void> {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  const mine = tabs.filter(({ input }) => modifiedOf(input)?.toString() === proposed.toString());
  if (mine.length > 0) await window.tabGroups.close(mine);
}

/** Of the tab of a comparison. */
function modifiedOf(input: unknown): Uri | null {
  const { modified } = (input ?? {}) as { modified?: unknown };
  return modified instanceof Uri ? modified : null;
}
