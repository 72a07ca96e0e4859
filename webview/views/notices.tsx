/** What the user should know before the figures: that they can't be had, that logs are being read, what is wrong. */
import type { VNode } from 'preact';
import type { DashboardState } from '../../src/protocol/dashboard/dashboardMessages';
import { usePage } from '../context';
import { Icon } from '../ui/icon';
import { Button } from '../ui/toolkit';

export function Notices({ state }: { state: DashboardState }): VNode | null {
  const { page, text } = usePage();
  const { failure, problems, importRatio } = state;
  if (failure === null && problems.length === 0 && importRatio === null) return null;
  return (
    <div class="notices">
      {failure !== null && (
        <div class="notice error" role="alert">
          <Icon name="error" />
          <p>
            <strong>{text.t('cannotShow')}</strong> {failure}
          </p>
          <Button onPress={() => page.run('refresh')}>{text.t('tryAgain')}</Button>
          <Button onPress={() => page.run('showLog')}>{text.t('showLog')}</Button>
        </div>
      )}
      {problems.map(({ severity, message }) => (
        <div class={`notice ${severity}`} key={message}>
          <Icon name={severity} />
          <p>{message}</p>
        </div>
      ))}
      {importRatio !== null && (
        <div class="notice info" role="status">
          <Icon name="sync" />
          <p>{text.t('importing', text.percent(importRatio))}</p>
        </div>
      )}
    </div>
  );
}
