/** A notification that shows how far long work of the engine is, and stops it. */
import { ProgressLocation, l10n, window } from 'vscode';
import { displayName } from '../../contributions';
import type { Work } from '../../protocol/work';

/** `null`: there was no engine to ask, and the user has been told. */
export async function withWork<T>(title: string, start: (work: Work) => Promise<T | null>): Promise<T | null> {
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  const result = await window.withProgress(options, (progress, token) => {
    let percent = 0;
    return start({
      token,
      report: ({ done, total }) => {
        const now = total > 0 ? Math.floor((100 * done) / total) : 0;
        if (now <= percent) return;
        progress.report({ increment: now - percent, message: `${now} %` });
        percent = now;
      },
    });
  });
  if (result === null) {
    void window.showWarningMessage(l10n.t('{0}: the ledger is not ready; try again in a moment.', displayName));
  }
  return result;
}
