import {
  type RequestHandler,
  type RunningServer,
  type ServerRequest,
  type ServerResponse,
  startServer,
  type TlsCredentials,
} from '../system/http-server.ts';
import type { CallbackOutcome } from './attempt.ts';
import { listenError } from './listen-errors.ts';
import type { ListenPlan } from './listen-plan.ts';
import { createProbe, type ProbeNetwork, systemNetwork } from './probe.ts';
import { callbackPage } from './result-page.ts';

/** A listener that waits for callbacks. */
export interface CallbackListener {
  /** Lets pages on their way out, then frees the port. May be called again. */
  close(): Promise<void>;
}

/** How a listener may differ. */
export interface ListenerOptions {
  /** Serves https with this certificate, as a plan that is `secure` needs. */
  readonly tls?: TlsCredentials | undefined;
  /** The way of the probe. */
  readonly network?: ProbeNetwork;
}

/** Takes a callback's query and resolves when the login that it belongs to is over. */
export type ReceiveCallback = (parameters: URLSearchParams) => Promise<CallbackOutcome>;

const FORBIDDEN: ServerResponse = { status: 403, headers: {}, body: '' };
const NOT_FOUND: ServerResponse = { status: 404, headers: {}, body: '' };

/** A callback has no body. */
const LIMITS = { bodyBytes: 0 };

/**
 * Listens for the callback as planned. When this resolves, the listener is ready, and the way that a browser
 * takes to it has been tried.
 *
 * @throws SgidError `ERR_LISTEN_PORT_IN_USE`, `ERR_LISTEN_NOT_PERMITTED` or `ERR_LISTEN_INTERCEPTED`.
 */
export async function startCallbackListener(
  plan: ListenPlan,
  receive: ReceiveCallback,
  { tls, network = systemNetwork }: ListenerOptions = {},
): Promise<CallbackListener> {
  const probe = createProbe(plan, network, tls?.certificate);

  async function handle(request: ServerRequest): Promise<ServerResponse> {
    // A web page that had its name resolve to this machine (DNS rebinding) comes with that name.
    if (!plan.hosts.includes(request.headers['host']?.toLowerCase() ?? '')) return FORBIDDEN;
    if (request.method !== 'GET') return NOT_FOUND;
    const [path, query] = splitTarget(request.target);
    if (path !== plan.path) return probe.answer(request.target) ?? NOT_FOUND;
    return callbackPage(await receive(new URLSearchParams(query)));
  }

  const server = await listen(plan, handle, tls);
  try {
    await probe.run(server.addresses);
  } catch (error) {
    await server.close();
    throw error;
  }
  return { close: () => server.close() };
}

async function listen(
  plan: ListenPlan,
  handle: RequestHandler,
  tls: TlsCredentials | undefined,
): Promise<RunningServer> {
  try {
    const { addresses, port } = plan;
    return await startServer({ addresses, port, handle, limits: LIMITS, tls });
  } catch (error) {
    throw listenError(error, plan);
  }
}

/** The path as it was sent: decoding or resolving it would let other paths pass for the callback's. */
function splitTarget(target: string): [path: string, query: string] {
  const mark = target.indexOf('?');
  return mark === -1 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}
