/** Reads RFC 4180, as a spreadsheet would: an independent reader for what the product writes. */
export function readCsv(text: string): { heads: string[]; rows: Record<string, string>[] } {
  const lines: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let place = 0; place < text.length; place++) {
    const letter = text[place] ?? '';
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[place + 1] === '"') cell += text[++place] ?? '';
      else quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === ',' || letter === '\n') {
      lines.at(-1)?.push(cell);
      cell = '';
      if (letter === '\n') lines.push([]);
    } else if (letter !== '\r') cell += letter;
  }
  const [heads = [], ...rest] = lines.slice(0, -1);
  return { heads, rows: rest.map((cells) => Object.fromEntries(cells.map((value, at) => [heads[at] ?? '', value]))) };
}
