/** *Rebuild Ledger From Logs…*: reads every log again from its beginning. Adds and improves; takes nothing away. */
import { env, l10n, window } from 'vscode';
import { displayName } from '../../contributions';
import type { EngineClient } from '../engine/engineClient';
import { createFormat } from '../../shared/format';
import { withWork } from './work';

export async function rebuildLedger(client: EngineClient): Promise<void> {
  const rebuild = l10n.t('Rebuild');
  const detail = l10n.t(
    'Every log of your agents is read again from its beginning, and what it says is merged into the ledger: calls that are missing are added, better copies replace worse ones, and nothing counts twice. What is in no log any more stays, and so does what other extensions reported.',
  );
  const question = l10n.t('Rebuild the ledger from your agents’ logs?');
  if ((await window.showWarningMessage(question, { modal: true, detail }, rebuild)) !== rebuild) return;
  const title = l10n.t('{0} reads all logs again', displayName);
  const result = await withWork(title, (work) => client.ask('rebuild', {}, work));
  if (result === null) return;
  const format = createFormat(env.language, '');
  const [added, improved] = [format.count(result.added), format.count(result.improved)];
  void window.showInformationMessage(
    result.cancelled
      ? l10n.t('{0}: stopped; {1} calls added, {2} improved. Refresh reads the rest.', displayName, added, improved)
      : l10n.t('{0}: all logs read again; {1} calls added, {2} improved.', displayName, added, improved),
  );
}
