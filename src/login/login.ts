import { SgidError } from '../errors/sgid-error.ts';
import {
  type AcceptedCallback,
  acceptCallback,
  type ValidatedCallback,
  validateCallback,
} from '../oidc/callback.ts';
import type { Authorization, LoginRequest, Provider, VerifiedTokens } from '../oidc/provider.ts';
import { parseRedirectedUrl } from '../oidc/redirected-url.ts';
import { placeOfRegistration } from '../oidc/refusal.ts';
import type { Clock } from '../system/clock.ts';
import type { TlsCredentials } from '../system/http-server.ts';
import type { Journal, Step } from '../trace/journal.ts';
import { type Prefetch, type Receive, startCallbackListener } from './callback-listener.ts';
import type { ListenPlan } from './listen-plan.ts';
import { inputEnded, unattendedFailure, WITHOUT_A_PERSON, withOwnCauses } from './login-errors.ts';
import type { LoginOutcome, RefusedCallback } from './result-page.ts';

/** The input of a login. A redirect URI with port 0 takes the port that the listener gets. */
export interface LoginInput extends LoginRequest {
  readonly clientId: string;
  /** Where to listen for the callback; `undefined` when the redirected URL is only pasted. */
  readonly listen: ListenPlan | undefined;
  readonly tls?: TlsCredentials | undefined;
  /** The program that opens the URL: the system's when empty, none when `undefined`. */
  readonly browser: readonly string[] | undefined;
  /** No person can open the URL when the browser fails, so that its failure ends the login. */
  readonly unattended?: boolean | undefined;
  readonly embedded?: boolean | undefined;
  /** Perhaps no person is there. */
  readonly isDeserted?: boolean | undefined;
  readonly onListening?: ((redirectUri: string) => void) | undefined;
  readonly timeoutMs: number;
}

export interface LoginDeps {
  /** Gives why the browser failed. An SgidError ends an unattended login as it is. */
  readonly browser: {
    open(url: string, command: readonly string[]): Promise<Failure | undefined>;
  };
  readonly clock: Clock;
  readonly journal: Journal;
  /** Redirected URLs that the person pastes, one a line; absent where nobody can. */
  readonly pasted?: AsyncIterable<string> | undefined;
  /** Keeps secrets of this login out of all output from now on. */
  hide(secrets: readonly string[]): void;
  readonly signal: AbortSignal;
}

type Failure = string | SgidError;

export interface LoginResult extends VerifiedTokens {
  readonly data: Record<string, string>;
}

/**
 * One whole login. The listener is ready before the browser opens and gone when this settles.
 *
 * @throws SgidError of any step; the signal's reason when it aborts.
 */
export async function login(provider: Provider, input: LoginInput, deps: LoginDeps): Promise<LoginResult> {
  const { hide, journal, signal } = deps;
  // No callback can belong to this login before its state exists.
  let visitors: Visitors = { receive: refuseEarly, refused: () => {} };
  const ended = new AbortController();
  signal.throwIfAborted();
  const { listen } = input;
  const listener =
    listen &&
    (await journal.step('listen', () =>
      startCallbackListener(listen, (...request) => visitors.receive(...request), {
        tls: input.tls,
        refused: (words) => visitors.refused(words),
      }),
    ));
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
    const prepare = () => provider.prepare?.({ journal, signal: AbortSignal.any([signal, ended.signal]) });
    const accepted = await journal.step('callback', (step) =>
      waitForCallback(authorization, step, prepare, input, deps, (ready) => {
        visitors = ready;
      }),
    );
    hide([accepted.code]);
    const tokens = await provider
      .exchange(accepted, authorization, { journal, signal })
      .catch((error: unknown) => Promise.reject(withOwnCauses(error)));
    hide([tokens.accessToken, tokens.idToken]);
    const data = await provider.claims(tokens, { journal, signal });
    const scopes = input.scope.filter((name) => Object.hasOwn(data, name));
    outcome = { kind: 'logged-in', clientId: input.clientId, scopes };
    return { ...tokens, data };
  } catch (error) {
    if (error instanceof SgidError)
      outcome =
        error.code === 'ERR_ACCESS_DENIED' ? { kind: 'refused' } : { kind: 'failed', code: error.code };
    throw error;
  } finally {
    ended.abort();
    await listener?.close(outcome, (arrived) =>
      deps.clock.sleep(STAY_MS, AbortSignal.any([signal, arrived])).catch(() => {}),
    );
  }
}

/** How long a success waits for the person, where the browser has only loaded the callback ahead. */
const STAY_MS = 2_000;

function withPort(redirectUri: string, port: number): string {
  const url = new URL(redirectUri);
  if (url.port !== '0') return redirectUri;
  url.port = String(port);
  return url.href;
}

interface Visitors {
  readonly receive: Receive;
  /** Gets a description of each request that is refused. */
  refused(words: string): void;
}

const PREFETCH: Prefetch = { kind: 'prefetch' };

function refuseEarly(): RefusedCallback {
  return { kind: 'rejected', error: new SgidError('ERR_STATE_MISMATCH', 'the login has no state yet') };
}

/**
 * Opens the browser and waits for the callback: each that comes is validated, and the first that belongs to this login
 * decides.
 *
 * @param prepare What to do while it waits.
 * @param listen Gets the functions that take callbacks and refused requests.
 * @throws SgidError when the callback refuses, or none comes; the signal's reason when it aborts.
 */
async function waitForCallback(
  authorization: Authorization,
  step: Step,
  prepare: () => Promise<void> | undefined,
  input: LoginInput,
  deps: LoginDeps,
  listen: (visitors: Visitors) => void,
): Promise<AcceptedCallback> {
  const over = new AbortController();
  const waiting = AbortSignal.any([deps.signal, over.signal]);
  const warn: Step['warn'] = (about, reason) => {
    if (!waiting.aborted) step.warn(about, reason);
  };
  const clues = new Set<string>();
  let unexpected: SgidError | undefined;
  let unavailable: string | undefined;
  try {
    const callback = await new Promise<ValidatedCallback>((resolve, reject) => {
      const noteUnexpected = (error: SgidError): void => {
        unexpected = error;
        step.unexpected(error);
        clues.add(`a callback was refused: ${error.message}`);
      };
      const receive = createReceiver(authorization, noteUnexpected, resolve);
      const refused = (words: string): void => {
        clues.add(words);
        warn('request', words);
      };
      listen({ receive, refused });
      step.waits(authorization.redirectUri);
      // If the browser fails, the person can still open the URL, which is on the screen.
      void openBrowser(authorization.url, input, deps).then((failed) => {
        if (failed === undefined) return;
        if (input.unattended) reject(unexpected ?? unattendedFailure(failed));
        else warn('browser', messageOf(failed));
      });
      // Report a failure at once, not when the callback arrives.
      if (!waiting.aborted) {
        prepare()?.catch((error: unknown) => {
          if (!(error instanceof SgidError)) return;
          unavailable = error.message;
          warn('provider', error.message);
        });
      }
      receivePasted(authorization, receive, step, input, deps).catch(reject);
      deps.clock.sleep(input.timeoutMs, waiting).then(() => {
        // The provider first: it is the likeliest cause.
        const causes = unavailable === undefined ? [...clues] : [unavailable, ...clues];
        reject(callbackTimeout(input, authorization, causes, unexpected));
      }, reject);
    });
    return acceptCallback(callback, step);
  } finally {
    over.abort();
  }
}

/** Accepts the first callback that belongs to this login; each other one is noted. */
function createReceiver(
  authorization: Authorization,
  noteUnexpected: (error: SgidError) => void,
  accept: (callback: ValidatedCallback) => void,
): Receive {
  let settled: string | undefined;
  return (parameters, isPrefetch) => {
    const genuine = isPrefetch ? PREFETCH : undefined;
    // An inspecting gateway sends the request twice: an equal callback gets the same page.
    if (settled !== undefined) return `${parameters}` === settled ? genuine : { kind: 'settled' };
    const callback = validateCallback(parameters, authorization);
    if (!callback.isExpected) {
      noteUnexpected(callback.error);
      return { kind: 'rejected', error: callback.error };
    }
    if (isPrefetch) return PREFETCH;
    settled = `${parameters}`;
    accept(callback);
    return undefined;
  };
}

async function openBrowser(
  url: string,
  { browser: command }: LoginInput,
  { browser }: LoginDeps,
): Promise<Failure | undefined> {
  if (command === undefined) return undefined;
  try {
    return await browser.open(url, command);
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}

/** Where a pasted URL begins: earlier lines do not belong to it. */
const URL_START = /^[^\w?]*(?:https?:|\?)/i;
/** Each line parses all lines before it again. The length is in UTF-16 units; a mail has 76 on a line. */
const MOST_PASTED = { lines: 100, length: 32 * 1024 };

async function receivePasted(
  authorization: Authorization,
  receive: Receive,
  step: Step,
  { listen, isDeserted }: LoginInput,
  { pasted, signal }: LoginDeps,
): Promise<void> {
  if (pasted === undefined) return;
  let lastError: SgidError | undefined;
  // A mail or a terminal may have broken the URL into several lines.
  let lines: readonly string[] = [];
  for await (const line of pasted) {
    if (line.trim() === '') continue;
    if (URL_START.test(line)) lines = [line];
    else if (lines.length > 0) lines = [...lines, line];
    const joined = lines.join('');
    if (lines.length > MOST_PASTED.lines || joined.length > MOST_PASTED.length) lines = [];
    const alone = parseRedirectedUrl(line, authorization);
    const found =
      alone instanceof SgidError && lines.length > 1 ? parseRedirectedUrl(joined, authorization) : alone;
    if (found instanceof SgidError) {
      step.unexpected(found);
      lastError = found;
      continue;
    }
    const refused = receive(found, false);
    if (refused?.kind !== 'rejected') return;
    lastError = refused.error;
  }
  // An interruption ends the lines, too.
  signal.throwIfAborted();
  if (listen === undefined) throw lastError ?? inputEnded(authorization.redirectUri, isDeserted);
}

/** sgID shows a page instead of redirecting when the client, the redirect URI or a scope is wrong. */
function callbackTimeout(
  { scope, timeoutMs, listen, tls, embedded, isDeserted, unattended }: LoginInput,
  { redirectUri, issuer }: Authorization,
  clues: readonly string[],
  unexpected: SgidError | undefined,
): SgidError {
  const what = listen === undefined ? 'redirected URL' : 'callback';
  const which = unexpected === undefined ? what : `${what} of this login`;
  const message = `no ${which} came within ${spellTimeout(timeoutMs)}`;
  const longer = `wait longer with --timeout ${Math.ceil((2 * timeoutMs) / 60_000)}m.`;
  if (unattended) {
    const causes = [...clues, 'the provider did not redirect to the callback'];
    const hint = `To see what it answered, add --verbose; or ${longer}`;
    return new SgidError('ERR_CALLBACK_TIMEOUT', message, { causes, hint });
  }
  const absent = isDeserted ? 'nobody is there to log in: CI is set' : 'the person did not finish the login';
  // Callbacks arrive: neither the registration nor the network is to blame.
  if (unexpected !== undefined) {
    const { hint } = unexpected;
    return new SgidError('ERR_CALLBACK_TIMEOUT', message, { causes: [...clues, absent], hint });
  }
  const registration = [
    `the redirect URI ${redirectUri} is not registered for this client (the browser then shows an error page)`,
    'the client id is wrong, or of another environment',
    `a scope of "${scope.join(' ')}" is not granted to this client`,
  ];
  const advice = embedded
    ? 'Log in without a browser with --persona wei-ming'
    : `Register exactly ${redirectUri} ${placeOfRegistration(issuer)}`;
  const elsewhere = ['the browser runs on another machine than this command: use --manual'];
  return new SgidError('ERR_CALLBACK_TIMEOUT', message, {
    causes: [
      ...clues,
      absent,
      // The client is always registered at the embedded provider.
      ...(embedded ? [] : registration),
      ...(tls === undefined ? [] : ['the browser is showing a certificate warning']),
      'the provider cannot be reached from where the browser runs',
      ...(listen === undefined || isDeserted ? [] : elsewhere),
    ],
    hint: isDeserted ? WITHOUT_A_PERSON : `Look at what the browser shows. ${advice}, or ${longer}`,
  });
}

/** As `--timeout` takes it. */
function spellTimeout(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  return Number.isInteger(minutes) ? `${minutes}m` : `${milliseconds / 1000}s`;
}
