import { isLoopbackHost } from '../oidc/endpoints.ts';
import { missingCredentials } from '../settings/settings.ts';
import { DEFAULT_HOSTNAME } from '../sgid/endpoints.ts';
import { readScope, SCOPES } from '../sgid/scopes.ts';
import { nearestName } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import {
  type CheckContext,
  type CheckFinding,
  failBy,
  isMissing,
  pass,
  skip,
  unusable,
  warn,
} from './check.ts';

/** Whether every value that a login needs is there, and where each comes from. */
export function checkCredentials({ subject }: CheckContext): CheckFinding {
  const { clientId, clientSecret, privateKey, redirectUri } = subject;
  const missing = REQUIRED.filter((name) => isMissing(subject[name]));
  if (missing.length > 0) return failBy(missingCredentials(missing, []));
  if (!clientId.ok) return failBy(clientId.error);
  if (!clientSecret.ok) return failBy(clientSecret.error);
  const origins = [
    `client ${clientId.value} from ${clientId.origin}`,
    `secret from ${clientSecret.origin}`,
    ...(privateKey.ok ? [`private key from ${privateKey.origin}`] : []),
    ...(redirectUri.ok ? [`redirect URI from ${redirectUri.origin}`] : []),
  ];
  return pass(origins.join(', '));
}

const REQUIRED = ['clientId', 'clientSecret', 'privateKey', 'redirectUri'] as const;

/** Whether the provider's hostname is one. */
export function checkProvider({ subject: { hostname } }: CheckContext): CheckFinding {
  if (!hostname.ok) return failBy(hostname.error);
  const which = hostname.value === DEFAULT_HOSTNAME ? 'the real sgID' : `not ${DEFAULT_HOSTNAME}`;
  return pass(`${hostname.value} (${which}), from ${hostname.origin}`);
}

/** Whether the redirect URI is well-formed, and one that `sgid login` can listen on. */
export function checkRedirectUri({ subject: { redirectUri } }: CheckContext): CheckFinding {
  if (!redirectUri.ok) {
    return isMissing(redirectUri)
      ? unusable('there is no usable redirect URI', redirectUri)
      : failBy(redirectUri.error);
  }
  const { hostname, protocol } = new URL(redirectUri.value);
  if (isLoopbackHost(hostname) || protocol === 'https:') return pass(redirectUri.value);
  return warn(
    `${redirectUri.value} is sent over http to another machine: whoever is in between can take the code`,
    'Register one with https, or http://localhost:<port>/<path> for development.',
  );
}

/** Whether the scope is well-formed, and its names are in the catalogue. */
export function checkScopes({ subject: { scope } }: CheckContext): CheckFinding {
  if (!scope.ok) return failBy(scope.error);
  const { unknown } = readScope(scope.value);
  if (unknown.length === 0) return pass(`${scope.value}, from ${scope.origin}`);
  const names = SCOPES.map(({ name }) => name);
  const near = unknown.flatMap((name) => nearestName(name, names) ?? []);
  return warn(
    `not in the catalogue: ${toPrintable(unknown.join(', '), 500)}`,
    near.length > 0
      ? `Did you mean ${near.join(', ')}? The catalogue: sgid scopes`
      : 'The provider may know more; the catalogue is: sgid scopes',
  );
}

/**
 * Whether `sgid login` could listen for the callback. A port in use is no fault of the credentials: the
 * application under development may be what uses it.
 */
export async function checkCallbackPort({ subject, probePort }: CheckContext): Promise<CheckFinding> {
  const { redirectUri } = subject;
  if (!redirectUri.ok) return unusable('there is no usable redirect URI', redirectUri);
  const reading = await probePort(redirectUri.value);
  switch (reading.kind) {
    case 'free':
      return pass(`port ${reading.port} is free on ${reading.addresses.map(inBrackets).join(' and ')}`);
    case 'taken':
      return warn(reading.reason, reading.hint);
    case 'elsewhere':
      return skip(reading.reason);
  }
}

/** As URLs write an IPv6 address. */
function inBrackets(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
