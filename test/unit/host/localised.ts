/** Every string that the host hands to `l10n.t`, read off its source. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export interface Localised {
  text: string;
  /** `src/host/a.ts:12` */
  place: string;
}

/** Throws where a string is not written out: what is put together at run time can't be looked up in a bundle. */
export function localisedStrings(root: string, folder: string, exceptFor: readonly string[]): Localised[] {
  const found: Localised[] = [];
  for (const name of readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const file = path.posix.join(folder, name.split(path.sep).join('/'));
    const source = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.ESNext, true);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && node.expression.getText(source) === 'l10n.t') {
        const [first] = node.arguments;
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        const place = `${file}:${line + 1}`;
        if (first !== undefined && ts.isStringLiteralLike(first)) found.push({ text: first.text, place });
        else if (!exceptFor.includes(file)) throw new Error(`${place}: a string that is not written out`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}
