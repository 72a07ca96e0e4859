/** Tabs as the ARIA practices have them: arrows move, the chosen one is in the order of the Tab key. */
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { Badge } from './badge';

export interface TabsProps<K extends string> {
  label: string;
  tabs: readonly { key: K; title: string; count?: number }[];
  chosen: K;
  onChoose: (key: K) => void;
}

export function Tabs<K extends string>({ label, tabs, chosen, onChoose }: TabsProps<K>): VNode {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const place = tabs.findIndex(({ key }) => key === chosen);
    const places: Record<string, number> = {
      ArrowRight: (place + 1) % tabs.length,
      ArrowLeft: (place + tabs.length - 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    };
    const next = places[event.key];
    const tab = next === undefined ? undefined : tabs[next];
    if (next === undefined || tab === undefined) return;
    event.preventDefault();
    onChoose(tab.key);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
      {tabs.map(({ key, title, count = 0 }) => (
        <button
          key={key}
          type="button"
          role="tab"
          id={`tab-${key}`}
          aria-selected={key === chosen}
          aria-controls="panel"
          tabIndex={key === chosen ? 0 : -1}
          onClick={() => onChoose(key)}
        >
          {title}
          {count > 0 && <Badge count={count} />}
        </button>
      ))}
    </div>
  );
}
