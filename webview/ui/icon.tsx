/** A codicon; what it means is said beside it or by the control around it. */
import type { VNode } from 'preact';

export function Icon({ name }: { name: string }): VNode {
  return <span class={`codicon codicon-${name}`} aria-hidden="true" />;
}
