import { createHash } from 'node:crypto';
import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet } from 'jose';
import { SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import { isNonEmptyString } from '../text/guards.ts';
import { quoteValue } from '../text/printable.ts';
import { type CompactToken, decodeCompact, isCompact, type Members } from './compact.ts';
import { CLOCK_TOLERANCE } from './transport.ts';
import { DO_NOT_TRUST, fail, pass, skip, type Verdict } from './verdict.ts';

/** The only signature that is accepted, whatever a token's header says (RFC 8725 section 3.1). */
const SIGNATURE_ALGORITHM = 'RS256';

/** What an ID token must match. What is `undefined` is not known, and not compared. */
export interface ExpectedIdToken {
  readonly issuer: string | undefined;
  readonly clientId: string | undefined;
  /** The nonce of the authorization request; `null` when none was sent. */
  readonly nonce: string | null | undefined;
  readonly accessToken: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** The keys of the provider; asked once more when none of them made a signature, because they may have changed. */
export type LoadJwks = (fresh: boolean) => Promise<JSONWebKeySet>;

export interface VerifiedIdToken {
  readonly verdicts: readonly Verdict[];
  readonly claims: Members;
}

/**
 * Makes every check of an ID token (OpenID Connect Core section 3.1.3.7), and goes on after one failed: a login throws
 * the first that failed.
 *
 * @param loadJwks Left out, the signature is not checked.
 * @throws SgidError when the provider's keys cannot be had.
 */
export async function verifyIdToken(
  idToken: string,
  expected: ExpectedIdToken,
  loadJwks?: LoadJwks,
): Promise<VerifiedIdToken> {
  const isSigned = isCompact(idToken) && idToken.split('.').length === 3;
  if (!isSigned) return malformed(idTokenError('ERR_ID_TOKEN_INVALID', 'is not a signed JWT'));
  let token: CompactToken;
  try {
    token = decodeCompact(idToken);
  } catch (error) {
    return malformed(error as SgidError);
  }
  const { header, claims = {} } = token;
  const algorithm = checkAlgorithm(header);
  const signature = await checkSignature(idToken, algorithm, loadJwks);
  return { claims, verdicts: [algorithm, signature, ...checkClaims(claims, expected)] };
}

function malformed(error: SgidError): VerifiedIdToken {
  return { verdicts: [fail(error)], claims: {} };
}

function checkAlgorithm({ alg, crit }: Members): Verdict {
  if (alg !== SIGNATURE_ALGORITHM) {
    const message = 'is not signed with RS256, the only algorithm accepted';
    return refuse('ERR_ID_TOKEN_ALGORITHM', message, `${show(alg)}; only RS256 is accepted`);
  }
  if (crit === undefined) return pass('algorithm', SIGNATURE_ALGORITHM);
  // RFC 7515 section 4.1.11: what is critical must be understood.
  const message = 'has critical extensions, which are not understood';
  return refuse('ERR_ID_TOKEN_INVALID', message, 'the header has critical extensions');
}

async function checkSignature(
  idToken: string,
  algorithm: Verdict,
  loadJwks: LoadJwks | undefined,
): Promise<Verdict> {
  const check = 'signature';
  if (loadJwks === undefined) return skip(check, "not compared with the provider's keys (--verify)");
  if (algorithm.error !== undefined) return fail(algorithm.error, algorithm.error.message, check);
  let fault = await findSignatureFault(idToken, await loadJwks(false));
  if (fault?.code === 'ERR_ID_TOKEN_SIGNATURE')
    fault = await findSignatureFault(idToken, await loadJwks(true));
  if (fault !== undefined) return fail(fault, fault.message, check);
  return pass(check, 'made by a key of the provider');
}

/** `undefined` when a key of the set made the signature. */
async function findSignatureFault(idToken: string, jwks: JSONWebKeySet): Promise<SgidError | undefined> {
  const options = { algorithms: [SIGNATURE_ALGORITHM] };
  try {
    await compactVerify(idToken, createLocalJWKSet(jwks), options);
    return undefined;
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey)
      return idTokenError('ERR_ID_TOKEN_SIGNATURE', "is signed by a key that is not among the provider's");
    const isAmbiguous = error instanceof errors.JWKSMultipleMatchingKeys;
    // jose throws a TypeError or a DOMException for a key that it cannot use, such as RSA below 2048 bits.
    if (!isAmbiguous && !(error instanceof errors.JWSSignatureVerificationFailed))
      return idTokenError('ERR_ID_TOKEN_INVALID', 'is malformed, or the key that signed it is unusable');
    for await (const key of isAmbiguous ? error : []) {
      const verified = await compactVerify(idToken, key, options).catch(() => undefined);
      if (verified !== undefined) return undefined;
    }
    return idTokenError('ERR_ID_TOKEN_SIGNATURE', "has a signature that none of the provider's keys made");
  }
}

function* checkClaims(claims: Members, expected: ExpectedIdToken): Generator<Verdict> {
  yield checkIssuer(claims, expected);
  yield checkAudience(claims, expected);
  yield checkExpiry(claims, expected);
  yield checkStart('issued-at', 'iat', claims, expected, 'was issued in the future');
  if (claims['nbf'] !== undefined)
    yield checkStart('not-before', 'nbf', claims, expected, 'is not valid yet');
  yield checkNonce(claims, expected);
  yield isNonEmptyString(claims['sub'])
    ? pass('subject', 'present')
    : refuse('ERR_ID_TOKEN_SUB', 'names no subject', 'names nobody');
  if (claims['at_hash'] !== undefined) yield checkAccessTokenHash(claims, expected);
}

function checkIssuer({ iss }: Members, { issuer }: ExpectedIdToken): Verdict {
  const check = 'issuer';
  if (issuer === undefined) return skip(check, `${show(iss)}; no provider to compare with (--hostname)`);
  if (iss === issuer) return pass(check, issuer);
  const hint = 'Check that the hostname is of the right environment.';
  const detail = `${show(iss)}; expected ${issuer}`;
  return refuse('ERR_ID_TOKEN_ISSUER', `names an issuer other than ${issuer}`, detail, hint);
}

function checkAudience({ aud, azp }: Members, { clientId }: ExpectedIdToken): Verdict {
  const check = 'audience';
  const code = 'ERR_ID_TOKEN_AUDIENCE';
  if (clientId === undefined) return skip(check, 'no client id to compare with (--client-id)');
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(clientId)) {
    const detail = `${show(aud)}; expected ${clientId}`;
    const hint = 'Check the client id (--client-id).';
    return refuse(code, `is for a client other than ${clientId}`, detail, hint);
  }
  // The authorized party must be this client wherever it is named, and several audiences must name it.
  if (azp !== clientId && (azp !== undefined || audiences.length > 1)) {
    const detail = `the authorized party is ${show(azp)}; expected ${clientId}`;
    return refuse(code, 'was not issued to this client', detail);
  }
  return pass(check, clientId);
}

function checkExpiry({ exp }: Members, { now }: ExpectedIdToken): Verdict {
  const code = 'ERR_ID_TOKEN_EXPIRED';
  if (!isSeconds(exp)) return refuse(code, 'has no usable expiry', `${show(exp)}; expected seconds`);
  if (exp > now / 1000 - CLOCK_TOLERANCE) return pass('expiry', `valid until ${formatTime(exp)}`);
  const detail = `expired at ${formatTime(exp)}; it is ${formatNow(now)}`;
  const since = `${Math.floor(now / 1000 - exp)} s ago by this clock`;
  return refuse(code, `has expired, ${since}`, detail, 'Set the clock of this machine, or log in again.');
}

function checkStart(
  check: string,
  claim: string,
  claims: Members,
  { now }: ExpectedIdToken,
  early: string,
): Verdict {
  const start = claims[claim];
  const code = 'ERR_ID_TOKEN_ISSUED_AT';
  if (!isSeconds(start))
    return fail(idTokenError(code, `has an unusable ${claim}`), `${show(start)}; expected seconds`, check);
  if (start <= now / 1000 + CLOCK_TOLERANCE) return pass(check, formatTime(start));
  const detail = `${formatTime(start)} is in the future; it is ${formatNow(now)}`;
  const until = `${Math.ceil(start - now / 1000)} s from now by this clock`;
  return fail(idTokenError(code, `${early}, ${until}`, 'Set the clock of this machine.'), detail, check);
}

function checkNonce({ nonce: found }: Members, { nonce }: ExpectedIdToken): Verdict {
  const check = 'nonce';
  const isAbsent = found === undefined;
  if (nonce === undefined)
    return skip(check, `${isAbsent ? 'none' : 'present'}; none to compare with (--nonce)`);
  if (found === (nonce ?? undefined)) return pass(check, 'the one given');
  const message = 'the ID token does not carry the nonce of this login';
  const error = new SgidError('ERR_ID_TOKEN_NONCE', message, adviceOnNonce(nonce, isAbsent));
  return fail(error, isAbsent ? 'missing' : 'differs from the one given');
}

const NOT_PASSED_ON = 'the nonce of the authorization request was not passed on';
const NOT_SENT = 'the authorization request carried no nonce';
const OF_ANOTHER_LOGIN = 'the nonce and the code are of different logins';

/** Causes that cannot be where one program sends the nonce and verifies the ID token. */
export const MIXED_NONCES: readonly string[] = [NOT_PASSED_ON, NOT_SENT, OF_ANOTHER_LOGIN];

/** A nonce that was not passed on is likelier than an attack. */
function adviceOnNonce(nonce: string | null, isAbsent: boolean): Pick<SgidError, 'causes' | 'hint'> {
  const replay = 'the ID token is replayed';
  if (nonce === null) {
    return {
      causes: [NOT_PASSED_ON, replay],
      hint: 'Pass the nonce that was sent (--nonce); in code, nonce of callback().',
    };
  }
  if (isAbsent) {
    return {
      causes: [NOT_SENT, 'the provider left it out', replay],
      hint: 'Compare the nonce with the one in the authorization URL.',
    };
  }
  return {
    causes: [NOT_PASSED_ON, OF_ANOTHER_LOGIN, replay],
    hint: 'Keep the nonce of each login with its state, and pass that one on.',
  };
}

/** The left half of the SHA-256 (OpenID Connect Core section 3.1.3.6). */
function checkAccessTokenHash({ at_hash: found }: Members, { accessToken }: ExpectedIdToken): Verdict {
  const check = 'access-token-hash';
  if (accessToken === undefined) return skip(check, 'no access token to compare with');
  const half = createHash('sha256').update(accessToken).digest().subarray(0, 16);
  if (found === half.toString('base64url')) return pass(check, 'that of the access token');
  const message = 'does not belong to the access token that came with it';
  return refuse('ERR_ID_TOKEN_AT_HASH', message, 'that of another access token');
}

function isSeconds(value: unknown): value is number {
  return Number.isFinite(value);
}

const LAST_SECOND = 8.64e12;

function formatTime(seconds: number): string {
  if (Math.abs(seconds) > LAST_SECOND) return `${seconds} s`;
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function formatNow(milliseconds: number): string {
  return formatTime(Math.floor(milliseconds / 1000));
}

function show(value: unknown): string {
  return value === undefined ? 'none' : quoteValue(value);
}

function refuse(code: SgidErrorCode, message: string, detail: string, hint?: string): Verdict {
  return fail(idTokenError(code, message, hint), detail);
}

function idTokenError(code: SgidErrorCode, message: string, hint = DO_NOT_TRUST): SgidError {
  return new SgidError(code, `the ID token ${message}`, { hint });
}
