/**
 * The page's document: one script and one style sheet of ours, nothing inline, nothing from elsewhere. Pure.
 */

export interface PageParts {
  script: string;
  style: string;
  /** Where VS Code serves the extension's files from. */
  source: string;
  nonce: string;
  language: string;
  title: string;
}

/**
 * What may be loaded: styles and the icon font from our folder, and the script that carries the nonce. The toolkit makes a
 * style element to learn what the browser can do; it finds the nonce under `csp-nonce`.
 */
export function contentSecurityPolicy(source: string, nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source} 'nonce-${nonce}'`,
    `font-src ${source}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function attribute(text: string): string {
  return text.replace(/[&"<>]/g, (letter) => `&#${letter.codePointAt(0) ?? 0};`);
}

export function pageHtml({ script, style, source, nonce, language, title }: PageParts): string {
  return `<!DOCTYPE html>
<html lang="${attribute(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(contentSecurityPolicy(source, nonce))}">
<meta property="csp-nonce" content="${attribute(nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${attribute(title)}</title>
<link rel="stylesheet" nonce="${attribute(nonce)}" href="${attribute(style)}">
</head>
<body>
<div id="root"></div>
<script nonce="${attribute(nonce)}" src="${attribute(script)}"></script>
</body>
</html>
`;
}
