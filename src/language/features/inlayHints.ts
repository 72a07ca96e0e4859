/** The live use of each budget and quota, beside what is written of it: `$4.12 used, 8 %, resets in 9 h`. */
import { InlayHint, InlayHintKind, MarkupKind, type Range } from 'vscode-languageserver';
import type { LiveUse, LiveUses } from '../../protocol/language';
import type { Analysis } from '../analysis';
import { liveText } from '../live';
import { nodeAt, rangeOf } from '../tree';

export function inlayHints(analysis: Analysis, within: Range, live: LiveUses | null): InlayHint[] {
  if (live === null) return [];
  const { document, tree } = analysis;
  const text = document.getText();
  const uses = new Map(live.uses.map((use) => [use.id, use]));
  const hints: InlayHint[] = [];
  for (const { id, path } of analysis.limits) {
    const use = uses.get(id);
    const range = rangeOf(nodeAt(tree, path));
    if (use === undefined || range === null) continue;
    const position = document.positionAt(anchor(text, range.start, range.end));
    if (position.line < within.start.line || position.line > within.end.line) continue;
    hints.push(hint(position, use, live));
  }
  return hints;
}

/** Behind a plain value, or behind the first line of a mapping: a hint below what it is about would be lost. */
function anchor(text: string, start: number, end: number): number {
  const newline = text.slice(start, end).search(/[\r\n]/);
  const last = newline === -1 ? end : start + newline;
  return start + text.slice(start, last).trimEnd().length;
}

function hint(position: InlayHint['position'], use: LiveUse, live: LiveUses): InlayHint {
  const made = InlayHint.create(position, liveText(use, live), InlayHintKind.Parameter);
  const value = `\`${use.id}\`, ${use.source}, as of ${new Date(use.asOfMs).toISOString()}`;
  return { ...made, paddingLeft: true, tooltip: { kind: MarkupKind.Markdown, value } };
}
