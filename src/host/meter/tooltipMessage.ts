/**
 * A message in the tooltip: of two rows at most. The whole of it is one link away: problems, alerts and why the engine failed in
 * the dashboard, what a budget is lifted for in Show Budget.
 */
import { homedir } from 'node:os';
import { sep } from 'node:path';
import { l10n } from 'vscode';
import { markdown, markdownSentence } from '../../shared/escape';
import type { Format } from '../../shared/format';
import { cutToRows } from './tooltipRows';

const mostRows = 2;

/** `others`: how many more there are; `emphasis`: what stands before and behind words that are bold. */
export function message(icon: string, words: string, others: number, format: Format, emphasis: '' | '**' = ''): string {
  const more = others === 0 ? '' : ` · ${markdown(l10n.t('{0} more', format.count(others)))}`;
  const cut = cutToRows(shortHome(words), mostRows, `%${emphasis}${emphasis}${more}`);
  return `${icon} ${emphasis}${markdownSentence(cut)}${emphasis}${more}`;
}

/** Paths in the home directory begin with `~`: rows are few, and the end of a path says more than its begin. */
function shortHome(words: string): string {
  return words.replaceAll(`${homedir()}${sep}`, `~${sep}`);
}
