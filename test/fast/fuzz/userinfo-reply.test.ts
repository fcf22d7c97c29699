import { createPrivateKey } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { FIELD_ALGORITHMS, KEY_ALGORITHMS } from '../../../src/sgid/userinfo.ts';
import { isRecord, parseJson } from '../../../src/text/guards.ts';
import type { Reply } from '../../helpers/fake-provider.ts';
import { sealText, sealUserinfo } from '../../helpers/seal-userinfo.ts';
import { SUB } from '../../helpers/sign-id-token.ts';
import { fuzz } from './fuzz.ts';
import { anyJson, anyObject, asJson } from './hostile-json.ts';
import { anyReply, attemptAt, readObject, SENT } from './hostile-provider.ts';
import { changedText, mostly } from './hostile-text.ts';
import { openByJose } from './open-by-jose.ts';

const PAYLOAD_KEY = Buffer.alloc(16, 'the payload key');
const CLAIMS = { 'myinfo.name': 'CANARY TAN MEI LING', __proto__x: 'CANARY 2', 'myinfo.sex': '' };
const SEALED = await sealUserinfo(CLAIMS, undefined, PAYLOAD_KEY);

/** Keys in a JWE that any key of ours opens, and that is no key or another one. */
const ODD_KEYS = await Promise.all(
  ['{"kty":"oct","k":""}', '{"kty":"oct","k":"AAAA"}', '{"kty":"RSA"}', '[]', 'null', ''].map((text) =>
    sealText(text),
  ),
);
/** Fields that the payload key opens. */
const ODD_FIELDS = await Promise.all(
  ['', '\uFEFFx', 'ZOË', '[1,2', Uint8Array.of(0xff, 0xfe)].map((text) =>
    sealText(text, PAYLOAD_KEY, { alg: 'dir', enc: 'A128GCM' }),
  ),
);

const anyJwe = (good: string) => {
  const text = mostly(
    fc.constant(good),
    fc.oneof(changedText(fc.constant(good)), fc.constantFrom(...ODD_KEYS, ...ODD_FIELDS)),
    12,
  );
  return text.map((jwe) => JSON.stringify(jwe));
};

const anyField = fc.oneof(
  fc.constantFrom(...ODD_FIELDS, ...Object.values(SEALED.data)).map((jwe) => JSON.stringify(jwe)),
  anyJson,
);

const anyUserinfo = anyObject({
  sub: asJson(SUB),
  key: anyJwe(SEALED.key),
  data: mostly(
    anyObject(
      Object.fromEntries(Object.entries(SEALED.data).map(([name, jwe]) => [name, anyJwe(jwe)])),
      anyField,
    ),
    fc.constantFrom('{}', 'null', '""'),
    20,
  ),
});

const PRIVATE_KEY = createPrivateKey(TEST_PRIVATE_KEY);
const [, lineOfKey = ''] = TEST_PRIVATE_KEY.split('\n');
const payloadKey = PAYLOAD_KEY.toString('base64url');
const SECRETS = { ...SENT, payloadKey, lineOfKey, name: CLAIMS['myinfo.name'] };

const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

/** The claims that a reply holds, read with jose; it throws for any other. */
async function readClaims(reply: Reply): Promise<readonly (readonly [string, string])[]> {
  const json = readObject(reply);
  if (json?.['sub'] !== SUB) throw new Error('no reply');
  const { key, data } = json;
  if (isAbsent(data)) return [];
  if (!isRecord(data)) throw new Error('no data');
  if (isAbsent(key) && Object.keys(data).length === 0) return [];
  const text = new TextDecoder().decode(await openByJose(String(key), PRIVATE_KEY, KEY_ALGORITHMS));
  const jwk = parseJson(text);
  if (!isRecord(jwk) || jwk['kty'] !== 'oct' || !jwk['k']) throw new Error('no key');
  const shared = Buffer.from(String(jwk['k']), 'base64url');
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return Promise.all(
    Object.entries(data).map(async ([name, jwe]) => {
      if (typeof jwe !== 'string') throw new Error('no JWE');
      return [name, decoder.decode(await openByJose(jwe, shared, FIELD_ALGORITHMS))] as const;
    }),
  );
}

fuzz(
  'a userinfo reply gives the claims that jose finds in it, or an error without a secret',
  { short: 150, long: 100_000 },
  fc.asyncProperty(anyReply(anyUserinfo, [SENT.accessToken]), async (reply) => {
    const outcome = await attemptAt(
      { userinfo: reply },
      (provider, options) => provider.claims({ sub: SUB, accessToken: SENT.accessToken }, options),
      SECRETS,
    );
    const expected = await readClaims(reply).catch(() => undefined);
    expect('result' in outcome ? Object.entries(outcome.result) : undefined).toEqual(expected);
  }),
);
