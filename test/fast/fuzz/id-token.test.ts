import { createHmac, sign } from 'node:crypto';
import fc from 'fast-check';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { expect } from 'vitest';
import { TEST_CLIENT_ID } from '../../../src/mock/test-credentials.ts';
import { verifyIdToken } from '../../../src/oidc/id-token.ts';
import { findFailure } from '../../../src/oidc/verdict.ts';
import { isNestedTooDeep, isRecord, parseJson } from '../../../src/text/guards.ts';
import { NOW } from '../../helpers/fake-clock.ts';
import {
  ACCESS_TOKEN,
  atHashOf,
  EXPECTED,
  HEADER,
  ISSUER,
  idTokenClaims,
  NONCE,
  NOW_SECONDS,
  publicKeyOf,
  signIdToken,
  signingJwk,
  signingKey,
  strangerKey,
} from '../../helpers/sign-id-token.ts';
import { fuzz, note } from './fuzz.ts';
import { anyJson, anyNested, anyObject, asJson } from './hostile-json.ts';
import { anyPlace, changedText, mostly } from './hostile-text.ts';

const JWKS = { keys: [signingJwk] };
const PUBLIC_PEM = publicKeyOf(signingKey.privateKey).export({ format: 'pem', type: 'spki' });

/** What a login would end with. */
async function verify(token: string): Promise<string> {
  const { verdicts } = await verifyIdToken(token, EXPECTED, async () => JWKS);
  const outcome = findFailure(verdicts)?.code ?? 'ok';
  note(outcome);
  return outcome;
}

const encode = (text: string): string => Buffer.from(text).toString('base64url');

const signGenuinely = (input: string): Buffer => sign('sha256', Buffer.from(input), signingKey.privateKey);

const FORGERS: readonly ((input: string) => Buffer)[] = [
  (input) => sign('sha256', Buffer.from(input), strangerKey),
  (input) => sign('sha512', Buffer.from(input), signingKey.privateKey),
  (input) => createHmac('sha256', PUBLIC_PEM).update(input).digest(),
  () => Buffer.alloc(0),
];

const GENUINE = await Promise.all([
  signIdToken(),
  signIdToken({ sub: 'somebody else' }),
  signIdToken({}, { header: { kid: undefined } }),
  signIdToken({ aud: 'another client' }),
]);
/** What the provider has signed, each with its signature. */
const SIGNED = new Map(
  GENUINE.map((token) => [token.slice(0, token.lastIndexOf('.')), token.split('.')[2] ?? '']),
);

const anyHeaderText = fc.constantFrom(
  ...['none', 'HS256', 'RS512', 'PS256', 'rs256', 'RS256 ', ''].map((alg) =>
    JSON.stringify({ ...HEADER, alg }),
  ),
  ...[
    { crit: ['b64'], b64: false },
    { b64: false },
    { jwk: signingKey.jwk },
    { jku: 'https://evil.test' },
  ].map((more) => JSON.stringify({ ...HEADER, ...more })),
);

const anyGenuine = fc.constantFrom(...GENUINE);

/** One letter in another's place, also at the end of a part, where two may stand for the same bytes. */
const anyLetter = fc
  .tuple(anyGenuine, anyPlace, fc.nat(3), fc.constantFrom(...'Aa0_-=+/ .'))
  .map(([token, place, where, letter]) => {
    const ends = [...token.matchAll(/.(?=\.|$)/g)].map(({ index }) => index);
    const at = ends[where] ?? place % token.length;
    return token.slice(0, at) + letter + token.slice(at + 1);
  });

const anyParts = fc
  .tuple(anyGenuine, anyGenuine, anyGenuine)
  .map((tokens) => tokens.map((token, part) => token.split('.')[part]).join('.'));

const anyForgery = fc
  .tuple(anyHeaderText, anyGenuine, fc.constantFrom(...FORGERS))
  .map(([header, token, forge]) => {
    const input = `${encode(header)}.${token.split('.')[1]}`;
    return `${input}.${forge(input).toString('base64url')}`;
  });

const bytesOf = (part: string | undefined): string => Buffer.from(part ?? '', 'base64url').toString('hex');

fuzz(
  'a mutated ID token is refused unless it holds the same bytes as a genuine one',
  { short: 250, long: 100_000 },
  fc.asyncProperty(
    fc.oneof(changedText(anyGenuine), anyLetter, anyParts, anyForgery, anyGenuine),
    async (token) => {
      const outcome = await verify(token);
      if (token === GENUINE[0]) expect(outcome).toBe('ok');
      if (outcome !== 'ok') return;
      const end = token.lastIndexOf('.');
      expect([...SIGNED.keys()]).toContain(token.slice(0, end));
      expect(bytesOf(token.slice(end + 1))).toBe(bytesOf(SIGNED.get(token.slice(0, end))));
    },
  ),
);

const AT_HASH = atHashOf(ACCESS_TOKEN);
const TIMES = [-400, -361, -360, -301, -61, -60, -59, 0, Infinity, -Infinity, 59, 60, 61, 300].map(
  (seconds) =>
    // JSON has no word for a number that large.
    String(NOW_SECONDS + seconds).replace('Infinity', '1e400'),
);
const TEXTS = [ISSUER, TEST_CLIENT_ID, NONCE, AT_HASH, '', 'x', `${ISSUER}/`].map((text) =>
  JSON.stringify(text),
);
const LISTS = [[TEST_CLIENT_ID], [TEST_CLIENT_ID, 'x'], ['x'], [[TEST_CLIENT_ID]]].map((list) =>
  JSON.stringify(list),
);

const anyClaim = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...TIMES, ...TEXTS, ...LISTS) },
  { weight: 20, arbitrary: anyJson },
  { weight: 1, arbitrary: anyNested },
);

const MORE = [
  {},
  {},
  { at_hash: AT_HASH },
  { nbf: NOW_SECONDS },
  { azp: TEST_CLIENT_ID },
  { aud: [TEST_CLIENT_ID, 'x'], azp: TEST_CLIENT_ID },
];

const anyPayload = fc
  .constantFrom(...MORE)
  .chain((more) =>
    anyObject(
      Object.fromEntries(Object.entries(idTokenClaims(more)).map(([name, value]) => [name, asJson(value)])),
      anyClaim,
    ),
  );

const anyExtension = fc.constantFrom<Readonly<Record<string, fc.Arbitrary<string>>>>(
  {},
  {},
  { crit: asJson(['exp']) },
  { crit: asJson(['b64']), b64: asJson(false) },
  { b64: asJson(false) },
);

const anySignedHeader = mostly(
  fc.constant(JSON.stringify(HEADER)),
  anyExtension.chain((more) =>
    anyObject({ alg: asJson('RS256'), kid: asJson(signingKey.kid), ...more }, anyClaim),
  ),
  4,
);

/** The rules once more, plainly: what a token ends with whose signature is good. */
function foresee(headerText: string, payload: string): string {
  const [header, claims] = [parseJson(headerText), parseJson(payload)];
  if (!isRecord(header) || !isRecord(claims) || isNestedTooDeep(header) || isNestedTooDeep(claims))
    return 'ERR_ID_TOKEN_INVALID';
  if (header['alg'] !== 'RS256') return 'ERR_ID_TOKEN_ALGORITHM';
  if (header['crit'] !== undefined) return 'ERR_ID_TOKEN_INVALID';
  if (header['kid'] !== undefined && header['kid'] !== signingKey.kid) return 'ERR_ID_TOKEN_SIGNATURE';
  const { iss, aud, azp, exp, iat, nbf, nonce, sub, at_hash: hash } = claims;
  const soon = NOW_SECONDS + 60;
  const isTime = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) < Infinity;
  const rules: readonly (readonly [isKept: boolean, code: string])[] = [
    [iss === ISSUER, 'ISSUER'],
    [[aud].flat().includes(TEST_CLIENT_ID), 'AUDIENCE'],
    [azp === TEST_CLIENT_ID || (azp === undefined && [aud].flat().length === 1), 'AUDIENCE'],
    [isTime(exp) && exp > NOW_SECONDS - 60, 'EXPIRED'],
    [isTime(iat) && iat <= soon, 'ISSUED_AT'],
    [nbf === undefined || (isTime(nbf) && nbf <= soon), 'ISSUED_AT'],
    [nonce === NONCE, 'NONCE'],
    [typeof sub === 'string' && sub !== '', 'SUB'],
    [hash === undefined || hash === AT_HASH, 'AT_HASH'],
  ];
  const broken = rules.find(([isKept]) => !isKept)?.[1];
  return broken === undefined ? 'ok' : `ERR_ID_TOKEN_${broken}`;
}

fuzz(
  'a signed ID token fails by the first rule that it breaks, and jose takes what we take',
  { short: 150, long: 100_000 },
  fc.asyncProperty(anySignedHeader, anyPayload, async (header, payload) => {
    const input = `${encode(header)}.${encode(payload)}`;
    const token = `${input}.${signGenuinely(input).toString('base64url')}`;
    const outcome = await verify(token);
    expect(outcome).toBe(foresee(header, payload));
    if (outcome !== 'ok') return;
    const rules = {
      issuer: ISSUER,
      audience: TEST_CLIENT_ID,
      clockTolerance: 60,
      currentDate: new Date(NOW),
    };
    await jwtVerify(token, createLocalJWKSet(JWKS), { ...rules, algorithms: ['RS256'] });
  }),
);
