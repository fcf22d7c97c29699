import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../../src/mock/id-token.ts';
import { createTestProvider, obtainTokens } from './relying-party.ts';

describe('subjectOf', () => {
  it('is stable for a person at a client, and pairwise', () => {
    expect(subjectOf('client-a', 'zoe')).toBe(subjectOf('client-a', 'zoe'));
    expect(subjectOf('client-a', 'zoe')).not.toBe(subjectOf('client-b', 'zoe'));
    expect(subjectOf('client-a', 'zoe')).not.toBe(subjectOf('client-a', 'siti'));
  });

  it('does not confuse where one id ends and the other begins', () => {
    expect(subjectOf('a', 'b-c')).not.toBe(subjectOf('a-b', 'c'));
    expect(subjectOf('a","b', 'c')).not.toBe(subjectOf('a', 'b","c'));
  });
});

describe('at_hash', () => {
  it('is the left half of the hash of the access token', async () => {
    const { access_token, id_token } = await obtainTokens(createTestProvider());
    const hash = createHash('sha256').update(access_token, 'ascii').digest();
    expect(decodeJwt(id_token)['at_hash']).toBe(hash.subarray(0, 16).toString('base64url'));
  });
});
