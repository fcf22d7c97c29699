import { createHash } from 'node:crypto';
import {
  type CryptoKey,
  compactVerify,
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import { isNestedTooDeep, isNonEmptyString } from '../text/guards.ts';

/** The only signature that is accepted, whatever a token's header says (RFC 8725 section 3.1). */
export const SIGNATURE_ALGORITHM = 'RS256';

/** How far the clocks may be apart, in seconds. */
export const CLOCK_TOLERANCE = 60;

/** The `at_hash` of an access token: the left half of its SHA-256 (OpenID Connect Core section 3.1.3.6). */
export function hashAccessToken(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
}

/** What an ID token must match. */
export interface ExpectedIdToken {
  readonly issuer: string;
  readonly clientId: string;
  /** The nonce of the authorization request; `undefined` when none was sent. */
  readonly nonce: string | undefined;
  /** The access token that came with it, for `at_hash`. */
  readonly accessToken: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** The claims of a verified ID token. */
export interface IdTokenClaims extends JWTPayload {
  /** The pairwise identifier of the person. */
  readonly sub: string;
}

const ALGORITHMS = [SIGNATURE_ALGORITHM];

/**
 * Verifies an ID token (OpenID Connect Core section 3.1.3.7): RS256 by a key of the JWKS, issuer, audience,
 * authorized party, expiry, issue time, nonce, subject and, where present, `at_hash`. When no key fits or the
 * signature fails, the JWKS is asked for once more, because the provider may have changed its keys.
 *
 * @throws SgidError `ERR_ID_TOKEN_*`.
 */
export async function verifyIdToken(
  idToken: string,
  expected: ExpectedIdToken,
  loadJwks: (fresh: boolean) => Promise<JSONWebKeySet>,
): Promise<IdTokenClaims> {
  const kept = await loadJwks(false);
  let payload: JWTPayload;
  try {
    payload = await verifyWith(kept, idToken, expected);
  } catch (error) {
    if (
      !(error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed)
    ) {
      throw toSgidError(error);
    }
    const fresh = await loadJwks(true);
    payload = await verifyWith(fresh, idToken, expected).catch((again: unknown) => {
      throw toSgidError(again);
    });
  }
  return readClaims(payload, expected);
}

/**
 * Checks the signature of an ID token, and nothing else about it.
 *
 * @throws SgidError `ERR_ID_TOKEN_ALGORITHM`, `ERR_ID_TOKEN_SIGNATURE` or `ERR_ID_TOKEN_INVALID`.
 */
export async function verifySignature(idToken: string, jwks: JSONWebKeySet): Promise<void> {
  await findSigningKey(idToken, jwks).catch((error: unknown) => {
    throw toSgidError(error);
  });
}

async function verifyWith(
  jwks: JSONWebKeySet,
  idToken: string,
  expected: ExpectedIdToken,
): Promise<JWTPayload> {
  // The signature alone first: a token that a key did sign but whose claims fail must be refused for its claims.
  const key = await findSigningKey(idToken, jwks);
  const { payload } = await jwtVerify(idToken, key, {
    algorithms: ALGORITHMS,
    issuer: expected.issuer,
    audience: expected.clientId,
    clockTolerance: CLOCK_TOLERANCE,
    currentDate: new Date(expected.now),
    requiredClaims: ['sub', 'exp', 'iat'],
  });
  return payload;
}

/** The key of the set that made the signature. Rejects with the errors of jose. */
async function findSigningKey(idToken: string, jwks: JSONWebKeySet): Promise<CryptoKey | Uint8Array> {
  const options = { algorithms: ALGORITHMS };
  try {
    return (await compactVerify(idToken, createLocalJWKSet(jwks), options)).key;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        await compactVerify(idToken, key, options);
        return key;
      } catch {
        // Another of the keys may fit.
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** Judges what jose leaves open. */
function readClaims(payload: JWTPayload, expected: ExpectedIdToken): IdTokenClaims {
  const { sub, aud, azp, iat, nonce } = payload;
  if (isNestedTooDeep(payload)) throw idTokenError('ERR_ID_TOKEN_INVALID', 'is nested too deep');
  // The authorized party must be this client wherever it is named, and several audiences must name it.
  if (azp !== expected.clientId && (azp !== undefined || (Array.isArray(aud) && aud.length > 1))) {
    throw idTokenError('ERR_ID_TOKEN_AUDIENCE', 'was not issued to this client');
  }
  if (iat === undefined || iat > expected.now / 1000 + CLOCK_TOLERANCE) {
    throw idTokenError(
      'ERR_ID_TOKEN_ISSUED_AT',
      'was issued in the future',
      'Set the clock of this machine.',
    );
  }
  if (nonce !== expected.nonce) {
    throw idTokenError(
      'ERR_ID_TOKEN_NONCE',
      'does not carry the nonce of this login',
      'It may be replayed. Log in again.',
    );
  }
  if (!isNonEmptyString(sub)) throw idTokenError('ERR_ID_TOKEN_SUB', 'names no subject');
  const atHash = payload['at_hash'];
  if (atHash !== undefined && atHash !== hashAccessToken(expected.accessToken)) {
    throw idTokenError('ERR_ID_TOKEN_AT_HASH', 'does not belong to the access token that came with it');
  }
  return { ...payload, sub };
}

const CLAIM_ERRORS: Readonly<Record<string, readonly [SgidErrorCode, string, string?]>> = {
  iss: [
    'ERR_ID_TOKEN_ISSUER',
    'names another issuer',
    'Use the hostname without a trailing slash, and of the right environment.',
  ],
  aud: ['ERR_ID_TOKEN_AUDIENCE', 'is for another client', 'Check the client id (--client-id).'],
  sub: ['ERR_ID_TOKEN_SUB', 'names no subject'],
  exp: ['ERR_ID_TOKEN_EXPIRED', 'has no usable expiry'],
  iat: ['ERR_ID_TOKEN_ISSUED_AT', 'has no usable issue time'],
  nbf: ['ERR_ID_TOKEN_ISSUED_AT', 'is not valid yet', 'Set the clock of this machine.'],
};

function toSgidError(error: unknown): SgidError {
  if (error instanceof errors.JWTExpired) {
    return idTokenError(
      'ERR_ID_TOKEN_EXPIRED',
      'has expired',
      'Set the clock of this machine, or log in again.',
    );
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    const [code, message, hint] = CLAIM_ERRORS[error.claim] ?? [
      'ERR_ID_TOKEN_INVALID',
      'has an unusable claim',
    ];
    return idTokenError(code, message, hint);
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return idTokenError('ERR_ID_TOKEN_ALGORITHM', 'is not signed with RS256, the only algorithm accepted');
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    return idTokenError('ERR_ID_TOKEN_SIGNATURE', "is signed by a key that is not among the provider's");
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return idTokenError('ERR_ID_TOKEN_SIGNATURE', "has a signature that none of the provider's keys made");
  }
  // jose throws a TypeError or a DOMException for a key that it cannot use, such as RSA below 2048 bits.
  return idTokenError('ERR_ID_TOKEN_INVALID', 'is malformed, or the key that signed it is unusable');
}

function idTokenError(
  code: SgidErrorCode,
  message: string,
  hint = 'Do not trust this login; tell the operators of the provider.',
): SgidError {
  return new SgidError(code, `the ID token ${message}`, { step: 'id-token', hint });
}
