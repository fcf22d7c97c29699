import type { RefusedCallback } from '../../src/login/callback-inbox.ts';
import { type CallbackListener, startCallbackListener } from '../../src/login/callback-listener.ts';
import { type ListenPlan, planListener } from '../../src/login/listen-plan.ts';
import { findFreePort } from '../../src/system/ports.ts';

/** A callback listener under test, and what reached its login. */
export interface ListenerUnderTest {
  readonly listener: CallbackListener;
  readonly plan: ListenPlan;
  readonly port: number;
  /** The queries that counted as callbacks. */
  readonly received: string[];
}

/** Starts a listener on `http://localhost:<free port>/callback`; it accepts what comes unless told otherwise. */
export async function startTestListener(
  receive?: (parameters: URLSearchParams) => RefusedCallback | undefined,
): Promise<ListenerUnderTest> {
  const port = await findFreePort();
  const plan = planListener(new URL(`http://localhost:${port}/callback`), {});
  const received: string[] = [];
  const listener = await startCallbackListener(plan, (parameters) => {
    received.push(parameters.toString());
    return receive?.(parameters);
  });
  return { listener, plan, port, received };
}
