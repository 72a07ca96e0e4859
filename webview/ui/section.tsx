/** A part of the page: its heading, what can be done with it, and its content. */
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { usePage } from '../context';
import { Icon } from './icon';
import { Button } from './toolkit';

export interface SectionProps {
  id: string;
  title: string;
  /** Beside the heading. */
  actions?: ComponentChildren;
  note?: string;
  children: ComponentChildren;
}

export function Section({ id, title, actions, note, children }: SectionProps): VNode {
  return (
    <section class="section" aria-labelledby={`${id}-title`} id={id}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        <div class="actions">{actions}</div>
      </header>
      {children}
      {note !== undefined && <p class="note">{note}</p>}
    </section>
  );
}

const saidMs = 2_000;

/** Every table can be taken along. */
export function CopyButton({ markdown }: { markdown: () => string }): VNode {
  const { page, text } = usePage();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), saidMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    page.copy(markdown());
    setCopied(true);
  };
  return (
    <>
      <Button appearance="icon" label={text.t('copyAsMarkdown')} onPress={copy}>
        <Icon name={copied ? 'check' : 'markdown'} />
      </Button>
      <span class="spoken" role="status">
        {copied ? text.t('copied') : ''}
      </span>
    </>
  );
}

/** Between a chart and the table behind it. */
export function TableToggle({ on, onToggle }: { on: boolean; onToggle: () => void }): VNode {
  const { text } = usePage();
  return (
    <Button appearance="icon" label={text.t(on ? 'showAsChart' : 'showAsTable')} pressed={on} onPress={onToggle}>
      <Icon name={on ? 'graph' : 'table'} />
    </Button>
  );
}
