import { SgidError } from '../errors/sgid-error.ts';
import {
  type AcceptedCallback,
  acceptCallback,
  type ExpectedCallback,
  parseRedirectedUrl,
  type ValidatedCallback,
  validateCallback,
} from '../oidc/callback.ts';
import { generateState } from '../oidc/pkce.ts';
import type { Authorization, LoginRequest } from '../oidc/provider.ts';
import type { Clock } from '../oidc/send.ts';
import type { Browser } from '../system/browser.ts';
import type { TlsCredentials } from '../system/http-server.ts';
import type { Journal, Step } from '../trace/journal.ts';
import type { ListenPlan } from './listen-plan.ts';
import type { RefusedCallback } from './result-page.ts';

/** What a login is asked to do. A redirect URI with port 0 takes the port that the listener gets. */
export interface LoginInput extends LoginRequest {
  /** Where to listen for the callback; `undefined` when the redirected URL is only pasted. */
  readonly listen: ListenPlan | undefined;
  readonly tls?: TlsCredentials | undefined;
  /** The program that opens the URL: the system's when empty, none when `undefined`. */
  readonly browser: readonly string[] | undefined;
  /** Nobody is there to take over when the browser fails, so that its failure ends the login. */
  readonly unattended?: boolean | undefined;
  readonly embedded?: boolean | undefined;
  readonly onListening?: ((redirectUri: string) => void) | undefined;
  readonly timeoutMs: number;
}

export interface LoginDeps {
  readonly browser: Browser;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Redirected URLs that the person pastes, one a line; absent where nobody can. */
  readonly pasted?: AsyncIterable<string> | undefined;
  /** Keeps secrets of this login out of everything that is said from now on. */
  hide(secrets: readonly string[]): void;
  readonly signal: AbortSignal;
}

/** The wait for the one callback that counts: all that come are taken, the first that is this login's decides. */
export class CallbackWait {
  readonly #input: LoginInput;
  readonly #deps: LoginDeps;
  readonly #callback: Promise<ValidatedCallback>;
  #resolve!: (callback: ValidatedCallback) => void;
  #reject!: (error: unknown) => void;
  /** Until the login has a state of its own, one that nobody knows. */
  #expected: ExpectedCallback = { state: generateState(), issuer: '' };
  #step: Step | undefined;
  #isSettled = false;

  constructor(input: LoginInput, deps: LoginDeps) {
    this.#input = input;
    this.#deps = deps;
    this.#callback = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#callback.catch(() => {});
  }

  /** Takes a callback's query. `undefined` is for the one that counts, of which the outcome is still open. */
  readonly receive = (parameters: URLSearchParams): RefusedCallback | undefined => {
    if (this.#isSettled) return { kind: 'settled' };
    const callback = validateCallback(parameters, this.#expected);
    if (!callback.isExpected) {
      this.#step?.unexpected(callback.error);
      return { kind: 'rejected', error: callback.error };
    }
    this.#isSettled = true;
    this.#resolve(callback);
    return undefined;
  };

  /**
   * Opens the browser and waits.
   *
   * @param prepare What there is to do meanwhile.
   * @throws SgidError when the callback refuses, or none comes; the signal's reason when it aborts.
   */
  async run(
    authorization: Authorization,
    step: Step,
    prepare: () => Promise<void> | undefined,
  ): Promise<AcceptedCallback> {
    const { clock, signal } = this.#deps;
    const over = new AbortController();
    const waiting = AbortSignal.any([signal, over.signal]);
    const warn = (check: string, reason: string): void => {
      if (!waiting.aborted) step.warn(check, reason);
    };
    this.#expected = authorization;
    this.#step = step;
    step.url(authorization.redirectUri);
    step.waits();
    try {
      void this.#openBrowser(authorization.url).then((failed) => {
        if (failed !== undefined && this.#input.unattended) this.#reject(unattendedFailure(failed));
        else if (failed !== undefined) warn('browser', failed);
      });
      // The person hears of a failure at once, and not when the callback is there.
      if (!waiting.aborted) {
        prepare()?.catch((error: unknown) => {
          if (error instanceof SgidError) warn('provider', error.message);
        });
      }
      this.#receivePasted(authorization, step).catch(this.#reject);
      const { timeoutMs } = this.#input;
      const timeout = (): void => this.#reject(callbackTimeout(this.#input, authorization));
      clock.sleep(timeoutMs, waiting).then(timeout, this.#reject);
      const callback = await this.#callback;
      return acceptCallback(callback, step);
    } finally {
      over.abort();
    }
  }

  /** A browser that fails is no reason to stop where a person can take over: the URL is on the screen. */
  async #openBrowser(url: string): Promise<string | undefined> {
    const { browser: command } = this.#input;
    if (command === undefined) return undefined;
    try {
      const { failed } = await this.#deps.browser.open(url, command);
      return await failed;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Rejects when no URL can come any more and nobody listens. */
  async #receivePasted({ redirectUri }: Authorization, step: Step): Promise<void> {
    const { pasted, signal } = this.#deps;
    if (pasted === undefined) return;
    let lastError: SgidError | undefined;
    for await (const line of pasted) {
      if (line.trim() === '') continue;
      try {
        const refused = this.receive(parseRedirectedUrl(line, redirectUri));
        if (refused?.kind !== 'rejected') return;
        lastError = refused.error;
      } catch (error) {
        if (!(error instanceof SgidError)) throw error;
        step.unexpected(error);
        lastError = error;
      }
    }
    // The lines end as well when the program is interrupted.
    signal.throwIfAborted();
    if (this.#input.listen === undefined) throw lastError ?? inputEnded(redirectUri);
  }
}

function unattendedFailure(reason: string): SgidError {
  return new SgidError('ERR_AUTHORIZATION', `the login did not reach the callback: ${reason}`, {
    step: 'authorize',
    hint: 'Compare the scope and the redirect URI with what the provider knows, or log in through a browser.',
  });
}

function inputEnded(redirectUri: string): SgidError {
  return new SgidError('ERR_CALLBACK_TIMEOUT', 'standard input ended before a redirected URL came', {
    hint: `Pass the address that the browser was redirected to; it begins with ${redirectUri}`,
  });
}

/** sgID shows a page instead of redirecting when the client, the redirect URI or a scope is wrong: these come first. */
function callbackTimeout(
  { scope, timeoutMs, listen, tls, embedded }: LoginInput,
  { redirectUri }: Authorization,
): SgidError {
  const what = listen === undefined ? 'redirected URL' : 'callback';
  const registration = [
    `the redirect URI ${redirectUri} is not registered for this client (the browser then shows an error page)`,
    'the client id is wrong, or of another environment',
    `a scope of "${scope}" is not granted to this client`,
  ];
  const advice = embedded
    ? 'Log in without a browser with --persona wei-ming'
    : `Register exactly ${redirectUri} in the developer portal`;
  const longer = Math.ceil((2 * timeoutMs) / 60_000);
  return new SgidError('ERR_CALLBACK_TIMEOUT', `no ${what} came within ${formatDuration(timeoutMs)}`, {
    causes: [
      'the person did not finish the login',
      // The embedded provider knows this client.
      ...(embedded ? [] : registration),
      ...(tls === undefined ? [] : ['the browser is showing a certificate warning']),
      'the provider cannot be reached from where the browser runs',
      ...(listen === undefined
        ? []
        : ['the browser runs on another machine than this command: use --manual']),
    ],
    hint: `Look at what the browser shows. ${advice}, or wait longer with --timeout ${longer}m.`,
  });
}

/** As `--timeout` takes it. */
function formatDuration(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  return Number.isInteger(minutes) ? `${minutes}m` : `${milliseconds / 1000}s`;
}
