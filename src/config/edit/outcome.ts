/** What comes of asking for an edit: edits of the text that say exactly that and touch nothing else, or why there are none. */
import type { ConfigurationEdit } from '../../protocol/configurationIssue';
import type { Path } from '../issue';

/**
 * `syntax`: the file has errors of syntax, so nobody knows what an edit would change. `not_found`, `exists`: what is asked
 * to be changed or added. `in_use`: others refer to it. `shared`: it stands under an anchor or behind an alias, so the edit
 * would change more. `form`: it is written in a way that can not be edited without touching more.
 */
export type EditRefusal = 'syntax' | 'not_found' | 'exists' | 'in_use' | 'shared' | 'form';

export type EditOutcome =
  | { ok: true; edits: readonly ConfigurationEdit[]; text: string }
  | { ok: false; reason: EditRefusal; message: string; usedBy?: readonly Path[] };

export function refused(reason: EditRefusal, message: string, usedBy?: readonly Path[]): EditOutcome {
  return { ok: false, reason, message, ...(usedBy && { usedBy }) };
}

/** Offsets of all edits are those of `text`. */
export function applyEdits(text: string, edits: readonly ConfigurationEdit[]): string {
  return edits
    .toSorted((a, b) => b.offset - a.offset)
    .reduce(
      (before, { offset, length, newText }) => before.slice(0, offset) + newText + before.slice(offset + length),
      text,
    );
}

/** One edit after the other, as one: the stretch from the first difference to the last. */
export function inTurn(text: string, steps: readonly ((text: string) => EditOutcome)[]): EditOutcome {
  let now = text;
  for (const step of steps) {
    const outcome = step(now);
    if (!outcome.ok) return outcome;
    if (steps.length === 1) return outcome;
    now = outcome.text;
  }
  return { ok: true, edits: difference(text, now), text: now };
}

export function difference(before: string, after: string): ConfigurationEdit[] {
  if (before === after) return [];
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return [{ offset: start, length: before.length - start - end, newText: after.slice(start, after.length - end) }];
}
