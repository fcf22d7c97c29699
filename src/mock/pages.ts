import { html, type SafeHtml } from '../html/html.ts';
import { renderPage } from '../html/page.ts';
import { OPENID_SCOPE } from '../sgid/scopes.ts';
import type { ServerResponse } from '../system/http-server.ts';
import type { AuthorizationRequest } from './authorize.ts';
import { subjectOf } from './id-token.ts';
import { claimValue, NOT_AVAILABLE, type Persona } from './persona.ts';

/** More scopes than this are folded away, so that the people stay in view. */
const MOST_SCOPES_IN_VIEW = 8;

/**
 * The page on which one chooses who logs in, or refuses.
 *
 * The choices are links, not a form: Chromium applies the page's `form-action` to every redirect that follows
 * a submission, and an application's callback may well redirect once more, to an origin not known here.
 *
 * @param query The authorization request as it came; each link repeats it with the choice added.
 */
export function renderChoicePage(
  { client, scopes }: AuthorizationRequest,
  personas: readonly Persona[],
  query: string,
): ServerResponse {
  const main = html`${MOCK_MARK}
<h1>Log in to <code>${client.clientId}</code></h1>
${describeSharing(scopes.filter((scope) => scope !== OPENID_SCOPE))}
<h2 id="people">Continue as</h2>
<ul class="choices people" role="list" aria-labelledby="people">
${personas.map((persona) => choice(query, persona))}
</ul>
<p class="actions"><a class="button" href="${linkWith(query, { mock_decision: 'refuse' })}">Refuse</a></p>`;
  return { status: 200, ...renderPage({ title: 'Choose who logs in - Mock sgID', main }) };
}

function describeSharing(scopes: readonly string[]): SafeHtml {
  if (scopes.length === 0) return html`<p>It asks for no personal data, only for an identifier.</p>`;
  const sentence = `It asks for ${scopes.length} ${scopes.length === 1 ? 'claim' : 'claims'}`;
  const list = html`<ul class="scopes" role="list" aria-label="Claims">
${scopes.map((scope) => html`<li><code>${scope}</code></li>`)}
</ul>`;
  return scopes.length > MOST_SCOPES_IN_VIEW
    ? html`<details><summary>${sentence}</summary>${list}</details>`
    : html`<p>${sentence}:</p>${list}`;
}

function choice(query: string, persona: Persona): SafeHtml {
  const href = linkWith(query, { mock_persona: persona.id, mock_decision: undefined });
  return html`<li><a href="${href}">${describePersona(persona)}</a></li>`;
}

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

/** What was found about one thing, for example every redirect URI under `Registered`. */
export interface Fact {
  readonly label: string;
  /** Set as code, one to a line, so that they can be compared. */
  readonly values: readonly string[];
}

/** The page for a request that cannot safely be answered with a redirect. */
export function renderErrorPage({
  problem,
  facts,
}: {
  readonly problem: string;
  readonly facts: readonly Fact[];
}): ServerResponse {
  const title = 'This login cannot go on';
  const list = html`<dl class="facts">
${facts.map(
  ({ label, values }) =>
    html`<div><dt>${label}</dt>${values.map((value) => html`<dd><code>${value}</code></dd>`)}</div>`,
)}
</dl>`;
  const main = html`${MOCK_MARK}
<h1>${title}</h1>
<p class="bad">${problem}</p>
${facts.length === 0 ? [] : list}
<p class="muted">The application was not called back. Mend what it sends, then start the login again.</p>`;
  return { status: 400, ...renderPage({ title: `${title} - Mock sgID`, main }) };
}

/** The page on which the fault `no-callback` leaves the person. */
export function renderNoCallbackPage(): ServerResponse {
  const title = 'This login ends here';
  const main = html`${MOCK_MARK}
<h1>${title}</h1>
<p>The fault <code>no-callback</code> was asked for: the browser is not sent back to the application, as when a
person closes the tab.</p>
<p class="muted">A correct application stops waiting after a while and says so.</p>`;
  return { status: 200, ...renderPage({ title: `${title} - Mock sgID`, main }) };
}

/**
 * A link to the authorization endpoint that repeats the request with some parameters set, or, where they are
 * undefined, taken out.
 */
export function linkWith(query: string, changes: Readonly<Record<string, string | undefined>>): string {
  const parameters = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) parameters.delete(name);
    else parameters.set(name, value);
  }
  return `?${parameters}`;
}

/** What tells every page of the mock from the real sgID. */
export const MOCK_MARK: SafeHtml = html`<p class="mark">Mock sgID - test data only</p>`;

/** A persona in one line: initials to scan by, the name, and what makes this person worth testing with. */
export function describePersona({ id, name, description }: Persona): SafeHtml {
  return html`<span class="initials" aria-hidden="true">${initialsOf(name)}</span>
<span class="who"><strong><bdi>${name}</bdi></strong> <span class="muted">${description ?? id}</span></span>`;
}

/** The first letters of the first two words, in any script. */
function initialsOf(name: string): string {
  const words = name.match(/(?<![\p{L}\p{M}'’])\p{L}\p{M}*/gu) ?? ['?'];
  return words.slice(0, 2).join('');
}
