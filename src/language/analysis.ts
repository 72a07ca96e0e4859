/** All that is known of one version of a configuration's text: made once, asked by every feature. */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { findWritten, type Located } from '../config/read/located';
import { parseFile, type ParsedFile } from '../config/read/parsedFile';
import type { KnownNames } from '../config/resolve/references';
import { resolveConfiguration } from '../config/resolve/resolve';
import { symbolsOf, type NameSymbol } from '../config/symbols';
import type { Configuration } from '../protocol/configuration';
import type { ConfigurationIssue } from '../protocol/configurationIssue';

export interface Analysis {
  document: TextDocument;
  /** Of whatever stands there, broken or not. */
  file: ParsedFile;
  issues: readonly ConfigurationIssue[];
  /** What the text comes to, with that of the user's file below it where this is a workspace's. */
  configuration: Configuration;
  ids: readonly NameSymbol[];
  /** Budgets and quotas that this text sets, with the value that does. */
  limits: readonly { id: string; node: Located }[];
}

/** What stands around a document. */
export interface Surroundings {
  /** The user's text; `null` where there is none, or where the document is it. */
  userText: string | null;
  known: KnownNames;
  /** Whether the user trusts the workspace that the document may be of. */
  trusted: boolean;
}

const workspaceFile = '/.vscode/agent-meter.yaml';

export function isWorkspaceFile(uri: string): boolean {
  return uri.endsWith(workspaceFile);
}

export function analyse(document: TextDocument, { userText, known, trusted }: Surroundings): Analysis {
  const text = document.getText();
  const ofWorkspace = isWorkspaceFile(document.uri);
  const resolved = ofWorkspace
    ? resolveConfiguration({ user: userText, workspaces: [{ text, trusted }], known })
    : resolveConfiguration({ user: text, known });
  const outcome = ofWorkspace ? resolved.workspaces[0] : resolved.user;
  const file = parseFile(text);
  return {
    document,
    file,
    issues: outcome?.issues ?? [],
    configuration: resolved.configuration,
    ids: outcome === undefined || outcome === null ? [] : symbolsOf(outcome.parsed),
    limits: limits(resolved.configuration, ofWorkspace ? 'workspace' : 'user', file),
  };
}

/** What an alias says is left to its anchor: nobody could tell whose use stood there. */
function limits({ budgets, quotas }: Configuration, layer: string, { root }: ParsedFile): Analysis['limits'] {
  return [...budgets, ...quotas].flatMap(({ id, origin }) => {
    const node = origin.layer === layer ? findWritten(root, origin.path)?.node : undefined;
    return node === undefined ? [] : [{ id, node }];
  });
}
