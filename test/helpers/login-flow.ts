import { onTestFinished } from 'vitest';
import { createFakeBrowser, type FakeBrowser, type Visit } from './fake-browser.ts';
import { type RunOptions, type RunResult, runSgid } from './fake-platform.ts';
import {
  type LoopbackProvider,
  type Misbehaviours,
  type ProviderOptions,
  startLoopbackProvider,
} from './loopback-provider.ts';
import { takePort } from './take-port.ts';

/** What is special about a flow. */
export interface FlowOptions extends ProviderOptions {
  /** What the provider does wrong. */
  readonly provider?: Misbehaviours;
  /** What happens in the browser; the honest visit when left out. */
  readonly visit?: Visit | undefined;
  /** Of the redirect URI; http when left out. */
  readonly scheme?: 'http' | 'https';
}

/** A registered client, its provider and a browser, ready for a login. */
export interface Flow {
  readonly provider: LoopbackProvider;
  readonly browser: FakeBrowser;
  readonly port: number;
  readonly redirectUri: string;
  /** The credentials of the client. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs `sgid login` with the credentials in the environment, and waits until the browser has its page. */
  login(args?: readonly string[], options?: RunOptions): Promise<RunResult>;
}

/** Sets up a login on loopback; everything is taken down when the test has finished. */
export async function startFlow(options: FlowOptions = {}): Promise<Flow> {
  const { visit, scheme = 'http' } = options;
  const port = await takePort();
  const redirectUri = `${scheme}://localhost:${port}/callback`;
  const approve = 'approve' in options ? options.approve : 'wei-ming';
  const provider = await startLoopbackProvider(redirectUri, options.provider ?? {}, { ...options, approve });
  onTestFinished(() => provider.close());
  const browser = createFakeBrowser(visit);
  const { env } = provider;
  return {
    provider,
    browser,
    port,
    redirectUri,
    env,
    login: async (args = [], run = {}) => {
      const options = { browser: browser.open, ...run, env: { ...env, ...run.env } };
      const result = await runSgid(['login', ...args], options);
      await browser.idle();
      return result;
    },
  };
}

/** The error code that a run ended with: the last line of stderr, without `--json-errors`. */
export function errorCodeOf({ stderr }: RunResult): string | undefined {
  return stderr.trimEnd().split('\n').at(-1);
}
