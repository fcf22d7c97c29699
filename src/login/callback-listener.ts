import { randomBytes } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import { lookupAddresses, type ProbeReply, type ProbeRequest, probeAddress } from '../system/http-probe.ts';
import {
  type RunningServer,
  type ServerRefusal,
  type ServerRequest,
  type ServerResponse,
  startServer,
  type TlsCredentials,
} from '../system/http-server.ts';
import { interceptedError, listenError, unreachableError } from './listen-errors.ts';
import type { ListenPlan } from './listen-plan.ts';
import {
  describeRefusal,
  findRefusal,
  isBackground,
  isPrefetch,
  type RefusalKind,
} from './refused-request.ts';
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

export interface ProbeNetwork {
  lookup(host: string, budgetMs: number): Promise<readonly string[]>;
  ask(request: ProbeRequest): Promise<ProbeReply>;
}

const SYSTEM_NETWORK: ProbeNetwork = { lookup: lookupAddresses, ask: probeAddress };

/** What a browser asks for before the person does: it is the callback of this login, and settles nothing. */
export type Prefetch = { readonly kind: 'prefetch' };

const FORBIDDEN: ServerResponse = { status: 403, headers: {}, body: '' };
const NOT_FOUND: ServerResponse = { status: 404, headers: {}, body: '' };
const NO_QUERY = { kind: 'rejected', error: new SgidError('ERR_CALLBACK_INVALID', 'no query') } as const;
const NOT_YET: ServerResponse = { status: 503, headers: { 'cache-control': 'no-store' }, body: '' };

/**
 * Listens for the callback as planned. When this resolves, the listener is ready, and the way that a browser
 * takes to it has been tried.
 *
 * @param receive Takes a callback's query; `undefined` for the one whose outcome `close` reports.
 * @throws SgidError `ERR_LISTEN_PORT_IN_USE`, `ERR_LISTEN_NOT_PERMITTED` or `ERR_LISTEN_INTERCEPTED`.
 */
export async function startCallbackListener(
  planned: ListenPlan,
  receive: (parameters: URLSearchParams, isPrefetch: boolean) => RefusedCallback | Prefetch | undefined,
  { tls, network = SYSTEM_NETWORK, refused = () => {} }: ListenerOptions = {},
): Promise<CallbackListener> {
  let plan = planned;
  let conclude = (_outcome: LoginOutcome): void => {};
  const concluded = new Promise<LoginOutcome>((resolve) => {
    conclude = resolve;
  });
  const { probeHost } = plan;
  // The name is resolved while the listener starts.
  const found = probeHost && network.lookup(probeHost.replace(/[[\]]/g, ''), STRANGER_BUDGET_MS);
  const secrets = makeProbeSecrets();
  let probing = found !== undefined;
  const reported = new Set<RefusalKind>();
  let isConcluded = false;
  /** Aborts when the person opens the page that the browser loaded ahead. */
  let person: AbortController | undefined;

  function report(kind: RefusalKind, request?: ServerRequest): void {
    if (reported.has(kind)) return;
    reported.add(kind);
    refused(describeRefusal(kind, plan, request));
  }

  async function handle(request: ServerRequest): Promise<ServerResponse> {
    const { method, target, headers } = request;
    const refusal = findRefusal(request, plan);
    if (probing && refusal === 'path' && method === 'GET' && target === secrets.target) {
      return { status: 200, headers: { 'cache-control': 'no-store' }, body: secrets.proof };
    }
    if (refusal !== undefined) {
      if (!isBackground(request)) report(refusal, request);
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

  const server = await listen(plan, handle, tls, report);
  try {
    plan = withPort(plan, server.port);
    if (found) await probe(plan, await found, server.addresses, secrets, network, tls);
  } catch (error) {
    await server.close();
    throw error;
  } finally {
    probing = false;
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

const LIMITS = { bodyBytes: 0 };

async function listen(
  plan: ListenPlan,
  handle: (request: ServerRequest) => Promise<ServerResponse>,
  tls: TlsCredentials | undefined,
  onRefused: (refusal: ServerRefusal) => void,
): Promise<RunningServer> {
  try {
    const { addresses, port } = plan;
    return await startServer({ addresses, port, handle, limits: LIMITS, tls, onRefused });
  } catch (error) {
    throw listenError(error, plan);
  }
}

function withPort(plan: ListenPlan, port: number): ListenPlan {
  if (plan.port !== 0) return plan;
  return { ...plan, port, hosts: plan.hosts.map((host) => host.replace(/:0$/, `:${port}`)) };
}

/** Short for an address that may have no listener; longer for our own, which may be slow on a busy machine. */
const STRANGER_BUDGET_MS = 300;
const OWN_BUDGET_MS = 3_000;

/** The request carries `target`, so that no web page can get the answer; only the listener knows `proof`. */
interface ProbeSecrets {
  readonly target: string;
  readonly proof: string;
}

function makeProbeSecrets(): ProbeSecrets {
  const [one, other] = [randomBytes(32), randomBytes(32)];
  return { target: `/.sgid-probe/${one.toString('base64url')}`, proof: other.toString('base64url') };
}

/**
 * Asks every address that the redirect URI's host has, or that a browser may take for it, who answers there.
 *
 * @throws SgidError `ERR_LISTEN_INTERCEPTED` when somebody else answers at one, or nobody at any.
 */
async function probe(
  plan: ListenPlan,
  found: readonly string[],
  bound: readonly string[],
  { target, proof }: ProbeSecrets,
  network: ProbeNetwork,
  tls: TlsCredentials | undefined,
): Promise<void> {
  const ending = `\r\n\r\n${proof}`;
  // Browsers take both loopback literals for localhost, whatever the resolver says.
  const addresses = [...new Set([...plan.addresses, ...found])];
  const replies = await Promise.all(
    addresses.map((address) =>
      network.ask({
        address,
        port: plan.port,
        host: plan.hosts[0] ?? '',
        target,
        ending,
        budgetMs: bound.includes(address) ? OWN_BUDGET_MS : STRANGER_BUDGET_MS,
        certificate: tls?.certificate,
      }),
    ),
  );
  // What takes the connection without the proof is another program, even if it stays silent.
  const answers = replies.map((reply) =>
    reply.kind === 'unreachable' ? 'nobody' : reply.text.endsWith(ending) ? 'listener' : 'stranger',
  );
  const stranger = addresses[answers.indexOf('stranger')];
  if (stranger !== undefined) throw interceptedError(stranger, plan);
  if (!answers.includes('listener')) throw unreachableError(plan);
}
