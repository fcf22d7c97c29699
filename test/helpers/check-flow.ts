import { onTestFinished } from 'vitest';
import { takePort } from '../../scripts/ports.mjs';
import type { CheckReport } from '../../src/check/run-checks.ts';
import { type RunOptions, type RunResult, runSgid } from './fake-platform.ts';
import {
  type EndpointName,
  type Misbehaviour,
  type Misbehaviours,
  type ProviderOptions,
  startLoopbackProvider,
} from './loopback-provider.ts';

export const ENDPOINTS: readonly EndpointName[] = ['authorize', 'token', 'jwks', 'discovery'];

/** The same misbehaviour at each of them. */
export function everywhere(misbehaviour: Misbehaviour): Misbehaviours {
  return Object.fromEntries(ENDPOINTS.map((name) => [name, misbehaviour]));
}

/** Sets up a provider where nobody consents by themselves; it is gone when the test has finished. */
export async function startChecks(options: ProviderOptions & { readonly provider?: Misbehaviours } = {}) {
  const redirectUri = `http://localhost:${await takePort()}/callback`;
  const provider = await startLoopbackProvider(redirectUri, options.provider ?? {}, options);
  onTestFinished(() => provider.close());
  const { env } = provider;
  const run = (args: readonly string[] = [], options: RunOptions = {}): Promise<RunResult> =>
    runSgid(['check', ...args], { ...options, env: { ...env, ...options.env } });
  return {
    provider,
    redirectUri,
    env,
    run,
    /** Runs `sgid check --format json`; each verdict is with its code, as in `fail ERR_SCOPE`. */
    check: async (args: readonly string[] = [], options: RunOptions = {}) => {
      const result = await run([...args, '--format', 'json'], options);
      const report: CheckReport = JSON.parse(result.stdout);
      const verdicts = report.checks.map(({ id, verdict, code = '' }) => [id, `${verdict} ${code}`.trim()]);
      return {
        ...result,
        report,
        verdicts: Object.fromEntries(verdicts) as Readonly<Record<string, string>>,
      };
    },
  };
}
