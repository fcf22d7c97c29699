import { createCipheriv, createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { CompactEncrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { CONTENT_ENCRYPTIONS, checkJweHeader, decryptJwe } from '../../../src/oidc/jwe.ts';
import { FIELD_ALGORITHMS, KEY_ALGORITHMS } from '../../../src/sgid/userinfo.ts';
import { sealUnder } from '../fuzz/seal-jwe.ts';

const PRIVATE_KEY = createPrivateKey(TEST_PRIVATE_KEY);
const PUBLIC_KEY = createPublicKey(TEST_PRIVATE_KEY);
const TEXT = 'ZOË NGUYỄN 陳美玲';

const seal = (
  key: Parameters<CompactEncrypt['encrypt']>[0],
  header: { alg: string; enc: string },
): Promise<string> => new CompactEncrypt(Buffer.from(TEXT)).setProtectedHeader(header).encrypt(key);

const pairs = (algorithms: readonly string[]) =>
  algorithms.flatMap((alg) => CONTENT_ENCRYPTIONS.map((enc) => [alg, enc] as const));

/** How many bytes a shared key for it has: `dir` takes the size of the content's key. */
function sharedKeyFor(alg: string, enc: string): Buffer {
  const bits = Number((alg === 'dir' ? enc : alg).slice(1, 4));
  return randomBytes(((alg === 'dir' && enc.includes('CBC') ? 2 : 1) * bits) / 8);
}

/** The text, or the reason why there is none. */
function opened(jwe: string, key: KeyObject | Uint8Array, algorithms: readonly string[]) {
  try {
    const plaintext = decryptJwe('it', jwe, key, algorithms);
    return plaintext === undefined ? 'undecryptable' : Buffer.from(plaintext).toString();
  } catch (error) {
    return error instanceof SgidError ? error.code : error;
  }
}

/** The same JWE with one of its five parts changed. */
function withPart(jwe: string, index: number, change: (bytes: Buffer) => Buffer): string {
  const parts = jwe.split('.');
  parts[index] = change(Buffer.from(parts[index] ?? '', 'base64url')).toString('base64url');
  return parts.join('.');
}

const flip = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
};

it.each(['iv', 'tag'])('the %s of a wrapped key is base64url, and nothing else', (name) => {
  const ways = { alg: 'A128GCMKW', enc: 'A128GCM', key: randomBytes(16) };
  const sealWith = (change: (text: string) => unknown) =>
    sealUnder(ways, Buffer.from(TEXT), (members) =>
      JSON.stringify({ ...members, [name]: change(members[name] ?? '') }),
    );
  const openIt = (jwe: string) => opened(jwe, ways.key, FIELD_ALGORITHMS);
  expect(openIt(sealWith((text) => text))).toBe(TEXT);
  for (const change of [
    (text: string) => [...Buffer.from(text, 'base64url')],
    (text: string) => `${text}"`,
    (text: string) => ` ${text}`,
    (text: string) => `${text}${'A'.repeat(5 - (text.length % 4))}`,
  ])
    expect(openIt(sealWith(change))).toBe('undecryptable');
});

describe('a JWE that another implementation made', () => {
  it.each(pairs(KEY_ALGORITHMS))('is opened by the private key: %s, %s', async (alg, enc) => {
    expect(opened(await seal(PUBLIC_KEY, { alg, enc }), PRIVATE_KEY, KEY_ALGORITHMS)).toBe(TEXT);
  });

  it.each(pairs(FIELD_ALGORITHMS))('is opened by the shared key: %s, %s', async (alg, enc) => {
    const key = sharedKeyFor(alg, enc);
    expect(opened(await seal(key, { alg, enc }), key, FIELD_ALGORITHMS)).toBe(TEXT);
  });
});

describe.each(pairs(['dir', 'A256GCMKW']))('%s, %s', (alg, enc) => {
  const key = sharedKeyFor(alg, enc);
  const open = (jwe: string, other: Uint8Array = key) => opened(jwe, other, FIELD_ALGORITHMS);

  it('is not opened when one of its parts was changed', async () => {
    const jwe = await seal(key, { alg, enc });
    const changed = [
      ...[2, 3, 4].map((part) => withPart(jwe, part, flip)),
      // Another header, though it says the same.
      withPart(jwe, 0, (header) => Buffer.from(header.toString().replace('{', '{ '))),
      ...[0, 4, 8, 12].map((length) => withPart(jwe, 4, (tag) => tag.subarray(0, length))),
      withPart(jwe, 4, (tag) => Buffer.concat([tag, tag])),
    ];
    for (const other of changed) expect(open(other)).toBe('undecryptable');
  });

  it('is not opened with another key, or one of another length', async () => {
    const jwe = await seal(key, { alg, enc });
    const others = [randomBytes(key.length), key.subarray(1), Buffer.concat([key, key]), Buffer.alloc(0)];
    for (const other of others) expect(open(jwe, other)).toBe('undecryptable');
  });
});

it.each([12, 16])('an IV of 96 bits opens, and no other, whatever else fits: %i bytes', (length) => {
  const [key, iv] = [randomBytes(16), randomBytes(length)];
  const head = Buffer.from('{"alg":"dir","enc":"A128GCM"}').toString('base64url');
  const cipher = createCipheriv('aes-128-gcm', key, iv).setAAD(Buffer.from(head));
  const ciphertext = Buffer.concat([cipher.update(TEXT), cipher.final()]);
  const parts = [iv, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url'));
  const text = opened(`${head}..${parts.join('.')}`, key, FIELD_ALGORITHMS);
  expect(text).toBe(length === 12 ? TEXT : 'undecryptable');
});

describe('a wrapped key', () => {
  const enc = 'A128GCM';

  it('is not opened when it was changed', async () => {
    const jwe = await seal(PUBLIC_KEY, { alg: 'RSA-OAEP-256', enc });
    expect(opened(withPart(jwe, 1, flip), PRIVATE_KEY, KEY_ALGORITHMS)).toBe('undecryptable');
    const shared = randomBytes(16);
    const wrapped = withPart(await seal(shared, { alg: 'A128GCMKW', enc }), 1, flip);
    expect(opened(wrapped, shared, FIELD_ALGORITHMS)).toBe('undecryptable');
  });

  it('may not stand beside a key that is used directly', async () => {
    const key = randomBytes(16);
    const jwe = await seal(key, { alg: 'dir', enc });
    const beside = withPart(jwe, 1, () => Buffer.from('key'));
    expect(opened(beside, key, FIELD_ALGORITHMS)).toBe('undecryptable');
  });

  it.each(['iv', 'tag'])('needs its %s in the header, as text', async (name) => {
    const key = randomBytes(16);
    const jwe = await seal(key, { alg: 'A128GCMKW', enc });
    for (const value of [undefined, 1, '', 'AAAA']) {
      const changed = withPart(jwe, 0, (header) =>
        Buffer.from(JSON.stringify({ ...JSON.parse(header.toString()), [name]: value })),
      );
      expect(opened(changed, key, FIELD_ALGORITHMS)).toBe('undecryptable');
    }
  });
});

describe('a JWE is refused', () => {
  const enc = 'A128GCM';
  const header = (members: unknown): string => Buffer.from(JSON.stringify(members)).toString('base64url');
  const latin1 = (part: string): string =>
    Buffer.from(Buffer.from(part, 'base64url').toString(), 'latin1').toString('base64url');
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const deepHeader = Buffer.from(`{"alg":${deep},"enc":"${enc}"}`).toString('base64url');
  const read = (jwe: string) => opened(jwe, randomBytes(16), FIELD_ALGORITHMS);

  it.each([
    ['an algorithm that is not in the list', { alg: 'A128KW', enc }],
    ['an algorithm for another kind of key', { alg: 'RSA-OAEP', enc }],
    ['RSA1_5', { alg: 'RSA1_5', enc }],
    ['another content encryption', { alg: 'dir', enc: 'A128CTR' }],
    ['a critical extension', { alg: 'dir', enc, crit: ['exp'], exp: 1 }],
    ['compression', { alg: 'dir', enc, zip: 'DEF' }],
  ])('for %s', (_name, members) => {
    expect(read(`${header(members)}..AAAA.AAAA.AAAA`)).toBe('ERR_JWE_ALGORITHM');
  });

  it.each([
    ['four parts', `${header({ alg: 'dir', enc })}..AAAA.AAAA`],
    ['six parts', `${header({ alg: 'dir', enc })}..AAAA.AAAA.AAAA.AAAA`],
    ['other characters', `${header({ alg: 'dir', enc })}..AA+A.AAAA.AAAA`],
    ['a letter over', `${header({ alg: 'dir', enc })}..AAAAA.AAAA.AAAA`],
    [
      'a header in another encoding than UTF-8',
      `${latin1(header({ alg: 'dir', enc, kid: 'ZOË' }))}..AAAA.AAAA.AAAA`,
    ],
    ['an algorithm nested too deep to be told', `${deepHeader}..AAAA.AAAA.AAAA`],
    ['padding', `${header({ alg: 'dir', enc })}..AAA=.AAAA.AAAA`],
    ['a header that is a list', `${header([])}..AAAA.AAAA.AAAA`],
    ['a header that is no JSON', 'AAAA..AAAA.AAAA.AAAA'],
    ['a header without algorithm', `${header({ enc })}..AAAA.AAAA.AAAA`],
    ['an algorithm that is no text', `${header({ alg: ['dir'], enc })}..AAAA.AAAA.AAAA`],
    ['nothing', ''],
  ])('with %s', (_name, jwe) => {
    expect(read(jwe)).toBe('ERR_JWE_INVALID');
  });
});

it.each<[object, string[]]>([
  [{ alg: 'dir', enc: 'A128GCM' }, ['pass algorithm dir', 'pass encryption A128GCM']],
  [{ enc: 'A128GCM' }, ['fail algorithm none; accepted: dir', 'pass encryption A128GCM']],
  [{ alg: ['dir'], enc: 'A128GCM' }, ['fail algorithm ["dir"]; accepted: dir', 'pass encryption A128GCM']],
  [
    { alg: 'x', enc: '\u001b[2Jx' },
    [
      'fail algorithm "x"; accepted: dir',
      `fail encryption "\\u001b[2Jx"; accepted: ${CONTENT_ENCRYPTIONS.join(', ')}`,
    ],
  ],
  ...[{ crit: [] }, { zip: 'DEF' }, { crit: ['exp'], zip: 'DEF' }].map((extension): [object, string[]] => [
    { alg: 'dir', enc: 'A256GCM', ...extension },
    [
      ...['pass algorithm dir', 'pass encryption A256GCM'],
      'fail extensions critical extensions (crit) and compression (zip) are not accepted',
    ],
  ]),
])('the header %j has its verdicts', (header, expected) => {
  const verdicts = checkJweHeader('it', { ...header }, ['dir']);
  expect(verdicts.map(({ verdict, check, detail }) => `${verdict} ${check} ${detail}`)).toEqual(expected);
  for (const { error } of verdicts) if (error) expect(error.hint).toMatch(/Accepted: |report it/);
});
