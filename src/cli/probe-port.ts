import type { ProbePort } from '../check/context.ts';
import { listenError } from '../login/listen-errors.ts';
import { type ListenPlan, planListener } from '../login/listen-plan.ts';
import { startServer } from '../platform/http-server.ts';
import { SgidError } from '../protocol/errors.ts';

/** Tries whether the callback listener of a redirect URI could start: it does, and stops at once. */
export const probePort: ProbePort = async (redirectUri) => {
  const plan = planOrReason(redirectUri);
  if (plan instanceof SgidError) return { kind: 'elsewhere', hint: plan.hint ?? '' };
  const { addresses, port } = plan;
  try {
    const server = await startServer({
      addresses,
      port,
      handle: () => ({ status: 404, headers: {}, body: '' }),
    });
    await server.close();
    return { kind: 'free', addresses: server.addresses, port };
  } catch (error) {
    const judged = listenError(error, plan);
    if (!(judged instanceof SgidError)) throw judged;
    return { kind: 'taken', reason: judged.message, hint: judged.hint ?? '' };
  }
};

function planOrReason(redirectUri: string): ListenPlan | SgidError {
  try {
    return planListener(new URL(redirectUri), {});
  } catch (error) {
    if (error instanceof SgidError) return error;
    throw error;
  }
}
