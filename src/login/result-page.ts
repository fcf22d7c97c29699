import { html } from '../html/html.ts';
import { type Page, renderPage } from '../html/page.ts';
import type { ServerResponse } from '../system/http-server.ts';
import type { CallbackOutcome } from './attempt.ts';

/**
 * The page that the browser shows for an outcome. Its words are fixed: of the login it holds the error code
 * alone, and nothing of the request. It is not to be shown before the login is over: `signed-in` means that the
 * decryption succeeded.
 */
export function callbackPage(outcome: CallbackOutcome): ServerResponse {
  return { status: outcome.kind === 'rejected' ? 400 : 200, ...renderPage(pageOf(outcome)) };
}

function pageOf(outcome: CallbackOutcome): Page {
  switch (outcome.kind) {
    case 'signed-in':
      return {
        title: 'Signed in',
        main: html`<h1 class="good">Signed in</h1>
<p>You can close this tab and go back to the terminal.</p>`,
      };
    case 'denied':
      return {
        title: 'Sign-in declined',
        main: html`<h1>Sign-in declined</h1>
<p>You declined the request, so nothing was shared.</p>
<p class="muted">You can close this tab. To try again, run the command in the terminal once more.</p>`,
      };
    case 'failed':
      return {
        title: 'Sign-in failed',
        main: html`<h1 class="bad">Sign-in failed</h1>
<p>The terminal says what went wrong and what to do next. You can close this tab.</p>
<p class="muted">Error code: <code>${outcome.code}</code></p>`,
      };
    case 'rejected':
      return {
        title: 'Not the expected callback',
        main: html`<h1 class="bad">Not the expected callback</h1>
<p>This request does not belong to the login that is under way, so it was ignored. It may come from an earlier attempt.</p>
<p>The login still waits: continue in the tab that was opened for it, or with the URL in the terminal.</p>
<p class="muted">Error code: <code>${outcome.error.code}</code></p>`,
      };
    case 'settled':
      return {
        title: 'Login already finished',
        main: html`<h1>Login already finished</h1>
<p>This login was over before this request came, and nothing has changed. You can close this tab and go back to the terminal.</p>`,
      };
  }
}
