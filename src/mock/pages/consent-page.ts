import { html, type SafeHtml } from '../../html/html.ts';
import { renderPage } from '../../html/page.ts';
import type { ServerResponse } from '../../platform/http-message.ts';
import { OPENID_SCOPE } from '../../protocol/scopes.ts';
import type { AuthorizationRequest } from '../endpoints/authorization-request.ts';
import { subjectOf } from '../id-token.ts';
import { claimValue, NOT_AVAILABLE, type Persona } from '../persona.ts';
import { linkWith } from './link.ts';
import { MOCK_MARK } from './mark.ts';
import { describePersona } from './persona-view.ts';

/**
 * The page that asks the chosen person for consent: who asks, and each value as the client will receive it.
 *
 * @param query The authorization request with the choice; each link repeats it with the decision added.
 */
export function renderConsentPage(
  { client, redirectUri, scopes }: AuthorizationRequest,
  persona: Persona,
  query: string,
): ServerResponse {
  const claims = scopes.filter((scope) => scope !== OPENID_SCOPE);
  const main = html`${MOCK_MARK}
<h1>Share with <code>${client.clientId}</code>?</h1>
<p class="person">${describePersona(persona)}
<a href="${linkWith(query, { mock_persona: undefined, mock_decision: undefined })}">Choose someone else</a></p>
<h2>It will receive</h2>
<dl class="claims">
${claim('sub', subjectOf(client.clientId, persona.id))}
${claims.map((scope) => claim(scope, claimValue(persona, scope)))}
</dl>
<p class="muted">You will return to <code>${redirectUri}</code> either way. To skip these pages, add
<code>login_hint=${persona.id}</code> to the authorization request.</p>
<p class="actions sticky"><a class="button primary" href="${linkWith(query, { mock_decision: 'share' })}">Share</a>
<a class="button" href="${linkWith(query, { mock_decision: 'refuse' })}">Refuse</a></p>`;
  return { status: 200, ...renderPage({ title: `Share with ${client.clientId}? - Mock sgID`, main }) };
}

function claim(name: string, value: string): SafeHtml {
  return html`<div><dt><code>${name}</code></dt>${showValue(value)}</div>`;
}

function showValue(value: string): SafeHtml {
  if (value === '') return html`<dd class="muted">(empty)</dd>`;
  if (value === NOT_AVAILABLE) return html`<dd class="muted">${value}</dd>`;
  return html`<dd>${value}</dd>`;
}
