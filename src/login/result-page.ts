import type { SgidError, SgidErrorCode } from '../errors/sgid-error.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { renderPage } from '../html/page.ts';
import type { ServerResponse } from '../system/http-server.ts';

/** How a login ended; `signed-in` only after the decryption succeeded, `denied` when the person said no. */
export type LoginOutcome =
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'failed'; readonly code: SgidErrorCode };

/** A callback that counts for nothing: it is not of this login, or that was settled before. */
export type RefusedCallback =
  | { readonly kind: 'rejected'; readonly error: SgidError }
  | { readonly kind: 'settled' };

/**
 * The page that the browser shows. Its words are fixed: of the login it holds the error code alone, and nothing of
 * the request.
 */
export function callbackPage(outcome: LoginOutcome | RefusedCallback): ServerResponse {
  const [title, main] = contentOf(outcome);
  return { status: outcome.kind === 'rejected' ? 400 : 200, ...renderPage({ title, main }) };
}

function contentOf(outcome: LoginOutcome | RefusedCallback): readonly [title: string, main: SafeHtml] {
  switch (outcome.kind) {
    case 'signed-in':
      return [
        'Signed in',
        html`<h1 class="good">Signed in</h1>
<p>You can close this tab and go back to the terminal.</p>`,
      ];
    case 'denied':
      return [
        'Sign-in declined',
        html`<h1>Sign-in declined</h1>
<p>You declined the request, so nothing was shared.</p>
<p class="muted">You can close this tab. To try again, run the command in the terminal once more.</p>`,
      ];
    case 'failed':
      return [
        'Sign-in failed',
        html`<h1 class="bad">Sign-in failed</h1>
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
