import { randomBytes } from 'node:crypto';
import { withoutBrackets } from '../system/host.ts';
import { lookupAddresses, type ProbeReply, type ProbeRequest, probeAddress } from '../system/http-probe.ts';
import { interceptedError, unreachableError } from './listen-errors.ts';
import type { ListenPlan } from './listen-plan.ts';

export interface ProbeNetwork {
  lookup(host: string, budgetMs: number): Promise<readonly string[]>;
  ask(request: ProbeRequest): Promise<ProbeReply>;
}

export const SYSTEM_NETWORK: ProbeNetwork = { lookup: lookupAddresses, ask: probeAddress };

/** Short for an address that may have no listener; long for our own, which answers late where the machine gives it no time. */
const STRANGER_BUDGET_MS = 300;
const OWN_BUDGET_MS = 20_000;

export interface Probe {
  /** The answer to the probe's own request while it runs: nobody else knows `target`, so no web page can get it. */
  prove(target: string): string | undefined;
  /**
   * Asks every address that the redirect URI's host has, or that a browser may take for it, who answers there.
   *
   * @throws SgidError `ERR_LISTEN_INTERCEPTED` when somebody else answers at one, or nobody at any.
   */
  run(plan: ListenPlan, bound: readonly string[], certificate: string | undefined): Promise<void>;
}

/** Begins to resolve the name, while the listener starts. */
export function prepareProbe(host: string | undefined, network: ProbeNetwork): Probe | undefined {
  if (host === undefined) return undefined;
  const resolved = network.lookup(withoutBrackets(host), STRANGER_BUDGET_MS);
  const target = `/.sgid-probe/${makeSecret()}`;
  const proof = makeSecret();
  let isRunning = true;
  return {
    prove: (asked) => (isRunning && asked === target ? proof : undefined),
    async run(plan, bound, certificate) {
      const ending = `\r\n\r\n${proof}`;
      // Browsers take both loopback literals for localhost, whatever the resolver says.
      const addresses = [...new Set([...plan.addresses, ...(await resolved)])];
      const replies = await Promise.all(
        addresses.map((address) =>
          network.ask({
            address,
            port: plan.port,
            host: plan.hosts[0] ?? '',
            target,
            ending,
            budgetMs: bound.includes(address) ? OWN_BUDGET_MS : STRANGER_BUDGET_MS,
            certificate,
          }),
        ),
      );
      isRunning = false;
      // What takes the connection without the proof is another program, even if it stays silent.
      const found = replies.map((reply) =>
        reply.kind === 'unreachable' ? 'nobody' : reply.text.endsWith(ending) ? 'listener' : 'stranger',
      );
      const stranger = addresses[found.indexOf('stranger')];
      if (stranger !== undefined) throw interceptedError(stranger, plan);
      if (!found.includes('listener')) throw unreachableError(plan);
    },
  };
}

function makeSecret(): string {
  return randomBytes(32).toString('base64url');
}
