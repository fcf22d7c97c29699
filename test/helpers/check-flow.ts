import { onTestFinished } from 'vitest';
import type { CheckReport, CheckResult } from '../../src/check/run-checks.ts';
import { type RunOptions, type RunResult, runSgid } from './fake-platform.ts';
import {
  type EndpointName,
  type Misbehaviour,
  type Misbehaviours,
  type ProviderOptions,
  startLoopbackProvider,
} from './loopback-provider.ts';
import { takePort } from './take-port.ts';

/** A run of `sgid check --format json`, with its report read. */
export interface CheckRun extends RunResult {
  readonly report: CheckReport;
  /** Check id and verdict; a failure's with its code, `fail ERR_SCOPE`. */
  readonly verdicts: Readonly<Record<string, string>>;
}

/** The endpoints that a check asks. */
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
    check: async (args: readonly string[] = [], options: RunOptions = {}): Promise<CheckRun> => {
      const result = await run([...args, '--format', 'json'], options);
      const report: CheckReport = JSON.parse(result.stdout);
      return { ...result, report, verdicts: Object.fromEntries(report.checks.map(verdictEntry)) };
    },
  };
}

function verdictEntry({ id, verdict, code }: CheckResult): readonly [string, string] {
  return [id, code === undefined ? verdict : `${verdict} ${code}`];
}
