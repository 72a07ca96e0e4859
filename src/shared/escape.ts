/** Names of models, projects and providers come from logs and other extensions: hostile text until it is escaped. */

const longestName = 80;
/** A message may name a path and the system's reason, and must not end before them. */
const longestSentence = 500;
/** Control characters, bidirectional overrides and other invisible ones that could disguise what stands there. */
const invisible = /[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu;

/** One line, bounded. */
export function plain(text: string): string {
  return oneLine(text, longestName);
}

function visible(text: string): string {
  return text.replace(invisible, ' ').trim();
}

function oneLine(text: string, longest: number): string {
  const line = visible(text);
  const letters = Array.from(line);
  return letters.length <= longest ? line : `${letters.slice(0, longest - 1).join('')}…`;
}

/**
 * For a MarkdownString with theme icons. An icon is recognised after Markdown has been rendered, so its dollar sign
 * needs a backslash that survives; then every punctuation mark of Markdown, HTML and bare links is taken literally.
 */
export function markdown(text: string): string {
  return literal(plain(text));
}

/** As `markdown`, for whole sentences: our own words, and messages. */
export function markdownSentence(text: string): string {
  return literal(oneLine(text, longestSentence));
}

function literal(line: string): string {
  return line.replace(/\$(?=\([A-Za-z0-9-]+(?:~[A-Za-z0-9-]+)?\))/g, '\\$').replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** For a Markdown document that is read as plain text: only what would break a table or become a link, code or HTML. */
export function documentText(text: string): string {
  return plain(text).replace(/[|<[\]`*\\]/g, '\\$&');
}

/** As `documentText`, for whole sentences. */
export function documentSentence(text: string): string {
  return oneLine(text, longestSentence).replace(/[|<[\]`*\\]/g, '\\$&');
}

/** For a cell of a table that is pasted and rendered: what would end the cell, or become a link, code or HTML. Unbounded. */
export function markdownCell(text: string): string {
  return visible(text).replace(/[|<>[\]`*_\\~!]/g, '\\$&');
}
