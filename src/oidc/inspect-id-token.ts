import { isNonEmptyString } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';
import { CLOCK_TOLERANCE, hashAccessToken, SIGNATURE_ALGORITHM } from './id-token.ts';
import { fail, pass, skip, type TokenVerdict } from './verdict.ts';

/** An ID token taken apart, and what it is held against. What is `undefined` is not known. */
export interface IdTokenInspection {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly issuer: string;
  readonly clientId: string | undefined;
  readonly nonce: string | undefined;
  readonly accessToken: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * Looks at everything about an ID token but its signature (OpenID Connect Core section 3.1.3.7), and goes on after
 * a failure. Agrees with `verifyIdToken`, which lets a token in.
 */
export function inspectIdToken(inspection: IdTokenInspection): readonly TokenVerdict[] {
  return [
    judgeAlgorithm(inspection),
    judgeIssuer(inspection),
    judgeAudience(inspection),
    judgeSubject(inspection),
    judgeExpiry(inspection),
    judgeIssuedAt(inspection),
    ...judgeNotBefore(inspection),
    judgeNonce(inspection),
    ...judgeAccessTokenHash(inspection),
  ];
}

function judgeAlgorithm({ header: { alg, crit } }: IdTokenInspection): TokenVerdict {
  const check = 'algorithm';
  if (alg !== SIGNATURE_ALGORITHM) {
    return fail(check, `${show(alg)}; only ${SIGNATURE_ALGORITHM} is accepted`, 'ERR_ID_TOKEN_ALGORITHM');
  }
  // RFC 7515 section 4.1.11: what is critical must be understood.
  if (crit !== undefined) return fail(check, 'the header has critical extensions', 'ERR_ID_TOKEN_INVALID');
  return pass(check, SIGNATURE_ALGORITHM);
}

function judgeIssuer({ claims: { iss }, issuer }: IdTokenInspection): TokenVerdict {
  if (iss === issuer) return pass('issuer', issuer);
  return fail('issuer', `${show(iss)}; expected ${issuer}`, 'ERR_ID_TOKEN_ISSUER');
}

function judgeAudience({ claims: { aud, azp }, clientId }: IdTokenInspection): TokenVerdict {
  const check = 'audience';
  if (clientId === undefined) return skip(check, 'no client id to compare with (--client-id)');
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(clientId)) {
    return fail(check, `${show(aud)}; expected ${clientId}`, 'ERR_ID_TOKEN_AUDIENCE');
  }
  if (azp !== clientId && (azp !== undefined || audiences.length > 1)) {
    return fail(check, `the authorized party is ${show(azp)}; expected ${clientId}`, 'ERR_ID_TOKEN_AUDIENCE');
  }
  return pass(check, clientId);
}

function judgeSubject({ claims: { sub } }: IdTokenInspection): TokenVerdict {
  return isNonEmptyString(sub)
    ? pass('subject', 'present')
    : fail('subject', 'names nobody', 'ERR_ID_TOKEN_SUB');
}

function judgeExpiry({ claims: { exp }, now }: IdTokenInspection): TokenVerdict {
  const check = 'expiry';
  const code = 'ERR_ID_TOKEN_EXPIRED';
  if (typeof exp !== 'number') return fail(check, `${show(exp)}; expected seconds`, code);
  if (exp > toSeconds(now) - CLOCK_TOLERANCE) return pass(check, `valid until ${formatTime(exp)}`);
  return fail(check, `expired at ${formatTime(exp)}; it is ${formatTime(toSeconds(now))}`, code);
}

function judgeIssuedAt({ claims: { iat }, now }: IdTokenInspection): TokenVerdict {
  return judgeStart('issued-at', iat, now);
}

function judgeNotBefore({ claims: { nbf }, now }: IdTokenInspection): readonly TokenVerdict[] {
  return nbf === undefined ? [] : [judgeStart('not-before', nbf, now)];
}

function judgeStart(check: string, start: unknown, now: number): TokenVerdict {
  const code = 'ERR_ID_TOKEN_ISSUED_AT';
  if (typeof start !== 'number') return fail(check, `${show(start)}; expected seconds`, code);
  if (start <= toSeconds(now) + CLOCK_TOLERANCE) return pass(check, formatTime(start));
  return fail(check, `${formatTime(start)} is in the future; it is ${formatTime(toSeconds(now))}`, code);
}

function judgeNonce({ claims: { nonce: found }, nonce }: IdTokenInspection): TokenVerdict {
  if (nonce === undefined) {
    return skip('nonce', `${found === undefined ? 'none' : 'present'}; none to compare with (--nonce)`);
  }
  if (found === nonce) return pass('nonce', 'the one given');
  return fail(
    'nonce',
    `${found === undefined ? 'none' : 'another'} than the one given`,
    'ERR_ID_TOKEN_NONCE',
  );
}

function judgeAccessTokenHash({
  claims: { at_hash: found },
  accessToken,
}: IdTokenInspection): readonly TokenVerdict[] {
  const check = 'access-token-hash';
  if (found === undefined) return [];
  if (accessToken === undefined) return [skip(check, 'no access token to compare with')];
  if (found === hashAccessToken(accessToken)) return [pass(check, 'that of the access token')];
  return [fail(check, 'that of another access token', 'ERR_ID_TOKEN_AT_HASH')];
}

/** Whole seconds, as jose counts them. */
function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** The last second that a date can hold. */
const LAST_SECOND = 8.64e12;

function formatTime(seconds: number): string {
  if (!(Math.abs(seconds) <= LAST_SECOND)) return `${seconds} s`;
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function show(value: unknown): string {
  return value === undefined ? 'none' : toPrintable(JSON.stringify(value), 200);
}
