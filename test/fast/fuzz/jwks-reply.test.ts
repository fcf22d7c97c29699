import { createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { acceptCode } from '../../../src/oidc/callback.ts';
import { attempt, isNestedTooDeep, isRecord } from '../../../src/text/guards.ts';
import type { Reply } from '../../helpers/fake-provider.ts';
import { NONCE, publicJwkOf, signIdToken, signingKey, strangerKey } from '../../helpers/sign-id-token.ts';
import { fuzz } from './fuzz.ts';
import { anyJson, anyObject, asJson } from './hostile-json.ts';
import { anyReply, attemptAt, readObject, SENT } from './hostile-provider.ts';
import { anyPlace, mostly } from './hostile-text.ts';

const NAMED = await signIdToken();
const NAMELESS = await signIdToken({}, { header: { kid: undefined } });
const GENUINE: Readonly<Record<string, unknown>> = { ...signingKey.jwk };
const STRANGER: Readonly<Record<string, unknown>> = publicJwkOf(strangerKey, { kid: signingKey.kid });
const PRIVATE: Readonly<Record<string, unknown>> = {
  ...signingKey.privateKey.export({ format: 'jwk' }),
  kid: signingKey.kid,
};

const membersOf = (jwk: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(jwk).map(([name, value]) => [name, asJson(value)]));

const PURPOSES = [
  '"enc"',
  '"sig"',
  '"RS512"',
  '"PS256"',
  '["verify"]',
  '["sign"]',
  '["verify","verify"]',
  '"AQAB"',
  '"Aw"',
];
const anyPurpose = mostly(anyJson, fc.constantFrom(...PURPOSES), 1);

const anyKey = fc.oneof(
  { weight: 3, arbitrary: anyObject(membersOf(GENUINE), anyPurpose) },
  { weight: 1, arbitrary: anyObject(membersOf(STRANGER), anyPurpose) },
  { weight: 1, arbitrary: anyObject(membersOf(PRIVATE), anyPurpose) },
  { weight: 1, arbitrary: anyJson },
);

const anyKeys = fc
  .tuple(
    fc.array(anyKey, { minLength: 1, maxLength: 4 }),
    anyPlace,
    mostly(fc.constant(1), fc.constant(300), 200),
  )
  .map(([keys, place, times]) => {
    const at = place % keys.length;
    return `[${keys.toSpliced(at, 1, ...Array<string>(times).fill(keys[at] ?? '')).join()}]`;
  });

const anyJwks = mostly(
  anyKeys.map((keys) => `{"keys":${keys}}`),
  anyObject({ keys: anyKeys }),
);

/** Whether a key made the signature, and is a public key of RSA for that: without jose. */
function isSigner(jwk: unknown, token: string): boolean {
  if (!isRecord(jwk) || jwk['kty'] !== 'RSA') return false;
  if (token === NAMED && jwk['kid'] !== signingKey.kid) return false;
  const [header, payload, signature = ''] = token.split('.');
  const input = Buffer.from(`${header}.${payload}`);
  const key = attempt(() =>
    createPublicKey({ key: { kty: 'RSA', n: String(jwk['n']), e: String(jwk['e']) }, format: 'jwk' }),
  );
  return key !== undefined && verify('sha256', input, key, Buffer.from(signature, 'base64url'));
}

function readKeys(reply: Reply): readonly unknown[] {
  const { keys } = readObject(reply) ?? {};
  return Array.isArray(keys) ? keys : [];
}

const text = (value: unknown): string => (isNestedTooDeep(value) ? '' : JSON.stringify(value));

fuzz(
  'a JWKS reply verifies an ID token by the key that signed it alone',
  { short: 100, long: 100_000 },
  fc.asyncProperty(anyReply(anyJwks), fc.constantFrom(NAMED, NAMELESS), async (reply, id_token) => {
    const outcome = await attemptAt(
      { jwks: reply, token: { body: { id_token, access_token: SENT.accessToken } } },
      (provider, options) =>
        provider.exchange(
          acceptCode(SENT.code),
          { codeVerifier: SENT.codeVerifier, redirectUri: 'http://localhost:5001/callback', nonce: NONCE },
          options,
        ),
      { ...SENT, id_token },
    );
    const keys = readKeys(reply);
    if ('result' in outcome) expect(keys.some((jwk) => isSigner(jwk, id_token))).toBe(true);
    // The key of the provider is found among whatever is beside it, up to a hundred.
    else if (keys.length <= 100) expect(keys.map(text)).not.toContain(JSON.stringify(GENUINE));
  }),
);
