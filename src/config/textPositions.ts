/** Where lines begin, and so the line and character of an offset. UTF-16 code units, as editors count; `\n`, `\r\n` and `\r` end a line. */
import type { TextPosition, TextSpan } from '../protocol/configurationIssue';

export class TextPositions {
  private readonly lineStarts: number[] = [0];

  constructor(readonly text: string) {
    for (const end of text.matchAll(/\r\n|\n|\r/g)) {
      this.lineStarts.push(end.index + end[0].length);
    }
  }

  at(offset: number): TextPosition {
    const within = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.lineStarts[middle] ?? 0) <= within) low = middle;
      else high = middle - 1;
    }
    return { offset: within, line: low, character: within - (this.lineStarts[low] ?? 0) };
  }

  span(start: number, end: number): TextSpan {
    return { start: this.at(start), end: this.at(Math.max(start, end)) };
  }

  /** From `start` to the end of its line at most. */
  firstLine(start: number, end: number): TextSpan {
    const newline = this.text.slice(start, end).search(/[\r\n]/);
    return this.span(start, newline < 0 ? end : start + newline);
  }
}
