import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dashboardStrings } from '../../../src/protocol/dashboardStrings';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): Record<string, string> =>
  JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Record<string, string>;
const languages = ['de', 'ja', 'zh-cn'];
const placeholders = (text: string): string[] => [...text.matchAll(/\{\d\}/g)].map(([one]) => one).sort();

it('there are bundles of these languages, where package.json says', () => {
  expect(read('package.json')['l10n']).toBe('./l10n');
  expect(readdirSync(path.join(root, 'l10n')).sort()).toEqual(languages.map((one) => `bundle.l10n.${one}.json`));
});

describe.each(languages)('%s', (language) => {
  const bundle = read(`l10n/bundle.l10n.${language}.json`);

  it('has everything that the dashboard says', () => {
    for (const words of Object.values(dashboardStrings)) expect(bundle[words] ?? '', words).not.toBe('');
  });

  it('keeps every place for a figure', () => {
    for (const [words, translated] of Object.entries(bundle))
      expect(placeholders(translated)).toEqual(placeholders(words));
  });

  it('names only commands and views that package.nls.json names', () => {
    const english = Object.keys(read('package.nls.json'));
    expect(english).toEqual(expect.arrayContaining(Object.keys(read(`package.nls.${language}.json`))));
  });
});
