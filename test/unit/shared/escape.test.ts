import { describe, expect, it } from 'vitest';
import { documentText, markdown, plain } from '../../../src/shared/escape';

describe('hostile names', () => {
  it('keeps one line of bounded length without invisible characters', () => {
    expect(plain('a\n# b\r\u202ec\u0000')).toBe('a # b c');
    expect(Array.from(plain('💰'.repeat(500)))).toHaveLength(80);
  });

  it.each([
    ['[click](command:workbench.action.quit)', '\\[click\\]\\(command\\:workbench\\.action\\.quit\\)'],
    ['<img src=x>', '\\<img src\\=x\\>'],
    ['https://evil.example', 'https\\:\\/\\/evil\\.example'],
    ['a|b', 'a\\|b'],
    ['**x**`y`', '\\*\\*x\\*\\*\\`y\\`'],
  ])('takes %s literally in the tooltip', (hostile, escaped) => {
    expect(markdown(hostile)).toBe(escaped);
  });

  it('leaves a backslash before an icon, which is recognised only after Markdown', () => {
    expect(markdown('$(sync~spin)')).toBe('\\\\\\$\\(sync\\~spin\\)');
    expect(markdown('$4')).toBe('\\$4');
  });

  it('keeps names readable in the document and its tables whole', () => {
    expect(documentText('claude-opus_4.1')).toBe('claude-opus_4.1');
    expect(documentText('a|b\n<script>[x](y)')).toBe('a\\|b \\<script>\\[x\\](y)');
  });
});
