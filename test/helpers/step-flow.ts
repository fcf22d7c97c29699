import { onTestFinished } from 'vitest';
import { redirectOf } from './fake-browser.ts';
import { type RunOptions, type RunResult, runSgid } from './fake-platform.ts';
import { type Misbehaviours, type ProviderOptions, startLoopbackProvider } from './loopback-provider.ts';

/** Where nobody listens: the single steps only read the URL that the browser was redirected to. */
export const REDIRECT_URI = 'http://localhost:5001/api/redirect';

/** A transaction as `sgid authorize-url` prints it, and the URL that the browser was redirected to. */
export interface StartedLogin {
  readonly transaction: Readonly<Record<string, string>>;
  readonly text: string;
  readonly url: URL;
}

/** Sets up a provider, where Tan Wei Ming consents at once; it is gone when the test has finished. */
export async function startSteps(options: ProviderOptions & { readonly provider?: Misbehaviours } = {}) {
  const { provider: misbehaviours = {}, ...rest } = options;
  const provider = await startLoopbackProvider(REDIRECT_URI, misbehaviours, { approve: 'wei-ming', ...rest });
  onTestFinished(() => provider.close());
  const { env } = provider;
  const run = (args: readonly string[], options: RunOptions = {}): Promise<RunResult> =>
    runSgid(args, { ...options, env: { ...env, ...options.env } });
  const succeed = async (args: readonly string[], options?: RunOptions): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(args, options);
    if (exitCode !== 0) throw new Error(`sgid ${args[0]} failed:\n${stderr}`);
    return stdout;
  };
  const start = async (args: readonly string[] = []): Promise<StartedLogin> => {
    const text = await succeed(['authorize-url', ...args]);
    const transaction = JSON.parse(text);
    return { transaction, text, url: await redirectOf(transaction.url) };
  };
  return {
    provider,
    env,
    run,
    /** Makes a transaction, and lets a person log in. */
    start,
    /** Logs in up to the tokens, as `sgid callback` prints them. */
    obtainTokens: async (args?: readonly string[]): Promise<string> => {
      const { text, url } = await start(args);
      return succeed(['callback', '--transaction', '-', url.href], { stdin: text });
    },
  };
}

/** The same, with a login to which the person has consented. */
export async function startCallback(options?: Parameters<typeof startSteps>[0], args?: readonly string[]) {
  const flow = await startSteps(options);
  const login = await flow.start(args);
  return {
    ...flow,
    ...login,
    finish: (
      args: readonly string[] = [],
      { url = login.url.href, ...run }: RunOptions & { readonly url?: string } = {},
    ): Promise<RunResult> =>
      flow.run(['callback', '--transaction', '-', url, ...args], { stdin: login.text, ...run }),
  };
}

/** The same, with the tokens of a login. */
export async function startUserinfo(options?: Parameters<typeof startSteps>[0], args?: readonly string[]) {
  const flow = await startSteps(options);
  const tokens = await flow.obtainTokens(args);
  return {
    ...flow,
    tokens: JSON.parse(tokens),
    userinfo: (args: readonly string[] = [], run: RunOptions = {}): Promise<RunResult> =>
      flow.run(['userinfo', ...args], { stdin: tokens, ...run }),
  };
}
