/** Says that the configuration was changed, and shows where, if the user wants to see. */
import { Range, TextEditorRevealType, l10n, window, type TextDocument } from 'vscode';
import { displayName } from '../../../contributions';

/** A document that nobody sees can't be undone: then it is shown at once. `changed`: what is to be seen of it. */
export async function told(document: TextDocument, message: string, changed?: Range): Promise<void> {
  const visible = window.visibleTextEditors.find((editor) => editor.document === document);
  if (visible === undefined) {
    const at = changed === undefined ? {} : { selection: new Range(changed.start, changed.start) };
    await window.showTextDocument(document, { preview: true, preserveFocus: false, ...at });
  } else if (changed !== undefined) visible.revealRange(changed, TextEditorRevealType.InCenterIfOutsideViewport);
  const unsaved = document.isDirty ? ` ${l10n.t('Your file had unsaved changes; save it when you are ready.')}` : '';
  window.setStatusBarMessage(`${displayName}: ${message}${unsaved}`, 8000);
}
