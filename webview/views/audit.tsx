/** The audit trail: what was lifted, refused, used up and ended, the newest first, and whether anybody changed it. */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { AuditTrail, LimitLine } from '../../src/protocol/dashboardMessages';
import type { DashboardString } from '../../src/protocol/dashboardStrings';
import { usePage } from '../context';
import type { Text } from '../text';
import { Icon } from '../ui/icon';
import { CopyButton, Section } from '../ui/section';
import { Table, tableMarkdown, type Column } from '../ui/table';
import { Button } from '../ui/toolkit';
import { Empty } from './empty';

type Entry = AuditTrail['entries'][number];
type Detail = Entry['detail'][number];

const kinds: Readonly<Record<string, DashboardString>> = {
  budget_exhausted: 'auditExhausted',
  request_refused: 'auditRefused',
  run_terminated: 'auditTerminated',
  override_set: 'auditLifted',
  override_expired: 'auditExpired',
  override_ended: 'auditEnded',
  alert_silenced: 'auditSilenced',
};

/** `version` changes with what the page shows: the trail is asked for anew, and what is shown stays until it has come. */
export function Audit({ limits, version }: { limits: readonly LimitLine[]; version: number }): VNode {
  const { page, text } = usePage();
  const [trail, setTrail] = useState<AuditTrail | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let wanted = true;
    void page.audit().then((answer) => {
      if (!wanted) return;
      setFailed(answer === null);
      if (answer !== null) setTrail(answer);
    });
    return () => {
      wanted = false;
    };
  }, [page, version]);
  if (trail === null) return <p class="note">{text.t(failed ? 'auditFailed' : 'loading')}</p>;
  const measures = new Map(limits.map(({ id, measure }) => [id, measure]));
  const columns = columnsOf(text, (budget) => measures.get(budget) ?? null);
  const actions = (
    <>
      <Button appearance="icon" label={text.t('exportAudit')} onPress={() => page.run('exportAudit')}>
        <Icon name="export" />
      </Button>
      <CopyButton markdown={() => tableMarkdown(columns, trail.entries)} />
    </>
  );
  return (
    <Section
      id="audit"
      title={text.t('audit')}
      note={text.t('auditNote')}
      actions={trail.total > 0 ? actions : undefined}
    >
      {trail.total === 0 ? (
        <Empty icon="shield" title={text.t('noAudit')} words={text.t('noAuditText')} />
      ) : (
        <>
          <Verdict trail={trail} />
          <Table label={text.t('audit')} columns={columns} rows={trail.entries} keyOf={({ seq }) => String(seq)} />
        </>
      )}
    </Section>
  );
}

function Verdict({ trail: { intact, brokenAt, total, entries } }: { trail: AuditTrail }): VNode {
  const { text } = usePage();
  const words = intact
    ? text.counted(total, 'auditWholeOne', 'auditWhole')
    : text.t('auditBroken', text.count(brokenAt ?? 0));
  const more = total > entries.length ? text.t('auditLatest', text.count(entries.length)) : '';
  return (
    <p class={`verdict ${intact ? 'ok' : 'error'}`} role="status">
      <Icon name={intact ? 'pass' : 'error'} />
      {[words, more].join(' ').trim()}
    </p>
  );
}

function columnsOf(text: Text, measureOf: (budget: string) => string | null): Column<Entry>[] {
  const budgetOf = ({ detail }: Entry): string => String(detail.find(({ name }) => name === 'budget')?.value ?? '–');
  const rest = (entry: Entry): string =>
    entry.detail
      .filter(({ name }) => name !== 'budget' && name !== 'id')
      .map((one) => detailText(one, measureOf(budgetOf(entry)), text))
      .join(' · ');
  return [
    { key: 'seq', title: '#', align: 'end', text: ({ seq }) => text.count(seq), sort: ({ seq }) => seq },
    {
      key: 'at',
      title: text.t('when'),
      align: 'start',
      text: ({ atMs }) => text.instant(atMs),
      sort: ({ atMs }) => atMs,
    },
    {
      key: 'kind',
      title: text.t('message'),
      align: 'start',
      text: (entry) => kindText(entry, text),
      sort: ({ kind }) => kind,
    },
    { key: 'budget', title: text.t('budget'), align: 'start', text: budgetOf, sort: budgetOf },
    {
      key: 'detail',
      title: text.t('details'),
      align: 'start',
      text: rest,
      cell: (entry) => <span title={rest(entry)}>{rest(entry)}</span>,
      wide: true,
    },
  ];
}

function kindText({ kind }: Entry, text: Text): string {
  const known = kinds[kind];
  return known === undefined ? kind : text.t(known);
}

const amounts: readonly string[] = ['used', 'limit', 'amount', 'estimate'];

/** Amounts of a money budget are dollars. */
function detailText({ name, value }: Detail, measure: string | null, text: Text): string {
  if (typeof value !== 'number') return `${name}: ${String(value)}`;
  if (name === 'untilMs') return `until: ${text.shortInstant(value)}`;
  if (!amounts.includes(name) || measure !== 'cost') return `${name}: ${text.count(value)}`;
  return `${name}: ${text.money(value * 1e9)}`;
}
