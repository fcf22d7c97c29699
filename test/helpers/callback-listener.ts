import { type CallbackListener, startCallbackListener } from '../../src/login/callback-listener.ts';
import { type ListenPlan, planListener } from '../../src/login/listen-plan.ts';
import type { RefusedCallback } from '../../src/login/result-page.ts';

/** A callback listener under test, and what reached its login. */
export interface ListenerUnderTest {
  readonly listener: CallbackListener;
  readonly plan: ListenPlan;
  readonly port: number;
  /** The queries that counted as callbacks. */
  readonly received: string[];
}

/** Starts a listener on `http://localhost:<any port>/callback`; it accepts what comes unless told otherwise. */
export async function startTestListener(
  receive?: (parameters: URLSearchParams) => RefusedCallback | undefined,
): Promise<ListenerUnderTest> {
  const received: string[] = [];
  const anyPort = planListener(new URL('http://localhost:0/callback'), { anyPort: true });
  const listener = await startCallbackListener(anyPort, (parameters) => {
    received.push(parameters.toString());
    return receive?.(parameters);
  });
  const { port } = listener;
  const plan = planListener(new URL(`http://localhost:${port}/callback`), {});
  return { listener, plan, port, received };
}
