import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CheckFinding } from '../../../../src/check/check.ts';
import type { Subject } from '../../../../src/check/credentials.ts';
import { checkPrivateKey, checkPublicKey } from '../../../../src/check/key-checks.ts';
import { TEST_PUBLIC_KEY } from '../../../../src/mock/test-credentials.ts';
import {
  broken,
  createCheckContext,
  createSubject,
  found,
  verdictOf,
} from '../../../helpers/check-context.ts';
import { keyText, RSA_2048 } from '../../keys/key-fixtures.ts';

const OWN = createPublicKey(TEST_PUBLIC_KEY);
const OTHER = createPublicKey(keyText('public.pem'));

describe('the check of the private key', () => {
  const check = (privateKey: Subject['privateKey']): CheckFinding =>
    checkPrivateKey(createCheckContext({ subject: createSubject({ privateKey }) }));

  it('tells size and fingerprint', () => {
    expect(check(found(createPrivateKey(keyText('rsa-2048.pkcs8.pem'))))).toEqual({
      verdict: 'pass',
      evidence: `RSA of 2048 bits, fingerprint SHA-256 ${RSA_2048}`,
    });
  });

  it.each(['ERR_PRIVATE_KEY', 'ERR_PRIVATE_KEY_SIZE', 'ERR_PRIVATE_KEY_PASSPHRASE', 'ERR_FILE'] as const)(
    'fails with %s',
    (code) => {
      expect(verdictOf(check(broken(code)))).toBe(`fail ${code}`);
    },
  );

  it('is skipped where there is none, which the check of the credentials tells', () => {
    expect(check(broken('ERR_MISSING_CREDENTIALS'))).toMatchObject({
      verdict: 'skip',
      blockedBy: { code: 'ERR_MISSING_CREDENTIALS' },
    });
  });
});

describe('the check of the public key', () => {
  const check = (changes: Partial<Subject>): CheckFinding =>
    checkPublicKey(createCheckContext({ subject: createSubject(changes) }));

  it('passes for the one of the private key', () => {
    const finding = check({ publicKeys: [{ keys: [OWN], origin: 'client.json' }] });
    expect(finding).toEqual({
      verdict: 'pass',
      evidence: 'the public key in client.json belongs to the private key',
    });
  });

  it('fails for another, and names its place', () => {
    const finding = check({
      publicKeys: [
        { keys: [OWN], origin: 'client.json' },
        { keys: [OTHER], origin: 'other.json' },
      ],
    });
    expect(verdictOf(finding)).toBe('fail ERR_PRIVATE_KEY');
    expect(finding.evidence).toContain('other.json');
  });

  it('passes where one key of several is its own, as in a JWKS', () => {
    expect(check({ publicKeys: [{ keys: [OTHER, OWN], origin: 'x' }] }).verdict).toBe('pass');
  });

  it('is skipped where none came along, or there is no private key', () => {
    expect(check({ publicKeys: [] })).toMatchObject({ verdict: 'skip' });
    expect(check({ privateKey: broken('ERR_PRIVATE_KEY') })).toMatchObject({
      verdict: 'skip',
      blockedBy: { code: 'ERR_PRIVATE_KEY' },
    });
  });
});
