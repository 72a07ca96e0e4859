/**
 * A file's text, parsed once for everybody: to obey it, to edit it, and to help who writes it. Never throws and never hangs: text,
 * nesting and what aliases expand to are bounded, and duplicate keys are found by `locate`, because `yaml` compares each key with
 * each.
 */
import { Composer, Parser, type CST, type Document, type ParsedNode, type YAMLError } from 'yaml';
import type { IssueCode, IssueSeverity } from '../../protocol/configurationIssue';
import type { TextProblem } from '../issue';
import { rememberByText } from '../rememberByText';
import { TextPositions } from '../textPositions';
import { locate } from './locate';
import type { Located } from './located';

export const maxTextLength = 1_000_000;
export const maxNesting = 48;
const maxProblems = 200;

export interface ParsedFile {
  text: string;
  positions: TextPositions;
  /** How it is written: of broken text, what the parser made of it. `null`: there is nothing, or more than the bounds allow. */
  document: Document.Parsed<ParsedNode, boolean> | null;
  /** What it says, aliases and merge keys followed; `null`: nothing, or nothing that can be made out. */
  root: Located | null;
  problems: readonly TextProblem[];
}

/** Syntax trees are large: those of the last texts, in characters of these. */
const mostKept = 262_144;

export const parseFile = rememberByText(parseText, mostKept);

/** As `parseFile`, of a text that nobody will ask for again. */
export function parseText(text: string): ParsedFile {
  return { text, positions: new TextPositions(text), ...read(text) };
}

type Read = Pick<ParsedFile, 'document' | 'root' | 'problems'>;

function read(text: string): Read {
  if (text.length > maxTextLength) {
    return unreadable(text, 'too_large', `the file has more than ${maxTextLength.toLocaleString('en')} characters`);
  }
  try {
    // `yaml` takes a lone return for a letter.
    return compose(text.replace(/\r(?!\n)/g, '\n'));
  } catch (error) {
    // Nothing is known to come here; whatever would, is no reason for an editor to lose its configuration.
    return unreadable(text, 'syntax', `can not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function compose(text: string): Read {
  const tokens = [...new Parser().parse(text)];
  const nesting = deepestNesting(tokens, maxNesting);
  if (nesting !== null) {
    const problem = error('too_deep', `nested deeper than ${maxNesting} levels`, nesting, nesting + 1);
    return { root: null, document: null, problems: [problem] };
  }
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    // `locate` follows merge keys, and keeps the place of what they bring.
    merge: false,
    resolveKnownTags: false,
    strict: true,
    stringKeys: true,
    uniqueKeys: false,
    keepSourceTokens: true,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const documents = [...composer.compose(tokens, true, text.length)];
  const document = documents[0] as Document.Parsed<ParsedNode, boolean> | undefined;
  const problems: TextProblem[] = documents.flatMap(({ errors, warnings }) => [
    ...errors.map((found) => fromYaml('error', found, text)),
    ...warnings.map((found) => fromYaml('warning', found, text)),
  ]);
  const second = documents[1];
  if (second !== undefined) {
    const start = second.range[0];
    const length = text.startsWith('---', start) ? 3 : 1;
    problems.push(error('syntax', 'a second document begins here, and only one is read', start, start + length));
  }
  if (document === undefined) return { root: null, document: null, problems };
  for (const token of tokens) {
    if (token.type === 'directive' && token.source.startsWith('%YAML')) {
      const message = 'leave out the YAML version: the file is read as YAML 1.2';
      problems.push(error('syntax', message, token.offset, token.offset + token.source.length));
    }
  }
  const { root, problems: found } = locate(document.contents);
  return { root, document, problems: [...problems, ...found].slice(0, maxProblems) };
}

/**
 * The offset of the first collection below `most` others; `null` when there is none. Without recursion: what is too deep for us may
 * be too deep for the stack.
 */
function deepestNesting(tokens: readonly CST.Token[], most: number): number | null {
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > most) return token.offset;
    if (token.type === 'document') {
      if (token.value) open.push({ token: token.value, depth });
    } else if ('items' in token) {
      for (const item of token.items) {
        if (item.key) open.push({ token: item.key, depth: depth + 1 });
        if (item.value) open.push({ token: item.value, depth: depth + 1 });
      }
    }
  }
  return null;
}

function unreadable(text: string, code: IssueCode, message: string): Read {
  return { root: null, document: null, problems: [error(code, message, 0, Math.min(1, text.length))] };
}

function error(code: IssueCode, message: string, start: number, end: number): TextProblem {
  return { severity: 'error', code, message, start, end };
}

function fromYaml(severity: IssueSeverity, { pos, message }: YAMLError, text: string): TextProblem {
  const start = Math.min(pos[0], text.length);
  return {
    severity,
    code: 'syntax',
    message: lowerFirst(message),
    start,
    end: Math.max(start, Math.min(pos[1], text.length)),
  };
}

/** As our own messages are written. */
function lowerFirst(message: string): string {
  return /^[A-Z][a-z ]/.test(message) ? `${message.charAt(0).toLowerCase()}${message.slice(1)}` : message;
}
