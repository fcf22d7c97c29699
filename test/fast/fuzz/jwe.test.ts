import { createPrivateKey, createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { CONTENT_ENCRYPTIONS, decryptJwe } from '../../../src/oidc/jwe.ts';
import { FIELD_ALGORITHMS, KEY_ALGORITHMS } from '../../../src/sgid/userinfo.ts';
import { fuzz, note } from './fuzz.ts';
import { anyJson, anyNested, anyObject, asJson } from './hostile-json.ts';
import { anyPlace, changedText, mostly } from './hostile-text.ts';
import { openByJose } from './open-by-jose.ts';
import { contentKeyBytes, sealUnder } from './seal-jwe.ts';

const PRIVATE_KEY = createPrivateKey(TEST_PRIVATE_KEY);
const PUBLIC_KEY = createPublicKey(TEST_PRIVATE_KEY);

interface Case {
  readonly jwe: string;
  readonly key: typeof PRIVATE_KEY | Uint8Array;
  readonly algorithms: readonly string[];
}

/** In the base64url of a part: another letter at its end may stand for the same bytes. */
const anyPart = fc
  .tuple(anyPlace, fc.nat(4), fc.constantFrom('', 'A', 'AA', 'B', '-', '='))
  .map(([place, part, piece]) => (jwe: string) => {
    const parts = jwe.split('.');
    const text = parts[part] ?? '';
    const at = place % 3 === 0 ? text.length : place % (text.length + 1);
    parts[part] = text.slice(0, Math.max(0, at - (place % 2))) + piece + text.slice(at);
    return parts.join('.');
  });

const anyCase = (
  algorithms: readonly string[],
  keyFor: (alg: string, enc: string) => Case['key'],
): fc.Arbitrary<Case> =>
  fc
    .tuple(
      fc.constantFrom(...algorithms),
      fc.constantFrom(...CONTENT_ENCRYPTIONS),
      fc.uint8Array({ maxLength: 40 }),
    )
    .chain(([alg, enc, text]) => {
      const key = keyFor(alg, enc);
      const ways = { alg, enc, key: key instanceof Uint8Array ? key : PUBLIC_KEY };
      const jwe = fc
        .tuple(anyHeader(alg, enc), mostly(fc.constant('utf8'), fc.constant('latin1'), 10))
        .map(([write, encoding]) => sealUnder(ways, text, write, encoding));
      const changed = fc.oneof(
        { weight: 6, arbitrary: jwe },
        { weight: 2, arbitrary: fc.tuple(jwe, anyPart).map(([jwe, change]) => change(jwe)) },
        { weight: 1, arbitrary: changedText(jwe) },
      );
      return changed.map((jwe) => ({ jwe, key, algorithms }));
    });

const ODD_ALGORITHMS = [
  'RSA1_5',
  'RSA-OAEP-512',
  'A128KW',
  'ECDH-ES',
  'PBES2-HS256+A128KW',
  'none',
  'A128CTR',
];

/** A header of which most say what is so, in one way or another. */
function anyHeader(alg: string, enc: string) {
  const name = fc.constantFrom(
    ...FIELD_ALGORITHMS,
    ...KEY_ALGORITHMS,
    ...CONTENT_ENCRYPTIONS,
    ...ODD_ALGORITHMS,
  );
  const other = fc.oneof(
    { weight: 10, arbitrary: anyJson },
    { weight: 10, arbitrary: name.map((name) => JSON.stringify(name)) },
    { weight: 1, arbitrary: anyNested },
  );
  const part = (name: string) =>
    fc.oneof(
      { weight: 9, arbitrary: fc.constant(`"${name}"`) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          `"${name}\\""`,
          `"${name}A"`,
          `"${name}AAAAA"`,
          `"${name}."`,
          `["${name}"]`,
        ),
      },
    );
  const wraps = alg.endsWith('GCMKW') ? { iv: part('<iv>'), tag: part('<tag>') } : {};
  const extension = fc.constantFrom(
    {},
    {},
    {},
    { crit: '["exp"]' },
    { crit: '[]' },
    { zip: '"DEF"' },
    { b64: 'false' },
    { kid: '"ZOË"' },
    { epk: '{}' },
    { apu: '"AA"' },
  );
  return extension.chain((members) => {
    const more = Object.fromEntries(Object.entries(members).map(([name, text]) => [name, fc.constant(text)]));
    return anyObject({ alg: asJson(alg), enc: asJson(enc), ...wraps, ...more }, other).map(
      (header) =>
        ({ iv = '', tag = '' }: Readonly<Record<string, string>>) =>
          header.replaceAll('<iv>', iv).replaceAll('<tag>', tag),
    );
  });
}

const SHARED = Buffer.alloc(64, 'shared key of the test ');

const sharedKey = (alg: string, enc: string): Uint8Array =>
  SHARED.subarray(0, alg === 'dir' ? contentKeyBytes(enc) : Number(alg.slice(1, 4)) / 8);

function readOurs({ jwe, key, algorithms }: Case): string | undefined {
  try {
    const text = decryptJwe('it', jwe, key, algorithms);
    note(text === undefined ? 'undecryptable' : 'ok');
    return text && Buffer.from(text).toString('hex');
  } catch (error) {
    if (!(error instanceof SgidError)) throw error;
    expect(error.code).toMatch(/^ERR_JWE_(?:INVALID|ALGORITHM)$/);
    note(error.code);
    return undefined;
  }
}

const anyFieldJwe = anyCase(FIELD_ALGORITHMS, sharedKey);
const anyKeyJwe = anyCase(KEY_ALGORITHMS, () => PRIVATE_KEY);

fuzz(
  'a JWE holds for us what it holds for jose',
  { short: 200, long: 100_000 },
  fc.asyncProperty(mostly(anyFieldJwe, anyKeyJwe, 3), async (one) => {
    const { jwe, key, algorithms } = one;
    const expected = await openByJose(jwe, key, algorithms).catch(() => undefined);
    expect(readOurs(one)).toBe(expected && Buffer.from(expected).toString('hex'));
  }),
);
