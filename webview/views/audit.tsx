/** The audit trail: what was lifted, refused, used up and ended, the newest first, and whether anybody changed it. */
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AuditTrail, LimitLine } from '../../src/protocol/dashboard/dashboardMessages';
import { usePage } from '../context';
import type { Text } from '../text';
import { Icon } from '../ui/icon';
import { CopyButton, Section } from '../ui/section';
import { Table, tableMarkdown, type Column } from '../ui/table';
import { Button } from '../ui/toolkit';
import { auditBudget, auditDetail, auditKind, type AuditEntry } from './auditText';
import { Empty } from './empty';

/** `version` changes with what the page shows: the trail is asked for anew, and what is shown stays until it has come. */
export function Audit({ limits, version }: { limits: readonly LimitLine[]; version: number }): VNode {
  const { page, text } = usePage();
  const [trail, setTrail] = useState(page.trail);
  const [failed, setFailed] = useState(false);
  // An answer is wanted although the next question is on its way: where much happens, there is always a next one.
  const open = useRef(true);
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  useEffect(() => {
    void page.audit().then((answer) => {
      if (!open.current) return;
      setFailed(answer === null);
      if (answer !== null) setTrail(answer);
    });
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

function columnsOf(text: Text, measureOf: (budget: string) => string | null): Column<AuditEntry>[] {
  const details = (entry: AuditEntry): string => auditDetail(entry, measureOf, text);
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
      title: text.t('kind'),
      align: 'start',
      text: (entry) => auditKind(entry, text),
      sort: ({ kind }) => kind,
    },
    { key: 'budget', title: text.t('budget'), align: 'start', text: auditBudget, sort: auditBudget },
    {
      key: 'detail',
      title: text.t('details'),
      align: 'start',
      text: details,
      cell: (entry) => <span title={details(entry)}>{details(entry)}</span>,
      wide: true,
    },
  ];
}
