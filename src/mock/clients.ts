import { createPublicKey, KeyObject } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import { bitsOf, MINIMUM_BITS } from '../keys/private-key.ts';
import { OPENID_SCOPE } from '../sgid/scopes.ts';

/**
 * A client as one registers it in the developer portal.
 *
 * @see docs/mock.md, "Clients"; RFC 6749 section 2.
 * @example
 * ```ts
 * import { type MockClient, startMockSgid } from 'sgid-cli/mock';
 *
 * const client: MockClient = {
 *   clientId: 'MYAPP-1a2b3c4d',
 *   clientSecret: 'any secret',
 *   redirectUris: ['http://localhost:3000/callback'],
 *   scopes: ['openid', 'myinfo.name'],
 *   publicKey,
 * };
 * const mock = await startMockSgid({ clients: [client] });
 * ```
 */
export interface MockClient {
  /** Not empty. */
  readonly clientId: string;
  /** Not empty. */
  readonly clientSecret: string;
  /** Absolute URIs without a fragment, compared character by character, port included. */
  readonly redirectUris: readonly string[];
  /** The scopes that it may ask for; must hold `openid`. */
  readonly scopes: readonly string[];
  /** RSA of 2048 bits or more, PEM text or a key object. Personal data is encrypted to it. */
  readonly publicKey: KeyObject | string;
}

export interface RegisteredClient extends MockClient {
  readonly publicKey: KeyObject;
}

export function registerClient(client: MockClient): RegisteredClient {
  const { clientId, clientSecret, redirectUris, scopes } = client;
  if (clientId === '') throw registrationError('has an empty client id', 'Give it an id.');
  if (clientSecret === '') {
    throw registrationError(`${clientId} has an empty client secret`, 'Give it a secret.');
  }
  const badUri = redirectUris.find((uri) => !isRedirectUri(uri));
  if (badUri !== undefined || redirectUris.length === 0) {
    const what =
      badUri === undefined ? 'no redirect URI' : `an unusable redirect URI: ${JSON.stringify(badUri)}`;
    throw new SgidError('ERR_REDIRECT_URI', `the mock client ${clientId} has ${what}`, {
      hint: 'Use an absolute URI without a fragment, for example http://localhost:5001/api/redirect.',
    });
  }
  const badScope = scopes.find((scope) => !isScopeName(scope));
  if (badScope !== undefined) {
    const hint = 'Give each scope by its own name, for example myinfo.name.';
    throw registrationError(`${clientId} has an unusable scope: ${JSON.stringify(badScope)}`, hint);
  }
  if (!scopes.includes(OPENID_SCOPE)) {
    throw registrationError(`${clientId} lacks the scope openid`, 'Add openid to its scopes.');
  }
  const { key, problem } = parsePublicKey(client.publicKey);
  if (key !== undefined) return { ...client, publicKey: key };
  throw registrationError(
    `${clientId} has a public key that ${problem}`,
    'Make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048',
  );
}

function registrationError(what: string, hint: string): SgidError {
  return new SgidError('ERR_CREDENTIALS_FILE', `the mock client ${what}`, { hint });
}

/** Absolute, without a fragment (RFC 6749 section 3.1.2), and of characters that belong in a URI. */
export function isRedirectUri(text: string): boolean {
  return /^[\x21-\x7E]+$/.test(text) && URL.canParse(text) && !text.includes('#');
}

/** A scope becomes a member name of the userinfo answer: to begin with a letter rules `__proto__` out. */
export function isScopeName(text: string): boolean {
  return /^[A-Za-z][\w.:/-]*$/.test(text);
}

export function parsePublicKey(publicKey: KeyObject | string): { key?: KeyObject; problem?: string } {
  try {
    const isPublic = publicKey instanceof KeyObject && publicKey.type === 'public';
    const key = isPublic ? publicKey : createPublicKey(publicKey);
    const bits = key.asymmetricKeyType === 'rsa' ? bitsOf(key) : 0;
    return bits >= MINIMUM_BITS ? { key } : { problem: `is not an RSA key of at least ${MINIMUM_BITS} bits` };
  } catch {
    return { problem: 'is not a public key in PEM' };
  }
}
