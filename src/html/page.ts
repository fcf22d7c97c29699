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

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * Renders a page and the headers that lock it down: no scripts, no outside assets, the one style by its
 * hash, no form sent, no framing, no sniffing, no referrer and no caching.
 */
export function renderPage(page: Page): RenderedPage {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title}</title>
<style>${new SafeHtml(STYLE)}</style>
</head>
<body>
<main>
${page.main}
</main>
</body>
</html>
`;
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [
        "default-src 'none'",
        `style-src 'sha256-${STYLE_HASH}'`,
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
    body: document.text,
  };
}
