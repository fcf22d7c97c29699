import { SgidError } from '../protocol/errors.ts';
import type { LoginRequest } from './login.ts';

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
