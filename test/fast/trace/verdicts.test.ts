import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../../src/errors/codes.ts';
import type { SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import type { TraceVerdict } from '../../../src/trace/trace.ts';
import { checkOf, failureOf, oauthErrorOf, passesOf, type TraceStep } from '../../../src/trace/verdicts.ts';

/** Verdicts as `pass algorithm`. */
function namesOf(verdicts: readonly TraceVerdict[]): readonly string[] {
  return verdicts.map(({ check, verdict }) => `${verdict} ${check}`);
}

const CLAIMS = ['issuer', 'audience', 'expiry', 'issued-at', 'nonce', 'subject'];
const others = (name: string): readonly string[] => CLAIMS.filter((check) => check !== name);

describe('a step that is passed', () => {
  it('lists what is always looked at, and nothing that may be absent', () => {
    expect(namesOf(passesOf('id-token'))).toEqual(
      ['algorithm', 'signature', ...CLAIMS].map((check) => `pass ${check}`),
    );
    expect(namesOf(passesOf('callback'))).toEqual(['pass parameters', 'pass state', 'pass grant']);
    expect(passesOf('discovery')).toEqual([]);
  });
});

describe('a step that failed', () => {
  it.each<[SgidErrorCode, TraceStep, readonly string[]]>([
    [
      'ERR_ID_TOKEN_ALGORITHM',
      'id-token',
      ['fail algorithm', 'skip signature', ...CLAIMS.map((check) => `skip ${check}`)],
    ],
    [
      'ERR_ID_TOKEN_NONCE',
      'id-token',
      ['pass algorithm', 'pass signature', 'fail nonce', ...others('nonce').map((check) => `skip ${check}`)],
    ],
    [
      'ERR_ID_TOKEN_AT_HASH',
      'id-token',
      [
        'pass algorithm',
        'pass signature',
        'fail access-token-hash',
        ...CLAIMS.map((check) => `skip ${check}`),
      ],
    ],
    [
      'ERR_ID_TOKEN_INVALID',
      'id-token',
      ['fail form', 'skip algorithm', 'skip signature', ...CLAIMS.map((check) => `skip ${check}`)],
    ],
    ['ERR_CALLBACK_ISSUER', 'callback', ['pass parameters', 'fail issuer', 'skip state', 'skip grant']],
    ['ERR_ACCESS_DENIED', 'callback', ['pass parameters', 'pass state', 'fail grant']],
    ['ERR_SUB_MISMATCH', 'userinfo', ['pass response', 'fail subject']],
    ['ERR_DECRYPT_FIELD', 'decrypt', ['pass payload-key', 'fail fields']],
    ['ERR_LISTEN_PORT_IN_USE', 'listen', ['fail port']],
  ])('with %s: %s', (code, step, names) => {
    expect(namesOf(failureOf(step, code))).toEqual(names);
  });

  it('carries the code and the detail with what failed alone', () => {
    expect(failureOf('token', 'ERR_TOKEN_REFUSED', 'invalid_grant')).toEqual([
      { check: 'response', verdict: 'fail', code: 'ERR_TOKEN_REFUSED', detail: 'invalid_grant' },
    ]);
  });

  it('is named for every error of the protocol', () => {
    const protocol = Object.keys(ERRORS).filter((code) =>
      /^ERR_(ID_TOKEN|CALLBACK|STATE|DECRYPT|JWE|SUB|LISTEN|TOKEN|USERINFO|NETWORK|HTTP|RESPONSE)/.test(code),
    ) as SgidErrorCode[];
    expect(protocol.length).toBeGreaterThan(25);
    for (const code of protocol) expect([code, checkOf(code)]).not.toEqual([code, 'outcome']);
  });
});

describe('the error that a provider names', () => {
  it('is told when a specification has it', () => {
    expect(oauthErrorOf('invalid_grant')).toBe('invalid_grant');
  });

  it.each(['S1234567A', 'invalid_grant for TAN AH TEST', '__proto__', ''])(
    'is not told when it is %j',
    (error) => {
      expect(oauthErrorOf(error)).toBeUndefined();
    },
  );

  it('may be missing', () => {
    expect(oauthErrorOf(undefined)).toBeUndefined();
  });
});
