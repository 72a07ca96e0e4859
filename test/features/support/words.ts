/** Words of the scenarios: money, counts, and for whom something is. */
import { defineParameterType } from '@cucumber/cucumber';

export type Whom = Partial<Record<string, string>>;

const whose = '(?:provider|model|project|agent type|agent|run|plan|task)';

defineParameterType({ name: 'money', regexp: /\$([\d,]+(?:\.\d+)?)/, transformer: numberOf });
defineParameterType({ name: 'count', regexp: /\d{1,3}(?:,\d{3})+|\d+/, transformer: numberOf });
/** ` for project "shop" and agent "coder"`, ` for anyone`, or nothing. */
defineParameterType({
  name: 'whom',
  regexp: new RegExp(` for anyone|(?: (?:for|of|by|in|on|with|and) ${whose} "[^"]*")*`),
  transformer: (text: string): Whom =>
    Object.fromEntries(
      [...text.matchAll(new RegExp(`(${whose}) "([^"]*)"`, 'g'))].map(([, kind = '', name = '']) => [
        kind === 'agent type' ? 'agentType' : kind,
        name,
      ]),
    ),
});
defineParameterType({
  name: 'decision',
  regexp: /allowed without a word|allowed with a warning|refused|queued|given another model/,
  transformer: (words: string) => decisionOf[words] ?? words,
});

const decisionOf: Readonly<Record<string, string>> = {
  'allowed without a word': 'allow',
  'allowed with a warning': 'warn',
  refused: 'block',
  queued: 'queue',
  'given another model': 'fallback',
};

function numberOf(text: string): number {
  return Number(text.replaceAll(',', ''));
}
