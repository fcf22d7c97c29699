import { randomBytes } from 'node:crypto';
import { lookupAddresses, type ProbeReply, type ProbeRequest, probeAddress } from '../system/http-probe.ts';
import type { ServerResponse } from '../system/http-server.ts';
import { interceptedError, unreachableError } from './listen-errors.ts';
import type { ListenPlan } from './listen-plan.ts';

/** How a probe reaches the network. */
export interface ProbeNetwork {
  lookup(host: string, budgetMs: number): Promise<readonly string[]>;
  ask(request: ProbeRequest): Promise<ProbeReply>;
}

/** The machine's own resolver and sockets. */
export const systemNetwork: ProbeNetwork = { lookup: lookupAddresses, ask: probeAddress };

/** One look at who answers for the redirect URI's host and port. */
export interface Probe {
  /** The answer to the probe's own request; `undefined` to any other, and to all when no probe is under way. */
  answer(target: string): ServerResponse | undefined;
  /**
   * Asks every address that `plan.probeHost` has, or that a browser may take for it. `bound` are those that
   * the listener has got.
   *
   * @throws SgidError `ERR_LISTEN_INTERCEPTED` when somebody else answers at one, or nobody at any.
   */
  run(bound: readonly string[]): Promise<void>;
}

/** Where nobody may be at home, waiting is waste; a listener of our own may be slow on a machine under load. */
const STRANGER_BUDGET_MS = 300;
const OWN_BUDGET_MS = 3_000;

/**
 * Makes a probe with two fresh secrets: its request carries one, so that no web page can call up the answer;
 * only the answer carries the other, so that no other program can give it. The name is looked up from now on.
 *
 * @param certificate The listener's own, where it speaks TLS.
 */
export function createProbe(plan: ListenPlan, network: ProbeNetwork, certificate?: string): Probe {
  const target = `/.sgid-probe/${randomBytes(32).toString('base64url')}`;
  const proof = randomBytes(32).toString('base64url');
  const ending = `\r\n\r\n${proof}`;
  const { probeHost } = plan;
  // The resolver answers while the listener is made.
  const found = probeHost && network.lookup(probeHost.replace(/[[\]]/g, ''), STRANGER_BUDGET_MS);
  let underWay = false;

  async function ask(address: string, budgetMs: number): Promise<Verdict> {
    const host = plan.hosts[0] ?? '';
    const { port } = plan;
    const reply = await network.ask({ address, port, host, target, ending, budgetMs, certificate });
    return { address, who: recognise(reply, ending) };
  }

  return {
    answer(requested) {
      if (!underWay || requested !== target) return undefined;
      return { status: 200, headers: { 'cache-control': 'no-store' }, body: proof };
    },
    async run(bound) {
      if (!found) return;
      underWay = true;
      try {
        // Browsers take both loopback literals for localhost, whatever the resolver says.
        const addresses = [...new Set([...plan.addresses, ...(await found)])];
        const verdicts = addresses.map((address) =>
          ask(address, bound.includes(address) ? OWN_BUDGET_MS : STRANGER_BUDGET_MS),
        );
        judge(await Promise.all(verdicts), plan);
      } finally {
        underWay = false;
      }
    },
  };
}

interface Verdict {
  readonly address: string;
  readonly who: 'listener' | 'stranger' | 'nobody';
}

/** Whoever takes the connection and does not give the proof is a stranger, silent ones included. */
function recognise(reply: ProbeReply, ending: string): Verdict['who'] {
  if (reply.kind === 'unreachable') return 'nobody';
  return reply.text.endsWith(ending) ? 'listener' : 'stranger';
}

function judge(verdicts: readonly Verdict[], plan: ListenPlan): void {
  const stranger = verdicts.find(({ who }) => who === 'stranger');
  if (stranger) throw interceptedError(stranger.address, plan);
  if (!verdicts.some(({ who }) => who === 'listener')) throw unreachableError(plan);
}
