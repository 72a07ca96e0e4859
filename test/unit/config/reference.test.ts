/** `docs/reference/configuration.md` says what the schema and the checks do. `npx vitest run <this file> -u` writes it anew. */
import { existsSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { alternatives, configurationJsonSchema, type JsonSchema } from '../../../src/config/schema/jsonSchema';
import { issueCodes } from '../../../src/protocol/configurationIssue';
import { TextPositions } from '../../../src/config/textPositions';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import { diagnostics } from '../../../src/language/features/diagnostics';
import { issueExamples, issueOf, issueTable, keyTables } from './keyReference';

const nowhere = new TextPositions('').span(0, 0);
const yamlBlock = /^```yaml\n([\s\S]*?)^```$/gm;
const file = new URL('../../../docs/reference/configuration.md', import.meta.url);

describe('the reference of the configuration', () => {
  const text = readFileSync(file, 'utf8');

  it('is what the schema and the checks say now', async () => {
    const fresh = replacePart(replacePart(text, 'keys', keyTables(configurationJsonSchema())), 'issues', issueTable());
    await expect(fresh).toMatchFileSnapshot(file.pathname);
  });

  it('shows examples that have no errors, and so does the README', () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const shown = [...text.matchAll(yamlBlock), ...readme.matchAll(yamlBlock)];
    const examples = shown.map(([, example = '']) => example);
    expect(examples.length).toBeGreaterThanOrEqual(10);
    for (const user of examples) {
      expect(parseAllDocuments(user)).toHaveLength(1);
      const { user: outcome } = resolveConfiguration({ user });
      expect({ user, errors: outcome?.issues.filter(({ severity }) => severity === 'error') }).toEqual({
        user,
        errors: [],
      });
    }
  });
});

describe('issues', () => {
  it('are all in the reference, but those that have no file', () => {
    expect(new Set([...Object.keys(issueExamples), 'environment'])).toEqual(new Set(issueCodes));
  });

  it.each(issueCodes)('%s has a place that its diagnostics lead to', (code) => {
    const found = diagnostics({ issues: [{ severity: 'error', code, message: '', path: [], range: nowhere }] });
    const [page = '', anchor = ''] = found[0]?.codeDescription?.href.split('#') ?? [];
    expect(page.endsWith('/docs/reference/configuration.md')).toBe(true);
    expect(readFileSync(file, 'utf8').split(`<a id="${anchor}"></a>`)).toHaveLength(2);
  });

  it.each(Object.keys(issueExamples) as (keyof typeof issueExamples)[])('%s is found where it stands', (code) => {
    const issue = issueOf(code);
    expect(issue).toBeDefined();
    expect(issue?.range.end.offset).toBeGreaterThanOrEqual(issue?.range.start.offset ?? 0);
    expect(issue?.message).not.toMatch(/\.$|^[A-Z]|undefined|\[object/);
  });
});

describe('the schema', () => {
  it('describes every key', () => {
    expect([...undescribed(configurationJsonSchema(), '')]).toEqual([]);
  });

  it('is a file of JSON, as the package ships it', () => {
    expect(JSON.parse(JSON.stringify(configurationJsonSchema()))).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      additionalProperties: false,
    });
    expect(existsSync(file)).toBe(true);
  });
});

function* undescribed(schema: JsonSchema, path: string): Generator<string> {
  for (const form of alternatives(schema)) {
    for (const [key, inner] of Object.entries(form.properties ?? {})) {
      if ((inner.description ?? '') === '') yield `${path}.${key}`;
      yield* undescribed(inner, `${path}.${key}`);
    }
    if (typeof form.additionalProperties === 'object') yield* undescribed(form.additionalProperties, `${path}.*`);
    if (form.items !== undefined) yield* undescribed(form.items, `${path}[]`);
  }
}

function replacePart(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}: generated -->`, `<!-- ${name}: end -->`];
  const start = text.indexOf(begin);
  const stop = text.indexOf(end);
  expect([start, stop].every((offset) => offset >= 0)).toBe(true);
  return `${text.slice(0, start + begin.length)}\n\n${content}\n\n${text.slice(stop)}`;
}
