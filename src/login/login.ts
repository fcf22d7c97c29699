import { SgidError } from '../errors/sgid-error.ts';
import { acceptCallback, parseRedirectedUrl, type ValidatedCallback } from '../oidc/callback.ts';
import type { Clock } from '../oidc/http-exchange.ts';
import { noteVerdicts } from '../oidc/journal.ts';
import type { Authorization, LoginRequest, Provider, VerifiedTokens } from '../oidc/provider.ts';
import type { Browser } from '../system/browser.ts';
import type { TlsCredentials } from '../system/http-server.ts';
import type { Journal, Step } from '../trace/journal.ts';
import { CallbackInbox } from './callback-inbox.ts';
import { startCallbackListener } from './callback-listener.ts';
import type { ListenPlan } from './listen-plan.ts';
import type { LoginOutcome } from './result-page.ts';

/** What a login is asked to do. A redirect URI with port 0 takes the port that the listener gets. */
export interface LoginInput extends LoginRequest {
  /** Where to listen for the callback; `undefined` when the redirected URL is only pasted. */
  readonly listen: ListenPlan | undefined;
  /** The certificate of the listener, where the plan is `secure`. */
  readonly tls?: TlsCredentials | undefined;
  /** The program that opens the URL: the system's when empty, none when `undefined`. */
  readonly browser: readonly string[] | undefined;
  /** Nobody is there to take over when the browser fails, so that its failure ends the login. */
  readonly unattended?: boolean | undefined;
  /** The provider is the embedded one. */
  readonly embedded?: boolean | undefined;
  /** Hears the redirect URI when the listener has its port. */
  readonly onListening?: ((redirectUri: string) => void) | undefined;
  /** How long to wait for the callback, in milliseconds. */
  readonly timeoutMs: number;
}

/** The outside of a login. */
export interface LoginDeps {
  readonly browser: Browser;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Redirected URLs that the person pastes, one a line; absent where nobody can. */
  readonly pasted?: AsyncIterable<string> | undefined;
  /** Keeps secrets of this login out of everything that is said from now on. */
  hide(secrets: readonly string[]): void;
  /** Aborts the login. */
  readonly signal: AbortSignal;
}

/** A finished login. */
export interface LoginResult extends VerifiedTokens {
  /** Claims by name. */
  readonly data: Record<string, string>;
}

/**
 * One whole login. The listener is ready before the browser opens and gone when this settles.
 *
 * @throws SgidError of any step; the signal's reason when it aborts.
 */
export async function login(provider: Provider, input: LoginInput, deps: LoginDeps): Promise<LoginResult> {
  const { hide, journal, signal } = deps;
  const inbox = new CallbackInbox();
  const ended = new AbortController();
  signal.throwIfAborted();
  const { listen } = input;
  const listener =
    listen && (await journal.step('listen', () => startCallbackListener(listen, inbox.receive, input)));
  let outcome: LoginOutcome = { kind: 'failed', code: 'ERR_INTERNAL' };
  try {
    signal.throwIfAborted();
    const redirectUri = listener ? withPort(input.redirectUri, listener.port) : input.redirectUri;
    input.onListening?.(redirectUri);
    const authorization = await journal.step('authorize', async (step) => {
      const authorization = await provider.authorize({ ...input, redirectUri }, { journal, signal });
      hide([authorization.codeVerifier]);
      step.url(authorization.url);
      return authorization;
    });
    const accepted = await journal.step('callback', async (step) => {
      const prepare = (): Promise<void> | undefined =>
        provider.prepare?.({ journal, signal: AbortSignal.any([signal, ended.signal]) });
      const callback = await waitForCallback(authorization, prepare, inbox, input, deps, step);
      noteVerdicts(step, callback.verdicts);
      return acceptCallback(callback);
    });
    hide([accepted.code]);
    const tokens = await provider.exchange(accepted, authorization, { journal, signal });
    hide([tokens.accessToken, tokens.idToken]);
    const data = await provider.claims(tokens, { journal, signal });
    outcome = { kind: 'signed-in' };
    return { ...tokens, data };
  } catch (error) {
    if (error instanceof SgidError)
      outcome =
        error.code === 'ERR_ACCESS_DENIED' ? { kind: 'denied' } : { kind: 'failed', code: error.code };
    throw error;
  } finally {
    ended.abort();
    await listener?.close(outcome);
  }
}

function withPort(redirectUri: string, port: number): string {
  const url = new URL(redirectUri);
  if (url.port !== '0') return redirectUri;
  url.port = String(port);
  return url.href;
}

/** Waits for the callback of this login, by whichever way it comes. */
async function waitForCallback(
  authorization: Authorization,
  prepare: () => Promise<void> | undefined,
  inbox: CallbackInbox,
  input: LoginInput,
  deps: LoginDeps,
  step: Step,
): Promise<ValidatedCallback> {
  const { clock, pasted, signal } = deps;
  const over = new AbortController();
  const waiting = AbortSignal.any([signal, over.signal]);
  step.url(authorization.redirectUri);
  step.waits();
  try {
    const callback = inbox.open(authorization, step);
    void openBrowser(authorization.url, input, deps, (reason) => {
      if (input.unattended) inbox.fail(unattendedFailure(reason));
      else if (!waiting.aborted) step.warn('browser', reason);
    });
    // The person hears of a failure at once, and not when the callback is there.
    if (!waiting.aborted) {
      prepare()?.catch((error: unknown) => {
        if (error instanceof SgidError && !waiting.aborted) step.warn('provider', error.message);
      });
    }
    if (pasted) receivePasted(pasted, authorization, inbox, input, deps, step).catch(inbox.fail);
    clock
      .sleep(input.timeoutMs, waiting)
      .then(
        () => inbox.fail(callbackTimeout({ ...input, redirectUri: authorization.redirectUri })),
        inbox.fail,
      );
    return await callback;
  } finally {
    over.abort();
  }
}

/** A browser that fails is no reason to stop where a person can take over: the URL is on the screen. */
async function openBrowser(
  url: string,
  { browser: command }: LoginInput,
  { browser }: LoginDeps,
  onFailure: (reason: string) => void,
): Promise<void> {
  if (command === undefined) return;
  const launch = browser.open(url, command);
  const reason = await launch
    .then(({ failed }) => failed)
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  if (reason !== undefined) onFailure(reason);
}

/** Rejects when no URL can come any more and nobody listens. */
async function receivePasted(
  lines: AsyncIterable<string>,
  { redirectUri }: Authorization,
  inbox: CallbackInbox,
  { listen }: LoginInput,
  { signal }: LoginDeps,
  step: Step,
): Promise<void> {
  let lastError: SgidError | undefined;
  for await (const line of lines) {
    if (line.trim() === '') continue;
    try {
      const refused = inbox.receive(parseRedirectedUrl(line, redirectUri));
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
  if (listen === undefined) throw lastError ?? inputEnded(redirectUri);
}

function unattendedFailure(reason: string): SgidError {
  return new SgidError('ERR_AUTHORIZATION', `the login did not get to the callback: ${reason}`, {
    step: 'authorize',
    hint: 'Compare the scope and the redirect URI with what the provider knows, or log in through a browser.',
  });
}

function inputEnded(redirectUri: string): SgidError {
  return new SgidError('ERR_CALLBACK_TIMEOUT', 'standard input ended before a redirected URL came', {
    step: 'callback',
    hint: `Pass the address that the browser was redirected to; it begins with ${redirectUri}`,
  });
}

/** SgID shows a page instead of redirecting when the client, the redirect URI or a scope is wrong: these come first. */
function callbackTimeout({ redirectUri, scope, timeoutMs, listen, tls, embedded }: LoginInput): SgidError {
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
    step: 'callback',
    causes: [
      'the person did not finish the login',
      // The embedded provider knows this client.
      ...(embedded ? [] : registration),
      ...(tls === undefined ? [] : ["the browser waits with a warning about the callback's certificate"]),
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
