import { onTestFinished } from 'vitest';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import { findFreePort } from '../../src/platform/free-port.ts';
import { createFakeBrowser, type VisitedPage } from './fake-browser.ts';
import {
  type LoopbackProvider,
  type Misbehaviours,
  type ProviderOptions,
  startLoopbackProvider,
} from './loopback-provider.ts';
import { type ProcessOptions, type SgidProcess, startSgid } from './sgid-process.ts';

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
  const port = await findFreePort();
  const redirectUri = `http://localhost:${port}/callback`;
  const provider = await startLoopbackProvider(redirectUri, options.provider ?? {}, {
    approve: 'wei-ming',
    ...options,
  });
  onTestFinished(() => provider.close());
  const env = {
    SGID_CLIENT_ID: TEST_CLIENT_ID,
    SGID_CLIENT_SECRET: TEST_CLIENT_SECRET,
    SGID_PRIVATE_KEY: TEST_PRIVATE_KEY,
    SGID_REDIRECT_URI: redirectUri,
    SGID_HOSTNAME: provider.hostname,
  };
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
