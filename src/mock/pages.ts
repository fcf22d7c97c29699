import { html, type SafeHtml } from '../html/html.ts';
import { renderPage } from '../html/page.ts';
import { OPENID_SCOPE } from '../sgid/scopes.ts';
import type { ServerResponse } from '../system/http-server.ts';
import type { RegisteredClient } from './clients.ts';
import { type Fault, listLoginFaults } from './faults.ts';
import { subjectOf } from './id-token.ts';
import type { MockResponse } from './oauth.ts';
import { claimValue, describeForTesting, NOT_AVAILABLE, type Persona } from './personas.ts';

type PageRequest = {
  client: RegisteredClient;
  redirectUri: string;
  scopes: readonly string[];
  /** The one that was chosen for this login. */
  fault: Fault | undefined;
};

/** More scopes than this are folded away, so that the people stay in view. */
const MOST_SCOPES_IN_VIEW = 8;

/**
 * The choices are links, not a form: Chromium applies the page's `form-action` to every redirect that follows a
 * submission, and an application's callback may well redirect once more, to an origin not known here.
 */
export function renderChoicePage(
  { client, scopes, fault }: PageRequest,
  personas: readonly Persona[],
  query: string,
): ServerResponse {
  const choices = personas.map((persona) => {
    const href = linkWith(query, { mock_persona: persona.id, mock_decision: undefined });
    return html`<li><a href="${href}">${describePersona(persona)}</a></li>`;
  });
  return page(
    200,
    'Choose who logs in',
    html`<h1>Log in to <code>${client.clientId}</code></h1>
${describeSharing(scopes.filter((scope) => scope !== OPENID_SCOPE))}
<h2 id="people">Continue as</h2>
<ul class="choices people" role="list" aria-labelledby="people">
${choices}
</ul>
${fault === undefined ? offerFaults(query) : describeFault(fault, query)}
<p class="actions"><a class="button" href="${linkWith(query, { mock_decision: 'refuse' })}">Refuse</a></p>`,
  );
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

export function renderConsentPage(
  { client, redirectUri, scopes, fault }: PageRequest,
  persona: Persona,
  query: string,
): ServerResponse {
  const claims = scopes.filter((scope) => scope !== OPENID_SCOPE);
  return page(
    200,
    `Share with ${client.clientId}?`,
    html`<h1>Share with <code>${client.clientId}</code>?</h1>
<p class="person">${describePersona(persona)}
<a href="${linkWith(query, { mock_persona: undefined, mock_decision: undefined })}">Choose someone else</a></p>
${fault === undefined ? [] : describeFault(fault, query)}
<h2>It will receive</h2>
<dl class="claims">
${describeClaim('sub', subjectOf(client.clientId, persona.id))}
${claims.map((scope) => describeClaim(scope, claimValue(persona, scope)))}
</dl>
<p class="muted">You will return to <code>${redirectUri}</code> either way. To skip these pages, add
<code>login_hint=${persona.id}</code> to the authorization request.</p>
<p class="actions sticky"><a class="button primary" href="${linkWith(query, { mock_decision: 'share' })}">Share</a>
<a class="button" href="${linkWith(query, { mock_decision: 'refuse' })}">Refuse</a></p>`,
  );
}

function offerFaults(query: string): SafeHtml {
  const links = listLoginFaults().map(
    ({ name, effect }) =>
      html`<li><a href="${linkWith(query, { mock_fault: name, mock_decision: undefined })}"><strong><code>${name}</code></strong>
<span class="muted">${effect}</span></a></li>`,
  );
  return html`<details class="more"><summary>Choose a fault for this login</summary>
<ul class="choices" role="list" aria-label="Faults">
${links}
</ul></details>`;
}

function describeFault({ name, effect }: Fault, query: string): SafeHtml {
  return html`<p class="notice">This login has the fault <code>${name}</code>: ${effect}.
<a href="${linkWith(query, { mock_fault: undefined })}">Take it off</a></p>`;
}

function describeClaim(name: string, value: string): SafeHtml {
  const isPlain = value !== '' && value !== NOT_AVAILABLE;
  const shown = isPlain ? html`<dd>${value}</dd>` : html`<dd class="muted">${value || '(empty)'}</dd>`;
  return html`<div><dt><code>${name}</code></dt>${shown}</div>`;
}

export function renderErrorPage(
  problem: string,
  facts: Readonly<Record<string, readonly string[]>> = {},
): MockResponse {
  const rows = Object.entries(facts).map(([label, values]) => renderFact(label, values));
  const title = 'This login cannot go on';
  const answer = page(
    400,
    title,
    html`<h1>${title}</h1>
<p class="bad" role="alert">${problem}</p>
${rows.length === 0 ? [] : html`<dl class="facts">${rows}</dl>`}
<p class="muted">The application was not called back. Fix what it sends, then start the login again.</p>`,
  );
  const [sent] = facts['Sent'] ?? [];
  return { ...answer, outcome: sent === undefined ? problem : `${problem} Sent: ${sent}` };
}

export function renderFact(label: string, values: readonly string[]): SafeHtml {
  return html`<div><dt>${label}</dt>${values.map((value) => html`<dd><code>${value}</code></dd>`)}</div>`;
}

export function renderNoCallbackPage(): ServerResponse {
  const title = 'This login ends here';
  return page(
    200,
    title,
    html`<h1>${title}</h1>
<p>The fault <code>no-callback</code> was asked for: the browser is not sent back to the application, as when a
person closes the tab.</p>
<p class="muted">A correct application stops waiting after a while and says so.</p>`,
  );
}

function page(status: number, title: string, content: SafeHtml): ServerResponse {
  const main = html`<p class="mark">Mock sgID - test data only</p>
${content}`;
  return { status, ...renderPage({ title: `${title} - Mock sgID`, main }) };
}

/** A link that repeats the request with some parameters set, or, where they are undefined, taken out. */
function linkWith(query: string, changes: Readonly<Record<string, string | undefined>>): string {
  const parameters = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) parameters.delete(name);
    else parameters.set(name, value);
  }
  return `?${parameters}`;
}

export function describePersona(persona: Persona): SafeHtml {
  const { id, name } = persona;
  const description = describeForTesting(persona);
  // The first letters of the first two words, in any script.
  const words = name.match(/(?<![\p{L}\p{M}'’])\p{L}\p{M}*/gu) ?? ['?'];
  return html`<span class="initials" aria-hidden="true">${words.slice(0, 2).join('')}</span>
<span class="who"><strong><bdi>${name}</bdi></strong> <span class="muted"><code>${id}</code>${description === undefined ? '' : ` ${description}`}</span></span>`;
}
