import { type ListenPlan, planListener } from '../../src/login/listen-plan.ts';
import {
  type CallbackListener,
  type ReceiveCallback,
  startCallbackListener,
} from '../../src/login/listener.ts';
import { findFreePort } from '../../src/system/ports.ts';

/** A callback listener under test, and what reached its login. */
export interface ListenerUnderTest {
  readonly listener: CallbackListener;
  readonly plan: ListenPlan;
  readonly port: number;
  /** The queries that counted as callbacks. */
  readonly received: string[];
}

/** Starts a listener on `http://localhost:<free port>/callback`; `receive` says `signed-in` unless given. */
export async function startTestListener(receive?: ReceiveCallback): Promise<ListenerUnderTest> {
  const port = await findFreePort();
  const plan = planListener(new URL(`http://localhost:${port}/callback`), {});
  const received: string[] = [];
  const listener = await startCallbackListener(plan, async (parameters) => {
    received.push(parameters.toString());
    return (await receive?.(parameters)) ?? { kind: 'signed-in' };
  });
  return { listener, plan, port, received };
}
