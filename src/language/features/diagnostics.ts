/** What is wrong, where it stands, with a link to what is right; and the obvious mending of it. */
import {
  CodeActionKind,
  DiagnosticSeverity,
  TextEdit,
  type CodeAction,
  type CodeActionParams,
  type Diagnostic,
  type Range,
} from 'vscode-languageserver';
import type { ConfigurationIssue, IssueSeverity, TextSpan } from '../../protocol/configurationIssue';
import type { Analysis } from '../analysis';

export const diagnosticSource = 'Agent Meter';
const reference = 'https://github.com/agent-meter/agent-meter/blob/main/docs/reference/configuration.md';

const severities: Record<IssueSeverity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

export function diagnostics({ issues }: Pick<Analysis, 'issues'>): Diagnostic[] {
  return issues.map((issue) => ({
    range: toRange(issue.range),
    severity: severities[issue.severity],
    code: issue.code,
    codeDescription: { href: `${reference}#${issue.code}` },
    source: diagnosticSource,
    message: sentence(issue.message),
  }));
}

/** One for each issue that touches the range and has a mending. */
export function quickFixes(analysis: Analysis, { range, context, textDocument }: CodeActionParams): CodeAction[] {
  if (context.only !== undefined && !context.only.some((kind) => CodeActionKind.QuickFix.startsWith(kind))) return [];
  return analysis.issues.flatMap((issue) => {
    if (issue.fix === undefined || !touches(toRange(issue.range), range)) return [];
    const found = context.diagnostics.filter((one) => one.code === issue.code && same(one.range, toRange(issue.range)));
    const action: CodeAction = {
      title: issue.fix.title,
      kind: CodeActionKind.QuickFix,
      isPreferred: true,
      diagnostics: found,
      edit: { changes: { [textDocument.uri]: textEdits(analysis, issue.fix) } },
    };
    return [action];
  });
}

function textEdits({ document }: Analysis, { edits }: NonNullable<ConfigurationIssue['fix']>): TextEdit[] {
  return edits.map(({ offset, length, newText }) => {
    const range = { start: document.positionAt(offset), end: document.positionAt(offset + length) };
    return TextEdit.replace(range, newText);
  });
}

function toRange({ start, end }: TextSpan): Range {
  return {
    start: { line: start.line, character: start.character },
    end: { line: end.line, character: end.character },
  };
}

function touches(one: Range, other: Range): boolean {
  return !isBefore(one.end, other.start) && !isBefore(other.end, one.start);
}

function isBefore(one: Range['start'], other: Range['start']): boolean {
  return one.line < other.line || (one.line === other.line && one.character < other.character);
}

function same(one: Range, other: Range): boolean {
  return (
    !isBefore(one.start, other.start) &&
    !isBefore(other.start, one.start) &&
    !isBefore(one.end, other.end) &&
    !isBefore(other.end, one.end)
  );
}

function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
