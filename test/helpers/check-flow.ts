import { onTestFinished } from 'vitest';
import type { CheckReport, CheckResult } from '../../src/check/run-checks.ts';
import { type RunOptions, type RunResult, runSgid } from './fake-platform.ts';
import { type Misbehaviours, type ProviderOptions, startLoopbackProvider } from './loopback-provider.ts';
import { takePort } from './take-port.ts';

/** A run of `sgid check --format json`, with its report read. */
export interface CheckRun extends RunResult {
  readonly report: CheckReport;
  /** Check id and verdict; a failure's with its code, `fail ERR_SCOPE`. */
  readonly verdicts: Readonly<Record<string, string>>;
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

export type CheckFlow = Awaited<ReturnType<typeof startChecks>>;
