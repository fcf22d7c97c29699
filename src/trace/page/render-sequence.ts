import { html, type SafeHtml } from '../../html/html.ts';
import type { Trace } from '../trace.ts';
import { formatMoment } from '../words.ts';
import { breakable } from './breakable.ts';
import { type Actor, type Message, messagesOf } from './messages.ts';

const NAMES: Readonly<Record<Actor, readonly [name: string, about: string]>> = {
  browser: ['Browser', 'the person'],
  sgid: ['sgid', 'this machine'],
  provider: ['Provider', 'sgID'],
};

/** The sequence diagram: a list, drawn with lines between the lanes of those who take part. */
export function renderSequence(trace: Trace): SafeHtml {
  const messages = messagesOf(trace);
  if (messages.length === 0) return html``;
  const hasBrowser = messages.some(({ from, to }) => from === 'browser' || to === 'browser');
  const actors: readonly Actor[] = hasBrowser ? ['browser', 'sgid', 'provider'] : ['sgid', 'provider'];
  return html`<section aria-labelledby="sequence">
<h2 id="sequence">Sequence</h2>
<div class="sequence ${hasBrowser ? 'three' : 'two'}">
<div class="actors" aria-hidden="true">${actors.map(renderActor)}</div>
<ol role="list" class="messages">
${messages.map(renderMessage)}
</ol>
</div>
</section>`;
}

function renderActor(actor: Actor): SafeHtml {
  const [name, about] = NAMES[actor];
  return html`<div class="actor ${actor}"><strong>${name}</strong><span>${about}</span></div>`;
}

function renderMessage({ from, to, kind, label, detail, tone, assumed, atMs }: Message): SafeHtml {
  const who = from === to ? NAMES[from][0] : `${NAMES[from][0]} to ${NAMES[to][0]}`;
  const mood = assumed ? 'assumed' : tone;
  const aside = assumed ? 'not seen by sgid' : detail;
  return html`<li class="message ${kind} ${mood} ${from}-${to}">
<span class="at" aria-hidden="true">${formatMoment(atMs)}</span>
<div class="line"><span class="hidden">${who}: </span><span class="label">${breakable(label)}</span>${
    aside === '' ? '' : html` <span class="detail">${aside}</span>`
  }<span class="arrow" aria-hidden="true"></span></div>
</li>`;
}
