/** Says that the configuration was changed, and shows where, if the user wants to see. */
import { l10n, window, type TextDocument } from 'vscode';
import { displayName } from '../../contributions';

/** A document that nobody sees can't be undone: then it is shown at once. */
export async function told(document: TextDocument, message: string): Promise<void> {
  const isVisible = window.visibleTextEditors.some((editor) => editor.document === document);
  if (!isVisible) await window.showTextDocument(document, { preview: true, preserveFocus: false });
  const unsaved = document.isDirty ? ` ${l10n.t('Your file had unsaved changes; save it when you are ready.')}` : '';
  window.setStatusBarMessage(`${displayName}: ${message}${unsaved}`, 8000);
}
