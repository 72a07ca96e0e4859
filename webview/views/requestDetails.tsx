/** Everything the ledger knows of one request. */
import type { VNode } from 'preact';
import type { RequestRow } from '../../src/protocol/dashboard/dashboard';
import { usePage } from '../context';
import type { Text } from '../text';
import { Icon } from '../ui/icon';
import { Button } from '../ui/toolkit';
import { requestCost, statusText } from './requestColumns';

export function RequestDetails({ row, onClose }: { row: RequestRow; onClose: () => void }): VNode {
  const { text } = usePage();
  const title = text.t('requestDetails', text.instant(row.atMs));
  return (
    <aside class="details" aria-label={title}>
      <header>
        <h3>{title}</h3>
        <Button appearance="icon" label={text.t('close')} onPress={onClose}>
          <Icon name="close" />
        </Button>
      </header>
      <dl>
        {facts(row, text).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}

function facts(row: RequestRow, text: Text): [string, string][] {
  const all: [string, string | null][] = [
    [text.t('cost'), requestCost(row, text)],
    [text.t('pricing'), text.t(row.pricing)],
    [text.t('provider'), row.provider],
    [text.t('model'), row.model],
    [text.t('tier'), row.tier],
    [text.t('status'), statusText(row, text)],
    [text.t('duration'), row.durationMs === null ? null : text.duration(row.durationMs)],
    [text.t('input'), text.count(row.input)],
    [text.t('output'), text.count(row.output)],
    [text.t('cacheRead'), text.count(row.cacheRead)],
    [text.t('cacheWrite'), text.count(row.cacheWrite)],
    [text.t('reasoning'), row.reasoning === 0 ? null : text.count(row.reasoning)],
    [text.t('webSearches'), row.webSearches === 0 ? null : text.count(row.webSearches)],
    [text.t('project'), row.project],
    [text.t('agent'), row.agent],
    [text.t('agentType'), row.agentType],
    [text.t('run'), row.run],
    [text.t('session'), row.session],
    [text.t('task'), row.task],
  ];
  return all.flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, value]]));
}
