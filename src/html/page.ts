import { createHash } from 'node:crypto';
import { html, SafeHtml } from './html.ts';
import pageStyle from './page.css';
import palette from './palette.css';

interface Page {
  readonly title: string;
  readonly main: SafeHtml;
}

interface ServedPage extends Page {
  /** Added to the style that every page has. */
  readonly style?: string;
  /** With one, the page and its forms may send requests to their own origin. */
  readonly script?: string;
}

/**
 * Renders a page and the headers that lock it down: its own style and script by their hashes, nothing else, and no
 * caching.
 */
export function renderPage({ style = '', script, ...page }: ServedPage): {
  headers: Record<string, string>;
  body: string;
} {
  const wholeStyle = STYLE + style;
  const main =
    script === undefined
      ? page.main
      : html`${page.main}
<script>${new SafeHtml(script)}</script>`;
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `${policyFor(wholeStyle, script)}; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
    body: renderDocument({ ...page, main }, wholeStyle),
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

function policyFor(style: string, script?: string): string {
  const own =
    script === undefined
      ? "form-action 'none'"
      : `script-src ${hashOf(script)}; connect-src 'self'; form-action 'self'`;
  return `default-src 'none'; style-src ${hashOf(style)}; ${own}; base-uri 'none'`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const STYLE = palette + pageStyle;

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
