import type { SgidError, SgidErrorCode } from '../errors/sgid-error.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { renderPage } from '../html/page.ts';
import type { ServerResponse } from '../system/http-server.ts';

/** How a login ended; `logged-in` only after the decryption succeeded, with the scopes that came. */
export type LoginOutcome =
  | { readonly kind: 'logged-in'; readonly clientId: string; readonly scopes: readonly string[] }
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly code: SgidErrorCode };

/** A callback that counts for nothing: it is not of this login, or that was settled before. */
export type RefusedCallback =
  | { readonly kind: 'rejected'; readonly error: SgidError }
  | { readonly kind: 'settled' };

/**
 * The page that the browser shows. Its words are fixed: of the login it holds what the person who started it asked for,
 * or an error code, and nothing of the request or of the provider's replies.
 */
export function callbackPage(outcome: LoginOutcome | RefusedCallback): ServerResponse {
  const [title, main] = contentOf(outcome);
  return { status: outcome.kind === 'rejected' ? 400 : 200, ...renderPage({ title, main }) };
}

function contentOf(outcome: LoginOutcome | RefusedCallback): readonly [title: string, main: SafeHtml] {
  switch (outcome.kind) {
    case 'logged-in':
      return [
        'Logged in',
        html`<h1 class="good">Logged in to <code>${outcome.clientId}</code></h1>
${describeShared(outcome.scopes)}
<p>You can close this tab and go back to the terminal.</p>`,
      ];
    case 'refused':
      return [
        'Login refused',
        html`<h1>Login refused</h1>
<p>You refused the login, so nothing was shared.</p>
<p class="muted">You can close this tab. To try again, run the command in the terminal once more.</p>`,
      ];
    case 'failed':
      return [
        'Login failed',
        html`<h1 class="bad">Login failed</h1>
<p>The terminal says what went wrong and what to do next. You can close this tab.</p>
<p class="muted">Error code: <code>${outcome.code}</code></p>`,
      ];
    case 'rejected':
      return [
        'Not the expected callback',
        html`<h1 class="bad">Not the expected callback</h1>
<p>This request does not belong to the login that is under way, so it was ignored. It may come from an earlier attempt.</p>
<p>The login is still waiting: continue in the tab that was opened for it, or with the URL in the terminal.</p>
<p class="muted">Error code: <code>${outcome.error.code}</code></p>`,
      ];
    case 'settled':
      return [
        'Login already finished',
        html`<h1>Login already finished</h1>
<p>This login was over before this request came, and nothing has changed. You can close this tab and go back to the terminal.</p>`,
      ];
  }
}

function describeShared(scopes: readonly string[]): SafeHtml {
  if (scopes.length === 0) return html`<p>No personal data was shared, only an identifier.</p>`;
  return html`<p>Shared with it:</p>
<ul class="scopes" role="list" aria-label="Claims">
${scopes.map((scope) => html`<li><code>${scope}</code></li>`)}
</ul>`;
}
