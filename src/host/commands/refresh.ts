/** *Refresh*: looks at every log at once. A quick one shows nothing but its result in the meter. */
import { CancellationTokenSource, ProgressLocation, l10n, window } from 'vscode';
import { displayName } from '../../contributions';
import type { EngineClient } from '../engine/engineClient';

const quickMs = 700;

export async function refresh(client: EngineClient): Promise<void> {
  const source = new CancellationTokenSource();
  try {
    const state = { done: false, cancelled: false };
    const work = client.refresh(source.token).then(
      (snapshot) => {
        state.done = true;
        return snapshot;
      },
      (error: unknown) => {
        state.done = true;
        if (state.cancelled) return null;
        throw error;
      },
    );
    await Promise.race([work, new Promise((resolve) => setTimeout(resolve, quickMs))]);
    if (!state.done) {
      const title = l10n.t('{0} reads your agents’ logs', displayName);
      const options = { location: ProgressLocation.Notification, title, cancellable: true };
      await window.withProgress(options, async (_, token) => {
        token.onCancellationRequested(() => {
          state.cancelled = true;
          source.cancel();
        });
        await work;
      });
    }
    if ((await work) === null && !state.cancelled) {
      const { state: engine } = client;
      const reason = engine.kind === 'failed' || engine.kind === 'restarting' ? engine.reason : '';
      void window.showWarningMessage(l10n.t('{0} can not refresh now. {1}', displayName, reason));
    }
  } finally {
    source.dispose();
  }
}
