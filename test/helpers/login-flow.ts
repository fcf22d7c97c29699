import { expect, onTestFinished } from 'vitest';
import { isPortFree, takePort } from '../../scripts/ports.mjs';
import { SgidError, type SgidErrorCode } from '../../src/errors/sgid-error.ts';
import { createFakeBrowser, redirectOf, type Visit, withParameters } from './fake-browser.ts';
import { type RunOptions, type RunResult, runSgid } from './fake-platform.ts';
import { type Misbehaviours, type ProviderOptions, startLoopbackProvider } from './loopback-provider.ts';

/** What is special about a flow. */
export interface FlowOptions extends ProviderOptions {
  /** What the provider does wrong. */
  readonly provider?: Misbehaviours;
  /** What happens in the browser; the honest visit when left out. */
  readonly visit?: Visit | undefined;
  /** Of the redirect URI; http when left out. */
  readonly scheme?: 'http' | 'https';
}

/** Sets up a login on loopback; everything is taken down when the test has finished. */
export async function startFlow(options: FlowOptions = {}) {
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
    /** Runs `sgid login` with the credentials in the environment, and waits until the browser has its page. */
    login: async (args: readonly string[] = [], run: RunOptions = {}) => {
      const options = { browser: browser.open, ...run, env: { ...env, ...run.env } };
      const result = await runSgid(['login', ...args], options);
      await browser.idle();
      const { opened, pages } = browser;
      return { ...result, opened, pages, requests: provider.requests, portIsFree: await isPortFree(port) };
    },
  };
}

/** Sets up a login on loopback, and logs in. */
export async function logIn(args: readonly string[] = [], options: FlowOptions & RunOptions = {}) {
  const flow = await startFlow(options);
  return { ...(await flow.login(args, options)), flow };
}

/** Expects that a login was refused, in these words, before anything was opened or asked. */
export function expectRefused(
  run: RunResult,
  exitCode: number,
  code: string,
  ...words: readonly (string | RegExp)[]
): void {
  expect(run).toMatchObject({ exitCode, code, stdout: '', opened: [], requests: [], portIsFree: true });
  for (const word of words) expect(run.stderr).toMatch(word);
}

/** A visit that goes to each of the callbacks made from the genuine one. */
export const visitAll =
  (callbacks: (genuine: URL) => readonly string[]): Visit =>
  async (browser, url) => {
    for (const callback of callbacks(await redirectOf(url))) await browser.visit(callback);
  };

/** A visit that brings these parameters in place of the code. */
export const visitWith = (parameters: Readonly<Record<string, string>>): Visit =>
  visitAll((genuine) => {
    genuine.searchParams.delete('code');
    return [withParameters(genuine, parameters)];
  });

/** A signal for the program, and what sends it. */
export function createInterruption(code: SgidErrorCode = 'ERR_INTERRUPTED') {
  const controller = new AbortController();
  const { signal } = controller;
  return { signal, interrupt: () => controller.abort(new SgidError(code, 'stopped by the test')) };
}

export type Flow = Awaited<ReturnType<typeof startFlow>>;
