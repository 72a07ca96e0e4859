/**
 * YAML text → located values and what is wrong with its form. Never throws and never hangs: text, nesting and what aliases
 * expand to are bounded, and duplicate keys are found here, because `yaml` compares each key with each.
 */
import { Composer, Parser, type Document, type ParsedNode, type YAMLError } from 'yaml';
import type { IssueCode, IssueSeverity } from '../../protocol/configurationIssue';
import { deepestNesting } from './nesting';
import { locate } from './locate';
import type { Located } from './located';

export const maxTextLength = 1_000_000;
export const maxNesting = 48;
const maxProblems = 200;

/** A finding about a stretch of text rather than about a path. */
export interface TextProblem {
  severity: IssueSeverity;
  code: IssueCode;
  message: string;
  start: number;
  end: number;
  replacement?: { title: string; text: string };
}

export interface YamlText {
  /** `null`: nothing stands there, or nothing can be made of it. */
  root: Located | null;
  document: Document.Parsed<ParsedNode, boolean> | null;
  problems: TextProblem[];
}

export function readYaml(text: string): YamlText {
  if (text.length > maxTextLength) {
    return unreadable(text, 'too_large', `the file has more than ${maxTextLength.toLocaleString('en')} characters`);
  }
  try {
    // `yaml` takes a lone return for a letter.
    return read(text.replace(/\r(?!\n)/g, '\n'));
  } catch (error) {
    // Nothing is known to come here; whatever would, is no reason for an editor to lose its configuration.
    return unreadable(text, 'syntax', `can not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function read(text: string): YamlText {
  const tokens = [...new Parser().parse(text)];
  const nesting = deepestNesting(tokens, maxNesting);
  if (nesting !== null) {
    const problem = error('too_deep', `nested deeper than ${maxNesting} levels`, nesting, nesting + 1);
    return { root: null, document: null, problems: [problem] };
  }
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
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

function unreadable(text: string, code: IssueCode, message: string): YamlText {
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
