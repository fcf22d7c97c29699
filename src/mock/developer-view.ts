import { html, type SafeHtml } from '../html/html.ts';
import { renderPage } from '../html/page.ts';
import type { ServerResponse } from '../system/http-server.ts';
import { renderMockEnv, settingsOf } from './client-env.ts';
import type { RegisteredClient } from './clients.ts';
import style from './developer-page.css';
import { DEVELOPER_SCRIPT } from './developer-script.ts';
import { type Fault, listFaults, placeOf, type QueuedFault } from './faults.ts';
import { isRefusal } from './oauth.ts';
import { describePersona, renderFact } from './pages.ts';
import type { ProviderState } from './provider-state.ts';
import type { QueuedReply } from './replies.ts';
import type { LoggedRequest } from './request-log.ts';
import { TEST_CLIENT_SECRET } from './test-credentials.ts';

/** @param problem Why the fault that was asked for is not queued. */
export function renderDeveloperPage(
  { hostname, endpoints, clients, personas, queue, replies, log }: ProviderState,
  problem?: string,
): ServerResponse {
  const main = html`<header>
<p class="mark">Mock sgID - test data only</p>
<p id="status" class="status" role="status" hidden></p>
<h1>${hostname}</h1>
<p class="muted">A strict sgID for your application to develop and test against.</p>
<nav aria-label="On this page">
<a href="#connect">Connect</a> <a href="#endpoints">Endpoints</a> <a href="#requests">Requests</a>
<a href="#faults">Faults</a> <a href="#people">People</a>
</nav>
</header>
${problem === undefined ? [] : html`<p class="problem" role="alert">${problem}</p>`}
<section id="connect" aria-labelledby="connect-title">
<h2 id="connect-title">Connect your application</h2>
<p class="muted">Put this into the <code>.env</code> of your application, and log in.</p>
${[...clients.values()].map((client, index) => renderClient(hostname, client, index))}
</section>
<section id="endpoints" aria-labelledby="endpoints-title">
<h2 id="endpoints-title">Endpoints</h2>
<dl class="table">
${Object.entries(endpoints).map(([name, url]) => renderFact(name, [url]))}
</dl>
</section>
<section id="requests" aria-labelledby="requests-title">
<h2 id="requests-title">Requests</h2>
<p class="muted">The last hundred, newest first, without secrets.</p>
<div id="log" class="live log" role="region" aria-label="Request log" tabindex="0">${renderRequests(log.list())}</div>
</section>
<section id="faults" aria-labelledby="faults-title">
<h2 id="faults-title">Faults</h2>
<p class="muted">See what your application makes of a provider that misbehaves. A fault applies to the next login; one of discovery or the JWKS to the next such request.</p>
<div id="queue" class="live queue">${renderQueue(queue.waiting(), replies.waiting())}</div>
<form method="post" action="/"><ul class="faults" role="list">
${listFaults().map(renderFault)}
</ul></form>
</section>
<section id="people" aria-labelledby="people-title">
<h2 id="people-title">People</h2>
<p class="muted">Add <code>login_hint=<i>id</i></code> to the authorization request to log one in without a page.</p>
<ul class="everybody" role="list">
${[...personas.values()].map((persona) => html`<li>${describePersona(persona)}</li>`)}
</ul>
</section>`;
  const page = renderPage({ title: `${hostname} - Mock sgID`, main, style, script: DEVELOPER_SCRIPT });
  // Under no-referrer a browser would not say in Origin where the form was sent from.
  const headers = { ...page.headers, 'referrer-policy': 'same-origin' };
  return { status: problem === undefined ? 200 : 400, headers, body: page.body };
}

/** Secret and key are shown where they are public test material: those of a client file stay there. */
function renderClient(hostname: string, client: RegisteredClient, index: number): SafeHtml {
  const { clientId, clientSecret, redirectUris, scopes } = client;
  const settings = settingsOf(hostname, [client]);
  const { SGID_CLIENT_SECRET: _secret, SGID_PRIVATE_KEY: _key, ...open } = settings;
  const env = renderMockEnv(clientSecret === TEST_CLIENT_SECRET ? settings : open);
  return html`<div class="client"><h3 id="client-${index}"><code>${clientId}</code></h3>
<button type="button" class="button" data-copies="env-${index}" aria-describedby="client-${index}" hidden>Copy</button></div>
<textarea id="env-${index}" readonly rows="6" wrap="off" spellcheck="false" aria-label=".env of ${clientId}">${env}</textarea>
<dl class="table">
${renderFact(redirectUris.length === 1 ? 'redirect URI' : 'redirect URIs', redirectUris)}
<div><dt>scopes</dt><dd><details><summary>${scopes.length} in all</summary>${scopes.join(' ')}</details></dd></div>
</dl>`;
}

function renderRequests(requests: readonly LoggedRequest[]): SafeHtml {
  if (requests.length === 0) return html`<p class="empty">None yet: start a login in your application.</p>`;
  return html`<ol role="list">
${requests.toReversed().map(renderRequest)}
</ol>`;
}

function renderRequest(request: LoggedRequest): SafeHtml {
  const { time, method, path, status, outcome } = request;
  const clock = new Date(time).toTimeString().slice(0, 8);
  const words = outcome === undefined ? [] : html`<p title="${outcome}">${outcome}</p>`;
  return html`<li><span class="code ${isRefusal(request) ? 'bad' : 'good'}">${status}</span>
<code>${method} ${path}</code>
<time class="muted" datetime="${time}">${clock}</time>
${words}</li>`;
}

function renderQueue(waiting: readonly QueuedFault[], replies: readonly QueuedReply[]): SafeHtml {
  if (waiting.length + replies.length === 0)
    return html`<p class="empty">No fault is queued: the next login works.</p>`;
  return html`<form method="post" action="/"><ol role="list" aria-label="Waiting">
${waiting.map(renderQueuedFault)}
${replies.map(({ endpoint, response, times }) => renderWaiting(`${endpoint} ${response.status}`, times, 'request'))}
</ol></form>`;
}

/** What the button that takes a fault back sends. */
export function placeInQueue({ name }: QueuedFault, index: number): string {
  return `${index} ${name}`;
}

function renderQueuedFault(fault: QueuedFault, index: number): SafeHtml {
  const { name, times } = fault;
  const button = html`<button class="button" name="withdrawn" value="${placeInQueue(fault, index)}" aria-label="Remove ${name}">Remove</button>`;
  return renderWaiting(name, times, placeOf(name) === 'login' ? 'login' : 'request', button);
}

function renderWaiting(name: string, times: number, unit: string, button?: SafeHtml): SafeHtml {
  const some = times === 1 ? `next ${unit}` : `${times} ${unit}s`;
  return html`<li><code>${name}</code> ${times === Number.POSITIVE_INFINITY ? `every ${unit}` : some} ${button ?? []}</li>`;
}

function renderFault({ name, effect, correctClient }: Fault): SafeHtml {
  return html`<li><div><code>${name}</code>
<p>${effect}</p>
<p class="muted">A correct client ${correctClient}.</p></div>
<button class="button" name="fault" value="${name}" aria-label="Queue ${name}">Queue</button></li>`;
}
