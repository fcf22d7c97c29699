import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CheckFinding } from '../../../../src/check/check.ts';
import { checkCanary } from '../../../../src/check/key-checks.ts';
import { MOCKPASS_PROFILE, SDK_PROFILE } from '../../../../src/mock/encryption.ts';
import { TEST_PUBLIC_KEY } from '../../../../src/mock/test-credentials.ts';
import {
  broken,
  createCheckContext,
  createSubject,
  found,
  verdictOf,
} from '../../../helpers/check-context.ts';
import { savedUserinfo, withHeader } from '../../../helpers/saved-userinfo.ts';
import { keyText } from '../../keys/key-fixtures.ts';

/** The `key` of a userinfo reply. */
function canaryFor(publicKey = TEST_PUBLIC_KEY, profile = SDK_PROFILE): string {
  return JSON.parse(savedUserinfo(undefined, {}, profile, createPublicKey(publicKey))).key;
}

function check(canary: string): Promise<CheckFinding> {
  return checkCanary(createCheckContext({ canary: found(canary, 'canary.txt') }));
}

describe('the check of the canary', () => {
  it.each([
    ['the SDK', SDK_PROFILE],
    ['MockPass', MOCKPASS_PROFILE],
  ])('passes for what is encrypted to the client as %s has it', async (_name, profile) => {
    const finding = await check(canaryFor(TEST_PUBLIC_KEY, profile));
    expect(finding.verdict).toBe('pass');
    expect(finding.evidence).toContain('canary.txt');
  });

  it('fails for what is encrypted to another key', async () => {
    expect(verdictOf(await check(canaryFor(keyText('public.pem'))))).toBe('fail ERR_DECRYPT_KEY');
  });

  it('fails for one that was changed', async () => {
    const parts = canaryFor().split('.');
    const [tag = ''] = parts.slice(-1);
    const changed = [...parts.slice(0, -1), tag.startsWith('A') ? `B${tag.slice(1)}` : `A${tag.slice(1)}`];
    expect(verdictOf(await check(changed.join('.')))).toBe('fail ERR_DECRYPT_KEY');
  });

  it.each([
    ['no JWE', 'hello', 'fail ERR_JWE_INVALID'],
    ['a whole userinfo reply', savedUserinfo(), 'fail ERR_JWE_INVALID'],
    ['one cut off', canaryFor().slice(0, 300), 'fail ERR_JWE_INVALID'],
    [
      'an algorithm that is not accepted',
      withHeader(canaryFor(), { alg: 'RSA1_5', enc: 'A256GCM' }),
      'fail ERR_JWE_ALGORITHM',
    ],
  ])('fails for %s, and blames the file', async (_name, text, verdict) => {
    const finding = await check(text);
    expect(verdictOf(finding)).toBe(verdict);
    expect(finding.evidence).toContain('canary.txt is no canary');
    expect(finding).toMatchObject({ hint: expect.stringContaining('sgid login --save-canary') });
    expect(finding.evidence).not.toContain(text);
  });

  it('fails for a file that cannot be read', async () => {
    const context = createCheckContext({ canary: broken('ERR_FILE', 'the canary x does not exist') });
    expect(await checkCanary(context)).toMatchObject({
      verdict: 'fail',
      code: 'ERR_FILE',
      evidence: 'the canary x does not exist',
    });
  });

  it('is skipped where none was given, and says how to make one', async () => {
    const finding = await checkCanary(createCheckContext());
    expect(finding).toMatchObject({ verdict: 'skip', evidence: expect.stringContaining('--save-canary') });
    expect(finding).not.toHaveProperty('blockedBy.code');
  });

  it('is skipped without a usable private key', async () => {
    const subject = createSubject({ privateKey: broken('ERR_PRIVATE_KEY') });
    const context = createCheckContext({ subject, canary: found(canaryFor()) });
    expect(await checkCanary(context)).toMatchObject({
      verdict: 'skip',
      blockedBy: { code: 'ERR_PRIVATE_KEY' },
    });
  });
});
