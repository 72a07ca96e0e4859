/** Which Agent Meter a window runs: windows of different editors on one ledger may have different ones. The newest leads. */
export interface RunningVersion {
  /** Of the snapshots that it makes and reads. */
  snapshot: number;
  /** Of the extension: `1.2.3`. */
  product: string;
}

/** An order of all versions, so that no two windows take the lead from each other in turn. */
export function isNewer(one: RunningVersion, other: RunningVersion): boolean {
  if (one.snapshot !== other.snapshot) return one.snapshot > other.snapshot;
  const [a, b] = [numbersOf(one.product), numbersOf(other.product)];
  for (let place = 0; place < Math.max(a.length, b.length); place++) {
    const difference = (a[place] ?? 0) - (b[place] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** For the user: why a window shows no figures of the one that leads. `theirs`: `null`, it did not say. */
export function whyUnreadable(theirs: RunningVersion | null, own: RunningVersion): string {
  if (theirs !== null && isNewer(theirs, own)) {
    return (
      `Another window runs version ${theirs.product} of Agent Meter, newer than this one (${own.product}). ` +
      'Reload this window to see the figures again.'
    );
  }
  const which = theirs === null ? 'an older version' : `version ${theirs.product}`;
  return (
    `Another window runs ${which} of Agent Meter, whose figures this one (${own.product}) can't read. ` +
    'Reload that window to see them again.'
  );
}

function numbersOf(version: string): number[] {
  return version.split('.').map((part) => Number.parseInt(part) || 0);
}
