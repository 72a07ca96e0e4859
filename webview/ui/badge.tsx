/** A count beside a name. Not the toolkit's: that one writes a style attribute, which the page's policy forbids. */
import type { VNode } from 'preact';

export function Badge({ count }: { count: number }): VNode {
  return <span class="badge">{count}</span>;
}
