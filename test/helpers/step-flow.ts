import { onTestFinished } from 'vitest';
import { redirectOf } from './fake-browser.ts';
import { type RunOptions, type RunResult, runSgid } from './fake-platform.ts';
import {
  type LoopbackProvider,
  type Misbehaviours,
  type ProviderOptions,
  startLoopbackProvider,
} from './loopback-provider.ts';

/** Where nobody listens: the single steps only read the URL that the browser was redirected to. */
export const REDIRECT_URI = 'http://localhost:5001/api/redirect';

/** A transaction as `sgid authorize-url` prints it, and the URL that the browser was redirected to. */
export interface StartedLogin {
  readonly transaction: Readonly<Record<string, string>>;
  /** The same as it was printed. */
  readonly text: string;
  readonly url: URL;
}

/** A registered client and its provider, for the single steps. */
export interface StepFlow {
  readonly provider: LoopbackProvider;
  /** The credentials of the client. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs one step with the credentials in the environment. */
  run(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Makes a transaction, and lets a person log in. */
  start(args?: readonly string[]): Promise<StartedLogin>;
  /** Logs in up to the tokens, as `sgid callback` prints them. */
  obtainTokens(args?: readonly string[]): Promise<string>;
}

/** Sets up a provider, where Tan Wei Ming consents at once; it is gone when the test has finished. */
export async function startSteps(
  options: ProviderOptions & { readonly provider?: Misbehaviours } = {},
): Promise<StepFlow> {
  const { provider: misbehaviours = {}, ...rest } = options;
  const provider = await startLoopbackProvider(REDIRECT_URI, misbehaviours, { approve: 'wei-ming', ...rest });
  onTestFinished(() => provider.close());
  const { env } = provider;
  const run: StepFlow['run'] = (args, options = {}) =>
    runSgid(args, { ...options, env: { ...env, ...options.env } });
  const succeed = async (args: readonly string[], options?: RunOptions): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(args, options);
    if (exitCode !== 0) throw new Error(`sgid ${args[0]} failed:\n${stderr}`);
    return stdout;
  };
  const start: StepFlow['start'] = async (args = []) => {
    const text = await succeed(['authorize-url', ...args]);
    const transaction = JSON.parse(text);
    return { transaction, text, url: await redirectOf(transaction.url) };
  };
  return {
    provider,
    env,
    run,
    start,
    obtainTokens: async (args) => {
      const { text, url } = await start(args);
      return succeed(['callback', '--transaction', '-', url.href], { stdin: text });
    },
  };
}
