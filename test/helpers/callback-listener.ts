import { startCallbackListener } from '../../src/login/callback-listener.ts';
import { planListener } from '../../src/login/listen-plan.ts';
import type { RefusedCallback } from '../../src/login/result-page.ts';
import { createGate } from './gate.ts';

/** Starts a listener on `http://localhost:<any port>/callback`; it accepts what comes unless told otherwise. */
export async function startTestListener(
  receive?: (parameters: URLSearchParams) => RefusedCallback | undefined,
) {
  const received: string[] = [];
  const first = createGate();
  const anyPort = planListener(new URL('http://localhost:0/callback'), { anyPort: true });
  const listener = await startCallbackListener(anyPort, (parameters) => {
    received.push(parameters.toString());
    first.open();
    return receive?.(parameters);
  });
  const { port } = listener;
  const plan = planListener(new URL(`http://localhost:${port}/callback`), {});
  return { listener, plan, port, received, arrived: first.passed };
}

export type ListenerUnderTest = Awaited<ReturnType<typeof startTestListener>>;
