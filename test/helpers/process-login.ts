import { onTestFinished } from 'vitest';
import { takePort } from '../../scripts/ports.mjs';
import { createFakeBrowser, type VisitedPage } from './fake-browser.ts';
import { type Misbehaviours, type ProviderOptions, startLoopbackProvider } from './loopback-provider.ts';
import { type ProcessOptions, type SgidProcess, startSgid } from './sgid-process.ts';

/** Sets up logins at a provider on loopback, where Tan Wei Ming consents at once unless told otherwise. */
export async function setUpProcessLogin(
  options: ProviderOptions & { readonly provider?: Misbehaviours } = { approve: 'wei-ming' },
) {
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
    start: (args: readonly string[] = ['--no-browser'], run: ProcessOptions = {}): Promise<SgidProcess> =>
      startSgid(['login', ...args], { ...run, env: { ...env, ...run.env } }),
  };
}

/** Does what the person's browser would: goes to the URL and follows its redirects. */
export function visit(url: string): Promise<VisitedPage> {
  return createFakeBrowser().visit(url);
}
