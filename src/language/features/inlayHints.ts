/**
 * The live use of each budget and quota, beside what is written of it: `$4.12 used, 8 %, resets in 9 h`. Of a limit that each
 * project or agent has for itself it is the one who has used most of it.
 */
import { InlayHint, InlayHintKind, MarkupKind, type Range } from 'vscode-languageserver';
import type { LiveUse, LiveUses } from '../../protocol/language';
import type { Analysis } from '../analysis';
import { liveText } from '../live';

export function inlayHints(analysis: Analysis, within: Range, live: LiveUses | null): InlayHint[] {
  if (live === null) return [];
  const { document } = analysis;
  const text = document.getText();
  const uses = new Map<string, LiveUse[]>();
  for (const use of live.uses) {
    const known = uses.get(use.id);
    if (known === undefined) uses.set(use.id, [use]);
    else known.push(use);
  }
  const hints: InlayHint[] = [];
  for (const { id, node } of analysis.limits) {
    const all = uses.get(id) ?? [];
    const [use] = all.toSorted((a, b) => b.percent - a.percent);
    if (use === undefined) continue;
    const range = node.alias ?? node;
    const position = document.positionAt(anchor(text, range.start, range.end));
    if (position.line < within.start.line || position.line > within.end.line) continue;
    hints.push(hint(position, use, all.length, live));
  }
  return hints;
}

/** Behind a plain value, or behind the first line of a mapping: a hint below what it is about would be lost. */
function anchor(text: string, start: number, end: number): number {
  const newline = text.slice(start, end).search(/[\r\n]/);
  const last = newline === -1 ? end : start + newline;
  return start + text.slice(start, last).trimEnd().length;
}

function hint(position: InlayHint['position'], use: LiveUse, count: number, live: LiveUses): InlayHint {
  const whose = count > 1 ? `${use.label}: ` : '';
  const made = InlayHint.create(position, whose + liveText(use, live), InlayHintKind.Parameter);
  const others = count > 1 ? `; the highest of ${count}` : '';
  const value = `\`${use.id}\`, ${use.source}, as of ${new Date(use.asOfMs).toISOString()}${others}`;
  return { ...made, paddingLeft: true, tooltip: { kind: MarkupKind.Markdown, value } };
}
