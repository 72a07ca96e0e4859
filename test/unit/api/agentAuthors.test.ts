import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiCommandIds } from '../../../src/contributions';
import { apiErrorCodes, reportQuotaSchema, reportSchema, usageRequestSchema } from '../../../src/protocol/api/api';
import { authorizeSchema, startRunSchema } from '../../../src/protocol/api/budgetApi';
import { decisions } from '../../../src/protocol/api/budgetAnswers';
import { capabilities, quotaMeters } from '../../../src/protocol/configuration';
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

  it('takes of a call and of a run what it says, and nothing else', () => {
    const [, part = ''] = page.split('## Ask first: authorize');
    const call = { provider: 'acme', model: 'acme-1' };
    const of = (schema: { safeParse: (value: unknown) => { success: boolean } }, value: object): boolean =>
      schema.safeParse(value).success;
    const fields = { waitMs: 600_000, ticket: 't', expiresInMs: 86_400_000, capabilities: ['vision'] };
    expect(part).toContain('at most 600 000');
    expect(part).toContain('1 000 to 86 400 000');
    expect(of(authorizeSchema, { ...call, ...fields })).toBe(true);
    for (const wrong of [{ waitMs: 600_001 }, { expiresInMs: 999 }, { expiresInMs: 86_400_001 }, { estimate: {} }])
      expect(of(authorizeSchema, { ...call, ...wrong })).toBe(false);
    const run = { run: 'r', agent: 'a' };
    expect(of(startRunSchema, { ...run, ...call, waitMs: 1, capabilities: [], allowFallback: true })).toBe(true);
    for (const wrong of [{ estimate: { costUsd: 1 } }, { ticket: 't' }, { expiresInMs: 1_000 }])
      expect(of(startRunSchema, { ...run, ...wrong })).toBe(false);
    for (const missing of [{ run: 'r' }, { agent: 'a' }]) expect(of(startRunSchema, missing)).toBe(false);
  });

  it('names every command, field and word of the API', () => {
    const { tokens, ...fields } = reportSchema.shape;
    const words = [
      ...Object.values(apiCommandIds),
      ...Object.keys(fields),
      ...Object.keys(tokens.shape).map((kind) => `tokens.${kind}`),
      ...Object.keys(usageRequestSchema.shape),
      ...Object.keys(reportQuotaSchema.shape),
      ...[authorizeSchema, startRunSchema].flatMap(({ shape }) => Object.keys(shape)),
      ...capabilities,
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
