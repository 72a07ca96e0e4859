/** *Open Ledger Folder*: in the desktop's file manager; where there is none beside us, tells the path. */
import { UIKind, Uri, commands, env, l10n, window } from 'vscode';
import { readSetting } from '../settings';
import { prepareDataDirectory } from '../engine/dataDirectory';

export async function openLedgerFolder(): Promise<void> {
  const directory = await prepareDataDirectory(readSetting('dataDirectory'));
  if (!directory.ok) {
    void window.showErrorMessage(directory.reason);
    return;
  }
  if (env.remoteName === undefined && env.uiKind === UIKind.Desktop) {
    await commands.executeCommand('revealFileInOS', Uri.file(directory.path));
    return;
  }
  const copy = l10n.t('Copy Path');
  const answer = await window.showInformationMessage(l10n.t('The ledger is in {0}', directory.path), copy);
  if (answer === copy) await env.clipboard.writeText(directory.path);
}
