import { createPublicKey, type KeyObject } from 'node:crypto';
import { type EncryptionProfile, encryptUserinfo, SDK_PROFILE } from '../../src/mock/encryption.ts';
import { TEST_PUBLIC_KEY } from '../../src/mock/test-credentials.ts';
import { SUB } from './sign-id-token.ts';

/** A userinfo reply for the test client, as a person would have saved it, with changes. */
export function savedUserinfo(
  values: Readonly<Record<string, string>> = { 'myinfo.name': 'TAN AH TEST' },
  changes: Readonly<Record<string, unknown>> = {},
  profile: EncryptionProfile = SDK_PROFILE,
  publicKey: KeyObject = createPublicKey(TEST_PUBLIC_KEY),
): string {
  return JSON.stringify({ sub: SUB, ...encryptUserinfo(values, publicKey, profile), ...changes });
}

/** A compact JWE with another header, which nothing else of it fits. */
export function withHeader(jwe: string, header: Readonly<Record<string, unknown>>): string {
  const [, ...rest] = jwe.split('.');
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.');
}
