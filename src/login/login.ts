import { SgidError } from '../errors/sgid-error.ts';
import type { Clock } from '../oidc/http-exchange.ts';
import { generateNonce, generatePkcePair, generateState } from '../oidc/pkce.ts';
import type { VerifiedLogin } from '../oidc/token.ts';
import type { RelyingParty } from '../sgid/relying-party.ts';
import type { Browser } from '../system/browser.ts';
import type { TlsCredentials } from '../system/http-server.ts';
import { type CallbackOutcome, createLoginAttempt, type LoginAttempt } from './attempt.ts';
import type { ListenPlan } from './listen-plan.ts';
import { startCallbackListener } from './listener.ts';

/** The client that logs a person in. */
export type LoginParty = Pick<
  RelyingParty,
  'endpoints' | 'authorizationUrl' | 'fetchKeys' | 'exchangeCode' | 'fetchData'
>;

/** What a login is asked to do. */
export interface LoginRequest {
  /** Exactly as registered. */
  readonly redirectUri: string;
  readonly scope: string;
  /** Made fresh when left out. */
  readonly state?: string | undefined;
  /** Made fresh when left out. */
  readonly nonce?: string | undefined;
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
  /** How long to wait for the callback, in milliseconds. */
  readonly timeoutMs: number;
}

/** The outside of a login. */
export interface LoginOutside {
  readonly browser: Browser;
  readonly clock: Clock;
  readonly progress: LoginProgress;
  /** Redirected URLs that the person pastes, one a line; absent where nobody can. */
  readonly pasted?: AsyncIterable<string> | undefined;
  /** Keeps secrets of this login out of everything that is said from now on. */
  hide(secrets: readonly string[]): void;
  /** Aborts the login. */
  readonly signal: AbortSignal;
}

/** What a login tells the person while it runs. */
export interface LoginProgress {
  /** The URL to visit; `opening` when a browser is being opened on it. */
  authorizationUrl(url: string, opening: boolean): void;
  /** The wait for the callback has begun. */
  waiting(timeoutMs: number): void;
  /** The browser could not be opened; the wait goes on. */
  browserFailed(reason: string): void;
  /** The provider did not give its keys, so that the login is likely to fail; the wait goes on. */
  providerFailed(error: SgidError): void;
  /** Something came in that is not the callback of this login; the wait goes on. */
  stray(error: SgidError): void;
  /** The callback is here; the exchange begins. */
  callbackReceived(): void;
}

/** A finished login. */
export interface LoginResult extends VerifiedLogin {
  /** Scope name and value as text. */
  readonly data: Record<string, string>;
}

/**
 * One whole login: authorization request, callback, code exchange, verification, userinfo, decryption. The
 * listener is ready before the browser opens and gone when this settles.
 *
 * @throws SgidError of any step; the signal's reason when it aborts.
 */
export async function login(
  party: LoginParty,
  request: LoginRequest,
  outside: LoginOutside,
): Promise<LoginResult> {
  const { redirectUri, scope, state = generateState(), nonce = generateNonce() } = request;
  const { progress, signal, hide } = outside;
  const { codeVerifier, codeChallenge } = generatePkcePair();
  hide([codeVerifier]);
  const attempt = createLoginAttempt(
    { state, issuer: party.endpoints.issuer },
    async (code): Promise<LoginResult> => {
      hide([code]);
      progress.callbackReceived();
      const verified = await party.exchangeCode({ code, codeVerifier, nonce, redirectUri }, signal);
      hide([verified.accessToken, verified.idToken]);
      return { ...verified, data: await party.fetchData(verified, signal) };
    },
  );
  const receive = async (parameters: URLSearchParams): Promise<CallbackOutcome> => {
    const outcome = await attempt.receive(parameters);
    if (outcome.kind === 'rejected') progress.stray(outcome.error);
    return outcome;
  };
  signal.throwIfAborted();
  const { listen, tls } = request;
  const listener = listen && (await startCallbackListener(listen, receive, { tls }));
  const waitOver = new AbortController();
  const loginOver = new AbortController();
  void attempt.accepted.then(() => waitOver.abort());
  const stop = AbortSignal.any([signal, waitOver.signal]);
  try {
    signal.throwIfAborted();
    const url = party.authorizationUrl({ redirectUri, scope, state, nonce, codeChallenge });
    progress.authorizationUrl(url, request.browser !== undefined);
    progress.waiting(request.timeoutMs);
    const browserFailure = openBrowser(url, request, outside, stop);
    void tryProvider(party, AbortSignal.any([signal, loginOver.signal]), outside, stop);
    await waitForCallback([attempt.accepted, browserFailure], attempt, request, outside, stop);
    return await attempt.result;
  } finally {
    waitOver.abort();
    loginOver.abort();
    await listener?.close();
  }
}

/**
 * Opens the URL. A browser that fails is no reason to stop, since the URL is on the screen; only where nobody
 * can take over does this reject. It never resolves.
 */
async function openBrowser(
  url: string,
  { browser: command, unattended }: LoginRequest,
  { browser, progress }: LoginOutside,
  stop: AbortSignal,
): Promise<never> {
  if (command !== undefined) {
    const open = async (): Promise<string | undefined> => (await browser.open(url, command)).failed;
    const reason = await open().catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    if (reason !== undefined && unattended) throw unattendedFailure(reason);
    if (reason !== undefined && !stop.aborted) progress.browserFailed(reason);
  }
  return new Promise(() => {});
}

/** Uses the wait to fetch the keys, and tells when that fails: a person would wait in vain for minutes. */
async function tryProvider(
  party: LoginParty,
  signal: AbortSignal,
  { progress }: LoginOutside,
  stop: AbortSignal,
): Promise<void> {
  if (stop.aborted) return;
  try {
    await party.fetchKeys(signal);
  } catch (error) {
    if (error instanceof SgidError && !stop.aborted) progress.providerFailed(error);
  }
}

function unattendedFailure(reason: string): SgidError {
  return new SgidError('ERR_AUTHORIZATION', `the login did not get to the callback: ${reason}`, {
    step: 'authorize',
    hint: 'Compare the scope and the redirect URI with what the provider knows, or log in through a browser.',
  });
}

/** Resolves when the genuine callback is here, by whichever way. */
async function waitForCallback(
  arrivals: readonly Promise<void>[],
  attempt: LoginAttempt<LoginResult>,
  request: LoginRequest,
  outside: LoginOutside,
  stop: AbortSignal,
): Promise<void> {
  const timeout = outside.clock.sleep(request.timeoutMs, stop).then(() => {
    throw callbackTimeout(request);
  });
  const contenders: Promise<void>[] = [...arrivals, timeout];
  if (outside.pasted) contenders.push(receivePasted(outside.pasted, attempt, request, outside));
  for (const contender of contenders) contender.catch(() => {});
  await Promise.race(contenders);
}

/** Feeds pasted URLs to the attempt until one is genuine. Rejects when none can come any more and nobody listens. */
async function receivePasted(
  lines: AsyncIterable<string>,
  attempt: LoginAttempt<LoginResult>,
  request: LoginRequest,
  { progress, signal }: LoginOutside,
): Promise<void> {
  let lastError: SgidError | undefined;
  for await (const line of lines) {
    if (line.trim() === '') continue;
    lastError = await receiveLine(line, attempt, request);
    if (lastError === undefined) return;
    progress.stray(lastError);
  }
  // The lines end as well when the program is interrupted.
  signal.throwIfAborted();
  if (request.listen !== undefined) return attempt.accepted;
  throw lastError ?? inputEnded(request.redirectUri);
}

/** Judges one pasted line; gives the reason when it is not the callback that is waited for. */
async function receiveLine(
  line: string,
  attempt: LoginAttempt<LoginResult>,
  { redirectUri }: LoginRequest,
): Promise<SgidError | undefined> {
  try {
    const outcome = await attempt.receive(readRedirectedUrl(line, redirectUri));
    return outcome.kind === 'rejected' ? outcome.error : undefined;
  } catch (error) {
    if (error instanceof SgidError) return error;
    throw error;
  }
}

function inputEnded(redirectUri: string): SgidError {
  return new SgidError('ERR_CALLBACK_TIMEOUT', 'standard input ended before a redirected URL came', {
    step: 'callback',
    hint: `Pass the address that the browser was redirected to; it begins with ${redirectUri}`,
  });
}

/**
 * The error for a callback that never came. sgID shows a page instead of redirecting when the client, the
 * redirect URI or a scope is wrong, so these come first.
 */
export function callbackTimeout(request: LoginRequest): SgidError {
  const { redirectUri, scope, timeoutMs, listen, tls, embedded } = request;
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
  return new SgidError('ERR_CALLBACK_TIMEOUT', `no ${what} came within ${inWords(timeoutMs)}`, {
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
function inWords(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  return Number.isInteger(minutes) ? `${minutes}m` : `${milliseconds / 1000}s`;
}

/** `name=value` pairs, with or without the question mark. No part can match in two ways: pasted text may be long. */
const QUERY_ALONE = /^\??[\w.~-]+=[^&\s]*(?:&[\w.~-]+=[^&\s]*)*$/;

/**
 * Reads the query of a redirected URL that a person pasted: the whole URL, or just what follows its path.
 *
 * @throws SgidError `ERR_CALLBACK_INVALID` when it is neither, or a URL other than the redirect URI.
 */
export function readRedirectedUrl(text: string, redirectUri: string): URLSearchParams {
  const pasted = text.trim().replace(/^(["'<])(.*)(["'>])$/, '$2');
  if (QUERY_ALONE.test(pasted)) return new URLSearchParams(pasted);
  const url = URL.canParse(pasted) ? new URL(pasted) : undefined;
  const expected = new URL(redirectUri);
  if (url === undefined || url.origin !== expected.origin || url.pathname !== expected.pathname) {
    throw new SgidError('ERR_CALLBACK_INVALID', 'that is not the URL that the browser was redirected to', {
      step: 'callback',
      hint: `Copy the whole address from the browser's address bar; it begins with ${redirectUri}`,
    });
  }
  return url.searchParams;
}
