/** Hex colours, shown and picked in the editor. Theme colours have no value that a file could know. */
import { Color, ColorInformation, ColorPresentation, TextEdit } from 'vscode-languageserver';
import type { Analysis } from '../analysis';
import { textOf, valuesOf } from '../../config/read/syntaxTree';

const hex = /^#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i;

export function colors({ file, document }: Analysis): ColorInformation[] {
  const found: ColorInformation[] = [];
  for (const { node, range } of valuesOf(file.document)) {
    const text = textOf(node);
    if (text === null || !hex.test(text)) continue;
    const start = document.positionAt(range.start);
    const end = document.positionAt(range.end);
    found.push(ColorInformation.create({ start, end }, parseColor(text)));
  }
  return found;
}

/** Always quoted: YAML takes a bare `#` for a comment. */
export function colorPresentations(color: Color, range: ColorInformation['range']): ColorPresentation[] {
  const label = formatColor(color);
  return [ColorPresentation.create(label, TextEdit.replace(range, `"${label}"`))];
}

export function parseColor(text: string): Color {
  const digits = text.slice(1);
  const each = digits.length <= 4 ? Array.from(digits, (digit) => digit + digit) : (digits.match(/../g) ?? []);
  const [red = 0, green = 0, blue = 0, alpha = 1] = each.map((pair) => Number.parseInt(pair, 16) / 255);
  return Color.create(red, green, blue, alpha);
}

export function formatColor({ red, green, blue, alpha }: Color): string {
  const pair = (part: number): string =>
    Math.round(part * 255)
      .toString(16)
      .padStart(2, '0');
  return `#${pair(red)}${pair(green)}${pair(blue)}${alpha < 1 ? pair(alpha) : ''}`;
}
