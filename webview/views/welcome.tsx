/** Before the first call: what was found on this machine, what was not, and what to do next. */
import type { VNode } from 'preact';
import type { DashboardState, SourceLine } from '../../src/protocol/dashboard/dashboardMessages';
import type { DashboardString } from '../../src/protocol/dashboard/dashboardStrings';
import { usePage } from '../context';
import { Icon } from '../ui/icon';
import { Button } from '../ui/toolkit';

const states: Readonly<Record<SourceLine['state'], { icon: string; words: DashboardString }>> = {
  reading: { icon: 'sync', words: 'sourceReading' },
  watching: { icon: 'check', words: 'sourceWatching' },
  absent: { icon: 'circle-slash', words: 'sourceAbsent' },
  disabled: { icon: 'circle-slash', words: 'sourceDisabled' },
  paused: { icon: 'debug-pause', words: 'sourcePaused' },
  failed: { icon: 'error', words: 'sourceFailed' },
};

export function Welcome({ state }: { state: DashboardState }): VNode {
  const { page, text } = usePage();
  return (
    <div class="welcome">
      <h1>{text.t('welcome')}</h1>
      <p>{text.t('welcomeText')}</p>
      <section aria-labelledby="found">
        <h2 id="found">{text.t('foundHere')}</h2>
        <ul class="sources">
          {state.sources.map(({ label, state: found }) => (
            <li key={label}>
              <Icon name={states[found].icon} />
              <strong>{label}</strong> {text.t(states[found].words)}
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="next">
        <h2 id="next">{text.t('whatNext')}</h2>
        <ol>
          <li>{text.t('nextRun')}</li>
          <li>{text.t('nextElsewhere')}</li>
          <li>{text.t('nextReport')}</li>
        </ol>
        <div class="buttons">
          <Button appearance="primary" onPress={() => page.run('openWalkthrough')}>
            {text.t('getStarted')}
          </Button>
          <Button onPress={() => page.run('refresh')}>{text.t('refresh')}</Button>
          <Button onPress={() => page.run('openSettings')}>{text.t('settings')}</Button>
          <Button onPress={() => page.run('showLog')}>{text.t('showLog')}</Button>
        </div>
      </section>
    </div>
  );
}
