import { createHash } from 'node:crypto';
import { html, SafeHtml } from './html.ts';
import { STYLE } from './style.ts';

/** A whole document: the words in its title bar and the markup of its `<main>`. */
export interface Page {
  readonly title: string;
  readonly main: SafeHtml;
}

/** What a page is sent with. */
export interface RenderedPage {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * Renders a page and the headers that lock it down: no scripts, no outside assets, the one style by its
 * hash, no form sent, no framing, no sniffing, no referrer and no caching.
 */
export function renderPage(page: Page): RenderedPage {
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `${POLICY}; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
    body: renderDocument(page, STYLE).text,
  };
}

/** Renders a page that is a file: it carries its style and its policy along, and is opened without a network. */
export function renderFile(page: Page, style: string): string {
  const policy = html`<meta http-equiv="Content-Security-Policy" content="${policyFor(style)}">
`;
  return renderDocument(page, style, policy).text;
}

/** Allows one style sheet, by its hash, and nothing else. */
function policyFor(style: string): string {
  const hash = createHash('sha256').update(style).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; form-action 'none'; base-uri 'none'`;
}

const POLICY = policyFor(STYLE);

function renderDocument({ title, main }: Page, style: string, policy: SafeHtml = html``): SafeHtml {
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
`;
}
