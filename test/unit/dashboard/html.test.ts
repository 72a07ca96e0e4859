import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy, pageHtml } from '../../../src/host/dashboard/html';

const parts = {
  script: 'https://x.example/dist/webview.js',
  style: 'https://x.example/dist/webview.css',
  source: 'https://x.example',
  nonce: 'n0nce',
  language: 'en',
  title: 'Agent Meter',
};

describe('the page’s document', () => {
  it('forbids everything but our own script, style and font', () => {
    const policy = Object.fromEntries(
      contentSecurityPolicy('https://x.example', 'n0nce')
        .split('; ')
        .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)]),
    ) as Record<string, string[]>;
    expect(policy['default-src']).toEqual(["'none'"]);
    expect(policy['script-src']).toEqual(["'nonce-n0nce'"]);
    expect(policy['style-src']).toEqual(['https://x.example', "'nonce-n0nce'"]);
    expect(Object.keys(policy)).not.toContain('connect-src');
    expect(JSON.stringify(policy)).not.toMatch(/unsafe|\*|data:/);
  });

  it('has nothing inline', () => {
    const html = pageHtml(parts);
    expect(html).not.toMatch(/style=|<style|\son\w+=|javascript:/i);
    expect([...html.matchAll(/<script[^>]*>([^<]*)<\/script>/g)].map(([, body]) => body)).toEqual(['']);
  });

  it('lets no value out of its attribute', () => {
    const html = pageHtml({ ...parts, title: '</title><script>x</script>', language: '"><img src=x>' });
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toContain('<img');
  });
});
