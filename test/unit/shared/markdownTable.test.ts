import { describe, expect, it } from 'vitest';
import { markdownCell } from '../../../src/shared/escape';
import { left, markdownTable, right, textTable } from '../../../src/shared/markdownTable';

describe('a table as Markdown', () => {
  it('is aligned, and every name in it stays text', () => {
    const columns = [left('Model'), right('Cost')];
    expect(markdownTable(columns, [['a|b', '$1.00']])).toBe('| Model | Cost |\n|:--|--:|\n| a\\|b | $1.00 |\n');
  });

  it('breaks out of no cell, and becomes no link, code, picture or HTML', () => {
    for (const hostile of [
      'a\nb',
      'a\r\n| b |',
      '[x](http://y)',
      '![x](y)',
      '`rm`',
      '<img src=x>',
      '**b**',
      'a\u202eb',
      '\\|',
    ]) {
      const cell = markdownCell(hostile);
      expect(cell).not.toMatch(/[\n\r\u202e]/);
      expect(cell.replaceAll(/\\[|<>[\]`*_\\~!]/g, '')).not.toMatch(/[|<>[\]`*_\\~!]/);
    }
  });
});

describe('a table that is read as text', () => {
  it('counts wide letters as two columns', () => {
    const table = textTable([left('Name')], [['日本'], ['abcd']]).split('\n');
    expect(table).toEqual(['| Name |', '| :--- |', '| 日本 |', '| abcd |']);
  });
});
