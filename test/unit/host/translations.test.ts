import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dashboardStrings } from '../../../src/protocol/dashboard/dashboardStrings';
import { localisedStrings } from './localised';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): Record<string, string> =>
  JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Record<string, string>;
const languages = ['de', 'ja', 'zh-cn'];
/** The page's strings are one list, which the host translates as a whole. */
const said = [
  ...Object.values(dashboardStrings).map((text) => ({ text, place: 'dashboardStrings.ts' })),
  ...localisedStrings(root, 'src', ['src/host/dashboard/webviews.ts']),
];
const placeholders = (text: string): string[] => [...text.matchAll(/\{\d\}/g)].map(([one]) => one).sort();

it('there are bundles of these languages, where package.json says', () => {
  expect(read('package.json')['l10n']).toBe('./l10n');
  expect(readdirSync(path.join(root, 'l10n')).sort()).toEqual(languages.map((one) => `bundle.l10n.${one}.json`));
});

describe.each(languages)('%s', (language) => {
  const bundle = read(`l10n/bundle.l10n.${language}.json`);

  it('has everything that the dashboard and the host say', () => {
    expect(said.filter(({ text }) => (bundle[text] ?? '') === '')).toEqual([]);
  });

  it('has nothing that nobody says any more', () => {
    const texts = new Set(said.map(({ text }) => text));
    expect(Object.keys(bundle).filter((words) => !texts.has(words))).toEqual([]);
  });

  it('keeps every place for a figure', () => {
    for (const [words, translated] of Object.entries(bundle))
      expect(placeholders(translated)).toEqual(placeholders(words));
  });

  it('has what package.nls.json has, in its order, with the same links', () => {
    const english = read('package.nls.json');
    const translated = read(`package.nls.${language}.json`);
    expect(Object.keys(translated)).toEqual(Object.keys(english));
    const links = (text = ''): string[] => [...text.matchAll(/\]\(([^)]*)\)/g)].map(([, link = '']) => link);
    for (const [key, text] of Object.entries(english)) expect(links(translated[key]), key).toEqual(links(text));
  });
});
