/** What can be folded: each mapping and list that stands over several lines, and runs of comment lines. */
import { isCollection } from 'yaml';
import { FoldingRange, FoldingRangeKind } from 'vscode-languageserver';
import type { Analysis } from '../analysis';
import { valuesOf } from '../../config/read/syntaxTree';

export function folding({ file, document }: Analysis): FoldingRange[] {
  const ranges = new Map<number, FoldingRange>();
  for (const { node, range, key } of valuesOf(file.document)) {
    if (node === file.document?.contents || !isCollection(node)) continue;
    const first = document.positionAt((key ?? range).start).line;
    const last = document.positionAt(endOfContent(document.getText(), range.end)).line;
    // Of what begins on one line, the outermost is folded: `- id: x` is the item, not its first key.
    if (last > first && !ranges.has(first)) ranges.set(first, FoldingRange.create(first, last));
  }
  return [...ranges.values(), ...comments(document.getText())].toSorted((a, b) => a.startLine - b.startLine);
}

/** A block's range takes in the empty lines and comments below it. */
function endOfContent(text: string, end: number): number {
  let last = end;
  for (;;) {
    const lineStart = text.lastIndexOf('\n', last - 1) + 1;
    const line = text.slice(lineStart, last).trim();
    if (lineStart === 0 || (line !== '' && !line.startsWith('#'))) return last;
    last = lineStart - 1;
  }
}

function comments(text: string): FoldingRange[] {
  const found: FoldingRange[] = [];
  let first: number | null = null;
  const lines = [...text.split('\n'), ''];
  for (const [line, content] of lines.entries()) {
    const isComment = /^\s*#/.test(content);
    if (isComment) first ??= line;
    else if (first !== null) {
      if (line - 1 > first) {
        found.push(FoldingRange.create(first, line - 1, undefined, undefined, FoldingRangeKind.Comment));
      }
      first = null;
    }
  }
  return found;
}
