/** *Verify Audit Trail* and *Export Audit Trail…*: what was lifted, refused, used up and ended, and that nobody changed it. */
import { Uri, commands as vscodeCommands, l10n, window, workspace } from 'vscode';
import { commands, displayName } from '../../contributions';
import type { AuditValue } from '../../protocol/api/budgetAnswers';
import type { AskApi } from '../engine/askApi';
import { wholeTrail } from '../documents/wholeTrail';

export async function verifyAudit(ask: AskApi): Promise<void> {
  const { intact, brokenAt, entries } = await wholeTrail((page) => ask('audit', page));
  const keep = l10n.t('Export Audit Trail…');
  const said = intact
    ? window.showInformationMessage(wholeWords(entries.length))
    : window.showErrorMessage(
        l10n.t(
          '{0}: the audit trail was changed. Entry {1} does not follow from the one before it.',
          displayName,
          brokenAt ?? 0,
        ),
        keep,
      );
  // The command is over; its answer comes when the user likes.
  void said.then(async (answer) => {
    if (answer === keep) await vscodeCommands.executeCommand(commands.exportAudit);
  });
}

function wholeWords(count: number): string {
  if (count === 0)
    return l10n.t('{0}: the audit trail is empty: nothing was lifted, refused or used up yet.', displayName);
  return count === 1
    ? l10n.t('{0}: the audit trail is whole, 1 entry.', displayName)
    : l10n.t('{0}: the audit trail is whole, {1} entries.', displayName, count);
}

export async function exportAudit(ask: AskApi): Promise<void> {
  const { entries, intact } = await wholeTrail((page) => ask('audit', page));
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog({
    title: l10n.t('Export Audit Trail'),
    ...(folder !== undefined && { defaultUri: Uri.joinPath(folder, 'agent-meter-audit.ndjson') }),
    filters: { NDJSON: ['ndjson'] },
  });
  if (target === undefined) return;
  await workspace.fs.writeFile(target, Buffer.from(auditText(entries), 'utf8'));
  const open = l10n.t('Open');
  const said = intact
    ? window.showInformationMessage(l10n.t('The audit trail is exported: {0} entries, whole.', entries.length), open)
    : window.showWarningMessage(
        l10n.t('The audit trail is exported: {0} entries, changed by somebody.', entries.length),
        open,
      );
  if ((await said) === open) await window.showTextDocument(target);
}

/** An entry a line, each with the hash that binds it to the one before. */
export function auditText(entries: AuditValue['entries']): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}
