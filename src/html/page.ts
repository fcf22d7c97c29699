import { createHash } from 'node:crypto';
import { html, SafeHtml } from './html.ts';
import pageStyle from './page.css';
import palette from './palette.css';

interface Page {
  readonly title: string;
  readonly main: SafeHtml;
}

/** Renders a page and the headers that lock it down: its own style by its hash, nothing else, and no caching. */
export function renderPage(page: Page): { headers: Record<string, string>; body: string } {
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `${POLICY}; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
    body: renderDocument(page, STYLE),
  };
}

/** Renders a page that is a file: it carries its style and its policy along, and is opened without a network. */
export function renderFile(page: Page, ownStyle: string): string {
  const style = palette + ownStyle;
  return renderDocument(
    page,
    style,
    html`<meta http-equiv="Content-Security-Policy" content="${policyFor(style)}">
`,
  );
}

function policyFor(style: string): string {
  const hash = createHash('sha256').update(style).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; form-action 'none'; base-uri 'none'`;
}

const STYLE = palette + pageStyle;
const POLICY = policyFor(STYLE);

function renderDocument({ title, main }: Page, style: string, policy: SafeHtml | string = ''): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${policy}<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new SafeHtml(style)}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`.text;
}
