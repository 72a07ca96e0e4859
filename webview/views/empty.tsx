/** Nothing to show, and what can be done about it. */
import type { ComponentChildren, VNode } from 'preact';
import { Icon } from '../ui/icon';

export interface EmptyProps {
  icon: string;
  title: string;
  words: string;
  children?: ComponentChildren;
}

export function Empty({ icon, title, words, children }: EmptyProps): VNode {
  return (
    <div class="empty">
      <Icon name={icon} />
      <h3>{title}</h3>
      <p>{words}</p>
      {children !== undefined && <div class="buttons">{children}</div>}
    </div>
  );
}
