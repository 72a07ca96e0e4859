/** A period, or a choice of filters, in which nothing was used. */
import type { VNode } from 'preact';
import { usePage } from '../context';
import { Button } from '../ui/toolkit';
import { Empty } from './empty';

export function EmptyPeriod(): VNode {
  const { page, text } = usePage();
  const filtered = Object.keys(page.shown?.state.selection.filter ?? {}).length > 0;
  return (
    <Empty icon="calendar" title={text.t('nothingHere')} words={text.t('nothingHereText')}>
      <Button appearance="primary" onPress={() => page.setPeriod({ kind: 'named', name: 'last_90_days' })}>
        {text.t('showLast90')}
      </Button>
      {filtered && <Button onPress={() => page.setFilters({})}>{text.t('clearFilters')}</Button>}
    </Empty>
  );
}
