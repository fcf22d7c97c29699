import type { ProbePort } from '../../check/context.ts';
import { listenError } from '../../login/listen-errors.ts';
import { type ListenPlan, planListener } from '../../login/listen-plan.ts';
import { tryPort } from '../../platform/free-port.ts';
import { SgidError } from '../../protocol/errors.ts';

/** Tries whether the callback listener of a redirect URI could start: its port is listened on, and given back. */
export const probePort: ProbePort = async (redirectUri) => {
  const plan = planOrReason(redirectUri);
  if (plan instanceof SgidError) return { kind: 'elsewhere', reason: plan.message, hint: plan.hint ?? '' };
  const { port } = plan;
  try {
    return { kind: 'free', addresses: await tryPort(plan.addresses, port), port };
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
