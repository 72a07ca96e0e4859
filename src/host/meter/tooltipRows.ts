/** How many rows a line of the tooltip takes on screen, and cutting words to what some rows hold. Pure. */

/**
 * Where VS Code breaks a line of a hover, in letters of ordinary text with its spaces: it is 500 pixels wide. Measured, as the
 * widths below, in the widest of the usual fonts; in others a line holds more.
 */
const lineLength = 81;

/** Letters of Chinese, Japanese and Korean, their punctuation, and pictographs. */
const eastern =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
/** How wide letters are; the first that fits holds, and any other letter is ordinary. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[ijlI']/u, 0.55],
  [/[\s.,:;’·|]/u, 0.63],
  [/[()[\]/tfr-]/u, 0.77],
  [/[cksvxyz]/u, 1.08],
  [/[▰▱]/u, 1.5],
  [/[mMW%@…—]/u, 1.92],
  [/w/u, 1.6],
  [/\p{Lu}/u, 1.36],
  [eastern, 1.95],
];
const ordinary = 1.21;
/** A line may be broken behind each of these; nowhere else, but in a word that is longer than a line. */
const breakable = new RegExp(`(?<= |${eastern.source})`, 'u');

function widthOf(words: string): number {
  return Array.from(words).reduce(
    (sum, letter) => sum + (widths.find(([letters]) => letters.test(letter))?.[1] ?? ordinary),
    0,
  );
}

/** Of words as they are seen. */
function rowsOfWords(words: string): number {
  let [rows, used] = [1, 0];
  for (const word of words.split(breakable)) {
    // A space at the end of a row takes no room; a no-break space does.
    const width = widthOf(word.replace(/ $/, ''));
    if (used > 0 && used + width > lineLength) [rows, used] = [rows + 1, 0];
    used += widthOf(word);
    if (width > lineLength) {
      rows += Math.ceil(width / lineLength) - 1;
      used = width % lineLength;
    }
  }
  return rows;
}

/** Of a line of our Markdown. */
export function rowsOf(line: string): number {
  return rowsOfWords(
    line
      .replaceAll(/\[([^\]]*)\]\(command:[^)]*\)/g, '$1')
      .replaceAll(/\$\([a-z~-]+\)/g, '%')
      .replaceAll('&nbsp;', '\u00a0')
      .replaceAll(/\\(?=[!-/:-@[-`{-~])/g, ''),
  );
}

/** The beginning of a message, with an ellipsis where it had to be cut; `beside`: what stands in the line besides. */
export function cutToRows(message: string, rows: number, beside: string): string {
  const fits = (words: string): boolean => rowsOfWords(`${beside} ${words}`) <= rows;
  const whole = message.replaceAll(/\s+/g, ' ').trim();
  if (fits(whole)) return whole;
  const letters = Array.from(whole).slice(0, rows * lineLength);
  while (letters.length > 0 && !fits(`${letters.join('')}…`)) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

/** A name without its middle: names that begin alike often end differently. */
export function cutMiddle(name: string, length: number): string {
  const letters = Array.from(name);
  if (letters.length <= length) return name;
  const head = Math.ceil((length - 1) / 2);
  return `${letters.slice(0, head).join('')}…${letters.slice(head + 1 - length).join('')}`;
}
