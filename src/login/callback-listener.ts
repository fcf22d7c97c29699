import { SgidError } from '../errors/sgid-error.ts';
import {
  type ServerRefusal,
  type ServerRequest,
  type ServerResponse,
  startServer,
  type TlsCredentials,
} from '../system/http-server.ts';
import { toPrintable } from '../text/printable.ts';
import { listenError } from './listen-errors.ts';
import type { ListenPlan } from './listen-plan.ts';
import { type ProbeNetwork, prepareProbe, SYSTEM_NETWORK } from './probe.ts';
import { callbackPage, type LoginOutcome, type RefusedCallback } from './result-page.ts';

export interface CallbackListener {
  readonly port: number;
  /**
   * Shows the outcome to the browsers that wait for it, sends their pages, then frees the port. Where a browser loaded
   * the callback ahead, the person may still open a success: `stay` waits for that, until its signal at most.
   */
  close(outcome: LoginOutcome, stay?: (arrived: AbortSignal) => Promise<void>): Promise<void>;
}

export interface ListenerOptions {
  readonly tls?: TlsCredentials | undefined;
  readonly network?: ProbeNetwork;
  /** Gets a description of the first refused request of each kind. */
  readonly refused?: (words: string) => void;
}

/** What a browser asks for before the person does: it is the callback of this login, and settles nothing. */
export type Prefetch = { readonly kind: 'prefetch' };

/** Validates a callback's query. Returns `undefined` for the accepted one, whose outcome is still open. */
export type Receive = (
  parameters: URLSearchParams,
  isPrefetch: boolean,
) => RefusedCallback | Prefetch | undefined;

const FORBIDDEN: ServerResponse = { status: 403, headers: {}, body: '' };
const NOT_FOUND: ServerResponse = { status: 404, headers: {}, body: '' };
const NO_QUERY = { kind: 'rejected', error: new SgidError('ERR_CALLBACK_INVALID', 'no query') } as const;
const NOT_YET: ServerResponse = { status: 503, headers: { 'cache-control': 'no-store' }, body: '' };

/**
 * Listens for the callback as planned. When this resolves, the listener is ready, and the way that a browser
 * takes to it has been tried.
 *
 * @throws SgidError `ERR_LISTEN_PORT_IN_USE`, `ERR_LISTEN_NOT_PERMITTED` or `ERR_LISTEN_INTERCEPTED`.
 */
export async function startCallbackListener(
  planned: ListenPlan,
  receive: Receive,
  { tls, network = SYSTEM_NETWORK, refused = () => {} }: ListenerOptions = {},
): Promise<CallbackListener> {
  let plan = planned;
  let conclude = (_outcome: LoginOutcome): void => {};
  const concluded = new Promise<LoginOutcome>((resolve) => {
    conclude = resolve;
  });
  const probe = prepareProbe(plan.probeHost, network);
  let isConcluded = false;
  /** Aborts when the person opens the page that the browser loaded ahead. */
  let person: AbortController | undefined;

  const reported = new Set<string>();
  /** Reports the first refusal of each kind. */
  const report = (kind: RequestRefusal | ServerRefusal, words: string): void => {
    if (!reported.has(kind)) refused(words);
    reported.add(kind);
  };

  async function handle(request: ServerRequest): Promise<ServerResponse> {
    const { target, headers } = request;
    const proof = probe?.prove(target);
    if (proof !== undefined) return { status: 200, headers: {}, body: proof };
    const refusal = findRefusal(request, plan);
    if (refusal !== undefined) {
      if (!isBackground(request)) report(refusal, describeRequest(refusal, request, plan));
      if (refusal === 'query') return callbackPage(NO_QUERY);
      return refusal === 'host' ? FORBIDDEN : NOT_FOUND;
    }
    const answer = receive(new URLSearchParams(target.slice(plan.path.length)), isPrefetch(headers));
    if (answer?.kind === 'prefetch') {
      if (person?.signal.aborted !== false) person = new AbortController();
      return NOT_YET;
    }
    if (answer !== undefined) return callbackPage(answer);
    // Only a navigation is a person; any other request may be a copy by an inspecting gateway.
    if (isConcluded || headers['sec-fetch-mode'] === 'navigate') person?.abort();
    return callbackPage(await concluded);
  }

  const server = await startServer({
    addresses: plan.addresses,
    port: plan.port,
    handle,
    limits: { bodyBytes: 0 },
    tls,
    onRefused: (refusal) => report(refusal, describeRefusal(refusal, plan)),
  }).catch((error: unknown) => {
    throw listenError(error, plan);
  });
  try {
    const { port } = server;
    plan = { ...plan, port, hosts: plan.hosts.map((host) => host.replace(/:0$/, `:${port}`)) };
    await probe?.run(plan, server.addresses, tls?.certificate);
  } catch (error) {
    await server.close();
    throw error;
  }
  return {
    port: server.port,
    close: async (outcome, stay) => {
      conclude(outcome);
      isConcluded = true;
      if (person?.signal.aborted === false && outcome.kind === 'logged-in') await stay?.(person.signal);
      await server.close();
    },
  };
}

type RequestRefusal = 'host' | 'path' | 'method' | 'query';

/** Why a request is not the callback, whatever it carries; `undefined` when it may be. */
function findRefusal(request: ServerRequest, { hosts, path }: ListenPlan): RequestRefusal | undefined {
  const { method, target } = request;
  // After DNS rebinding, a web page's requests carry that page's host name.
  if (!hosts.includes(hostOf(request).toLowerCase())) return 'host';
  // The path as it was sent: after decoding, other paths could equal the callback's.
  const [found, query = ''] = target.split(/\?(.*)/s, 2);
  if (found !== path) return 'path';
  if (method !== 'GET') return 'method';
  return query === '' ? 'query' : undefined;
}

/** Always there: the server refuses a request without one. */
function hostOf({ headers }: ServerRequest): string {
  return String(headers['host']);
}

/** What browsers fetch of their own accord, and the probe of another login. */
const BACKGROUND = /^\/(?:favicon\.ico|apple-touch-icon|robots\.txt|\.well-known\/|\.sgid-probe\/)/;

/** Whether a browser sends it by itself: nobody needs to hear of its refusal. */
function isBackground({ target, headers }: ServerRequest): boolean {
  const destination = headers['sec-fetch-dest'] ?? 'document';
  return BACKGROUND.test(target) || destination !== 'document' || isPrefetch(headers);
}

/** A page that is loaded before anybody asks for it. */
function isPrefetch(headers: ServerRequest['headers']): boolean {
  return ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) =>
    headers[name]?.match(/prefetch|prerender|preview/i),
  );
}

const MOST_SHOWN_BYTES = 100;

/** Describes a refused request and what its refusal means, without any part that may hold a code. */
function describeRequest(kind: RequestRefusal, request: ServerRequest, { hosts, path }: ListenPlan): string {
  const show = (text: string): string => toPrintable(text, MOST_SHOWN_BYTES);
  switch (kind) {
    case 'host':
      return `a request came with Host ${show(hostOf(request)) || '(empty)'}: only ${hosts.join(', ')} counts, so register the redirect URI under the name that the browser uses, or let the tunnel or proxy in front send Host ${hosts[0]}`;
    case 'path':
      return `a request came to ${show(request.target.replace(/(?:[?;&=#]|%3f).*/i, ''))}: only ${path} counts, so compare the path of the redirect URI with where the browser ended`;
    case 'method':
      return `a ${show(request.method)} request came: a callback is a GET, so a program looked at the address, or the provider does not answer in the query (response_mode=query)`;
    case 'query':
      return `a request came to ${path} without a query: a callback has its code there, so the tunnel or proxy in front drops it, or somebody opened the address by hand`;
  }
}

/** Describes what the server refused, and what that means. */
function describeRefusal(kind: ServerRefusal, { hosts, secure }: ListenPlan): string {
  switch (kind) {
    case 'body':
      return 'a request with a body came: a callback is a GET without one, so the provider does not answer in the query (response_mode=query)';
    case 'tls':
      return `an https request came: this listener speaks http, so the browser made https of http (HTTPS-only mode, HSTS of ${hosts[0]}), or the tunnel or proxy in front speaks TLS, so switch that off`;
    case 'no-tls':
      return 'an http request came: this listener speaks TLS, so the address must begin with https://, and a tunnel or proxy in front must speak TLS with it';
    case 'too-large':
      return `a request with too long a URL or headers came: other programs may have set cookies on ${hosts[0]}, so delete the cookies of that name in the browser`;
    case 'malformed':
      return `a request came that is not ${secure ? 'HTTPS' : 'HTTP/1.1'}: a tunnel or proxy in front may speak something else (HTTP/2, PROXY protocol), so set it to HTTP/1.1`;
  }
}
