import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';

const webview = path.resolve(import.meta.dirname, '../../../webview');
const styles = readFileSync(createRequire(import.meta.url).resolve('@vscode/codicons/dist/codicon.css'), 'utf8');

/** Whatever is handed to an icon: `icon="tag"`, `icon: 'tag'`, `name={on ? 'graph' : 'table'}`, and the lists of icons by kind. */
function iconsIn(source: string): string[] {
  const lists = [...source.matchAll(/const icons[^{]*= \{([^}]*)\}/g)].map(([, list = '']) => list);
  const names = [...source.matchAll(/<Icon name=\{?([^/>]*)\}? \/>|icon(?:=|: )('[a-z-]+'|"[a-z-]+")/g)];
  return [...lists, ...names.map(([, inElement, given]) => inElement ?? given ?? '')].flatMap((text) =>
    [...text.matchAll(/['"]([a-z-]+)['"]/g)].map(([, name = '']) => name),
  );
}

it('every icon of the page is one that there is: others are a gap', () => {
  const files = readdirSync(webview, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'));
  const used = files.flatMap((name) => iconsIn(readFileSync(path.join(webview, name), 'utf8')));
  expect(new Set(used).size).toBeGreaterThan(30);
  expect(used.filter((name) => !styles.includes(`.codicon-${name}:before`))).toEqual([]);
});
