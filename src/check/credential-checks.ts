import { SgidError } from '../errors/sgid-error.ts';
import { publicKeyMismatch } from '../keys/key-errors.ts';
import { bitsOf } from '../keys/private-key.ts';
import { findForeignClaims, fingerprintKey } from '../keys/public-key.ts';
import { listenError } from '../login/listen-errors.ts';
import { type ListenPlan, planListener } from '../login/listen-plan.ts';
import { describeUnverifiedTls, TRUST_PROPERLY } from '../oidc/network-error.ts';
import { describeMissing, missingCredentials } from '../settings/credential-errors.ts';
import { DEFAULT_HOSTNAME } from '../sgid/endpoints.ts';
import { findUnknownScopes, SCOPE_NAMES } from '../sgid/scopes.ts';
import { decryptPayloadKey } from '../sgid/userinfo.ts';
import { isLoopback, withBrackets } from '../system/host.ts';
import { tryPort } from '../system/ports.ts';
import { nearestName } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import {
  type CheckContext,
  type Finding,
  fail,
  failBy,
  isMissing,
  pass,
  skip,
  skipWithout,
  warn,
} from './check.ts';

export const CREDENTIAL_CHECKS = {
  credentials: checkCredentials,
  provider: checkProvider,
  'private-key': checkPrivateKey,
  'public-key': checkPublicKey,
  'redirect-uri': checkRedirectUri,
  'callback-port': checkCallbackPort,
  scopes: checkScopes,
  canary: checkCanary,
};

function checkCredentials({ credentials }: CheckContext): Finding {
  const { clientId, clientSecret, privateKey, redirectUri, mixture } = credentials;
  // First: two lines that were joined explain why other values are missing.
  if (!clientSecret.ok && clientSecret.error.code === 'ERR_CREDENTIAL_VALUE')
    return failBy(clientSecret.error);
  const required = ['clientId', 'clientSecret', 'privateKey', 'redirectUri'] as const;
  const missing = required.filter((name) => isMissing(credentials[name]));
  if (missing.length > 0) {
    // The message has a line for each, and evidence is one line.
    const evidence = `missing: ${missing.map(describeMissing).join('; ')}`;
    return { ...failBy(missingCredentials(missing)), evidence };
  }
  if (!clientId.ok) return failBy(clientId.error);
  if (!clientSecret.ok) return failBy(clientSecret.error);
  if (mixture !== undefined)
    return warn(
      mixture,
      'Take client id, secret and private key from one place: unset the variable, or leave the profile out with sgid profile use --none.',
    );
  const found = [
    [`client ${clientId.value}`, clientId],
    ['secret', clientSecret],
    ['private key', privateKey],
    ['redirect URI', redirectUri],
  ] as const;
  const origins = found.flatMap(([what, value]) => (value.ok ? [[what, value.origin] as const] : []));
  const isOne = new Set(origins.map(([, origin]) => origin)).size === 1;
  return isOne
    ? pass(`${origins.map(([what]) => what).join(', ')}, all ${describeOrigin(clientId.origin)}`)
    : pass(origins.map(([what, origin]) => `${what} ${describeOrigin(origin)}`).join(', '));
}

function describeOrigin(origin: string): string {
  return origin === 'default' ? 'by default' : `from ${origin}`;
}

function checkProvider({ credentials: { hostname }, env }: CheckContext): Finding {
  if (!hostname.ok) return failBy(hostname.error);
  const which = hostname.value === DEFAULT_HOSTNAME ? 'the real sgID' : `not ${DEFAULT_HOSTNAME}`;
  const evidence = `${hostname.value} (${which}), ${describeOrigin(hostname.origin)}`;
  const unverified = describeUnverifiedTls(hostname.value, env);
  return unverified === undefined ? pass(evidence) : warn(`${evidence}; ${unverified}`, TRUST_PROPERLY);
}

const NO_KEY = 'there is no usable private key';

function checkPrivateKey({ credentials: { privateKey } }: CheckContext): Finding {
  if (!privateKey.ok)
    return isMissing(privateKey) ? skipWithout(NO_KEY, privateKey) : failBy(privateKey.error);
  return pass(
    `RSA of ${bitsOf(privateKey.value)} bits, fingerprint SHA-256 ${fingerprintKey(privateKey.value)}`,
  );
}

function checkPublicKey({ credentials: { privateKey, publicKeys } }: CheckContext): Finding {
  if (!privateKey.ok) return skipWithout(NO_KEY, privateKey);
  if (publicKeys.length === 0)
    return skip(
      'no public key was given: a credentials file can hold it as publicKey, as the developer portal shows it',
    );
  const [foreign] = findForeignClaims(privateKey.value, publicKeys);
  if (foreign !== undefined) return failBy(publicKeyMismatch(foreign.origin));
  const places = publicKeys.map(({ origin }) => origin).join(', ');
  return pass(`the public key in ${places} belongs to the private key`);
}

const NO_REDIRECT_URI = 'there is no usable redirect URI';

function checkRedirectUri({ credentials: { redirectUri } }: CheckContext): Finding {
  if (!redirectUri.ok)
    return isMissing(redirectUri) ? skipWithout(NO_REDIRECT_URI, redirectUri) : failBy(redirectUri.error);
  const { hostname, protocol } = new URL(redirectUri.value);
  if (isLoopback(hostname) || protocol === 'https:') return pass(redirectUri.value);
  return warn(
    `${redirectUri.value} is sent over http to another machine: anybody on the way can read the code`,
    'Register one with https, or http://localhost:<port>/<path> for development.',
  );
}

async function checkCallbackPort({ credentials: { redirectUri } }: CheckContext): Promise<Finding> {
  return redirectUri.ok ? probePort(redirectUri.value) : skipWithout(NO_REDIRECT_URI, redirectUri);
}

/**
 * Whether `sgid login` could listen for the callback: opens the port and closes it again. A port in use is only a
 * warning: the application under development may use it.
 */
export async function probePort(redirectUri: string): Promise<Finding> {
  let plan: ListenPlan | undefined;
  try {
    plan = planListener(new URL(redirectUri), {});
    const addresses = await tryPort(plan.addresses, plan.port);
    const places = addresses.map(withBrackets);
    return pass(`port ${plan.port} is free on ${places.join(' and ')}`);
  } catch (thrown) {
    const error = plan ? listenError(thrown, plan) : thrown;
    if (!(error instanceof SgidError)) throw error;
    return plan ? warn(error.message, error.hint ?? '') : skip(error.message);
  }
}

function checkScopes({ credentials: { scope } }: CheckContext): Finding {
  if (!scope.ok) return failBy(scope.error);
  const unknown = findUnknownScopes(scope.value);
  if (unknown.length === 0) return pass(`${scope.value.join(' ')}, ${describeOrigin(scope.origin)}`);
  const near = unknown.flatMap((name) => nearestName(name, SCOPE_NAMES) ?? []);
  return warn(
    `not in the catalogue: ${toPrintable(unknown.join(', '), 500)}`,
    near.length > 0
      ? `Did you mean ${near.join(', ')}? The catalogue: sgid scopes`
      : 'The provider may know more; the catalogue is: sgid scopes',
  );
}

/**
 * Whether the private key still opens what the provider encrypts to this client: the payload key of an earlier
 * userinfo reply, which is random and holds no personal data.
 */
function checkCanary({ credentials: { privateKey }, canary }: CheckContext): Finding {
  if (canary === undefined)
    return skip(
      'no canary given (an encrypted reply to test the key with): save one with sgid login --save-canary <file>, use it with --canary <file>',
    );
  if (!canary.ok) return failBy(canary.error);
  if (!privateKey.ok) return skipWithout(NO_KEY, privateKey);
  try {
    decryptPayloadKey(canary.value, privateKey.value);
    return pass(`the private key opens what the provider encrypted to this client, from ${canary.origin}`);
  } catch (error) {
    if (!(error instanceof SgidError)) throw error;
    if (error.code === 'ERR_DECRYPT_KEY') return failBy(error);
    return fail(
      error.code,
      `${canary.origin} is not a canary: it does not hold the key of a userinfo reply, one compact JWE`,
      'Make a new one with: sgid login --save-canary <file>',
    );
  }
}
