import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiCommandIds } from '../../../src/contributions';
import { apiErrorCodes, reportQuotaSchema, reportSchema, usageRequestSchema } from '../../../src/protocol/api';
import { authorizeSchema, decisions } from '../../../src/protocol/budgetApi';
import { quotaMeters } from '../../../src/protocol/configuration';
import { callStatuses, filterKeys, groupings, namedPeriods, pricings } from '../../../src/protocol/vocabulary';

const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/agent-authors.md'), 'utf8');
const examples = [...page.matchAll(/^```json ?(\w*)\n([^]*?)^```/gm)].map(([, kind = '', text = '']) => ({
  kind,
  text,
}));

describe('H1 docs/agent-authors.md', () => {
  it('has only examples that are JSON, and requests that are accepted', () => {
    const accepted = examples.map(({ kind, text }) => {
      const example: unknown = JSON.parse(text);
      if (kind === 'report') return reportSchema.safeParse(example).success;
      if (kind === 'reportQuota') return reportQuotaSchema.safeParse(example).success;
      if (kind === 'authorize') return authorizeSchema.safeParse(example).success;
      if (kind === 'usage') return usageRequestSchema.safeParse(example).success;
      return typeof example === 'object' && example !== null && 'ok' in example;
    });
    expect(accepted).toHaveLength(12);
    expect(new Set(accepted)).toEqual(new Set([true]));
  });

  it('names every command, field and word of the API', () => {
    const { tokens, ...fields } = reportSchema.shape;
    const words = [
      ...Object.values(apiCommandIds),
      ...Object.keys(fields),
      ...Object.keys(tokens.shape).map((kind) => `tokens.${kind}`),
      ...Object.keys(usageRequestSchema.shape),
      ...Object.keys(reportQuotaSchema.shape),
      ...decisions,
      ...quotaMeters,
      ...[apiErrorCodes, groupings, filterKeys, namedPeriods, callStatuses, pricings].flat(),
    ];
    const missing = words.filter(
      (word) => !new RegExp(`[\`"]${word.replace('.', '\\.')}[\`"]|\\*\\*${word}\\*\\*`).test(page),
    );
    expect(missing).toEqual([]);
  });
});
