/** *Export…*: asks for a format and a place, and writes the usage of a period there. */
import { l10n, Uri, window, workspace, type QuickPickItem } from 'vscode';
import type { DashboardSelection, ExportFormat } from '../../protocol/dashboard/dashboard';
import { askExport, type AskEngine } from './ask';

interface FormatItem extends QuickPickItem {
  format: ExportFormat;
}

function formats(): FormatItem[] {
  return [
    { format: 'csv', label: 'CSV', detail: l10n.t('For a spreadsheet: a row for each day, model, project and agent') },
    { format: 'json', label: 'JSON', detail: l10n.t('For programs: the same rows, and amounts in nano-dollars') },
    {
      format: 'focus',
      label: 'FOCUS CSV',
      detail: l10n.t('For FinOps tools: FinOps Open Cost and Usage Specification 1.2'),
    },
  ];
}

export async function exportUsage(ask: AskEngine, selection: DashboardSelection): Promise<void> {
  const picked = await window.showQuickPick(formats(), {
    title: l10n.t('Export Usage'),
    placeHolder: l10n.t('The period and the filters of the dashboard, as'),
  });
  if (picked === undefined) return;
  const result = await askExport(ask, { selection, format: picked.format });
  if (!result.ok) throw new Error(result.error.message);
  const { fileName, text, rows } = result.value;
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog({
    title: l10n.t('Export Usage'),
    ...(folder !== undefined && { defaultUri: Uri.joinPath(folder, fileName) }),
  });
  if (target === undefined) return;
  await workspace.fs.writeFile(target, Buffer.from(text, 'utf8'));
  const open = l10n.t('Open');
  const said = rows === 1 ? l10n.t('1 row was exported.') : l10n.t('{0} rows were exported.', rows);
  const answer = await window.showInformationMessage(said, open);
  if (answer === open) await window.showTextDocument(target);
}
