import { onTestFinished } from 'vitest';
import { createFakeBrowser, type VisitedPage } from './fake-browser.ts';
import {
  type LoopbackProvider,
  type Misbehaviours,
  type ProviderOptions,
  startLoopbackProvider,
} from './loopback-provider.ts';
import { type ProcessOptions, type SgidProcess, startSgid } from './sgid-process.ts';
import { takePort } from './take-port.ts';

/** A registered client and its provider, for logins of the built program. */
export interface ProcessLogin {
  readonly provider: LoopbackProvider;
  readonly redirectUri: string;
  /** The port of the redirect URI. */
  readonly port: number;
  /** The credentials of the client. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts `sgid login` with the credentials in the environment. */
  start(args?: readonly string[], options?: ProcessOptions): Promise<SgidProcess>;
}

/** Sets up logins at a provider on loopback, where Tan Wei Ming consents at once unless told otherwise. */
export async function setUpProcessLogin(
  options: ProviderOptions & { readonly provider?: Misbehaviours } = { approve: 'wei-ming' },
): Promise<ProcessLogin> {
  const port = await takePort();
  const redirectUri = `http://localhost:${port}/callback`;
  const provider = await startLoopbackProvider(redirectUri, options.provider ?? {}, {
    approve: 'wei-ming',
    ...options,
  });
  onTestFinished(() => provider.close());
  const { env } = provider;
  return {
    provider,
    redirectUri,
    port,
    env,
    start: (args = ['--no-browser'], run = {}) =>
      startSgid(['login', ...args], { ...run, env: { ...env, ...run.env } }),
  };
}

/** Does what the person's browser would: goes to the URL and follows its redirects. */
export function visit(url: string): Promise<VisitedPage> {
  return createFakeBrowser().visit(url);
}
