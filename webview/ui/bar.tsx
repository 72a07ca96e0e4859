/** How much of a whole something is. */
import type { VNode } from 'preact';

/** A share in a table; the figure stands beside it. */
export function ShareBar({ ratio }: { ratio: number }): VNode {
  return (
    <svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="4" />
      <rect class="fill" width={Math.max(0, Math.min(100, ratio * 100))} height="4" />
    </svg>
  );
}

export interface LimitBarProps {
  ratio: number;
  level: 'ok' | 'warning' | 'exceeded';
  /** What a screen reader says of it. */
  label: string;
}

/** A budget or a quota: neutral until its limit is near. */
export function LimitBar({ ratio, level, label }: LimitBarProps): VNode {
  return (
    <div
      class={`limit ${level}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.min(100, Math.round(ratio * 100))}
    >
      <ShareBar ratio={ratio} />
    </div>
  );
}
