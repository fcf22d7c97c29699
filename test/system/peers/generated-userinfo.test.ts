// Invented replies of all shapes, to the official SDK and to us: docs/library.md tells what may differ.
import { createPublicKey } from 'node:crypto';
import * as official from '@opengovsg/sgid-client';
import { expect, it } from 'vitest';
import * as library from '../../../src/index.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { startOddProvider } from '../../helpers/odd-provider.ts';
import { sealText, sealUserinfo } from '../../helpers/seal-userinfo.ts';
import { SUB, signingKey } from '../../helpers/sign-id-token.ts';

const CASES = 1_000;
const SEED = 20_261_130;

/** Mulberry32: the same numbers in every run. */
function createDraw(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (limit: number): number => Math.floor(next() * limit),
    /** One of `usual`, and now and then one of `rare`. */
    pick<T>(usual: readonly T[], rare: readonly T[] = []): T {
      const from = rare.length > 0 && next() < 0.05 ? rare : usual;
      return from[Math.floor(next() * from.length)] as T;
    },
  };
}
type Draw = ReturnType<typeof createDraw>;

const nest = (depth: number): string => '{"a":'.repeat(depth - 1) + '[]'.concat('}'.repeat(depth - 1));

const CONTENT = ['A128GCM', 'A192GCM', 'A256GCM', 'A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512'];
const KEY_ALGORITHMS = { usual: ['RSA-OAEP-256', 'RSA-OAEP'], rare: ['RSA-OAEP-384', 'RSA-OAEP-512'] };
const FIELD_ALGORITHMS = {
  usual: ['dir', 'A128GCMKW', 'A192GCMKW', 'A256GCMKW'],
  rare: ['A128KW', 'A192KW', 'A256KW'],
};
const NAMES = ['myinfo.name', 'myinfo.vehicles', 'constructor', 'toString', '', '7', 'a\u0000b', '名'];
const TEXTS = [
  ...[
    '',
    'NA',
    'TAN AH TEST',
    '陈伟明',
    'A😀B',
    '1 ROAD\n#01-01',
    '\u0000',
    '[]',
    '{}',
    '[{"vehicle_number":"X"}]',
  ],
  ...[' [1]', '[1]\n', '[1}', '{NOT JSON} LTD', '[NaN]', 'null', '5', '"x"', 'x'.repeat(5_000), nest(100)],
];
const BOM = '\ufeff[1]';
const DEEP = nest(101);
const LATIN = Buffer.from('JOS\xc9', 'latin1');

type Seal = Awaited<ReturnType<typeof sealUserinfo>>;
type Reply = { readonly [member: string]: unknown };
/** A change of a reply, and the code with which only we refuse it; those without a code are alike for both. */
interface Change {
  readonly code?: (claims: number) => string | undefined;
  change(seal: Seal): Reply | Promise<Reply>;
}

const mapFields = ({ data }: Seal, change: (jwe: string) => unknown) =>
  Object.fromEntries(Object.entries(data).map(([name, jwe]) => [name, change(jwe)]));
const flip = (jwe: string): string => {
  const parts = jwe.split('.');
  const first = parts[4]?.[0] === 'A' ? 'B' : 'A';
  return [...parts.slice(0, 4), first + parts[4]?.slice(1)].join('.');
};
const missing = (claims: number) => (claims > 0 ? 'ERR_JWE_KEY_MISSING' : undefined);
const invalid = () => 'ERR_JWE_INVALID';

const HONEST: Change = { change: (seal) => ({ ...seal }) };
const CHANGES: readonly Change[] = [
  { change: () => ({}) },
  { change: () => ({ key: null, data: null }) },
  { change: ({ key }) => ({ key }) },
  { change: ({ key }) => ({ key, data: null }) },
  { change: () => ({ data: {} }) },
  { change: () => ({ key: '', data: '' }) },
  { change: (seal) => ({ ...seal, iss: 'x', data2: {}, sub2: null }) },
  { change: (seal) => ({ ...seal, sub: 'u=2' }) },
  { change: (seal) => ({ ...seal, sub: null }) },
  { change: (seal) => ({ ...seal, key: flip(seal.key) }) },
  { change: (seal) => ({ ...seal, key: 'x.y' }) },
  {
    change: async (seal) => ({ ...seal, key: await sealText('{}', createPublicKey(signingKey.privateKey)) }),
  },
  { change: async (seal) => ({ ...seal, key: await sealText('{"kty":"oct"}') }) },
  { change: (seal) => ({ ...seal, data: { ...mapFields(seal, flip), more: 'x' } }) },
  { change: (seal) => ({ ...seal, data: { ...seal.data, more: 5 } }) },
  { change: (seal) => ({ ...seal, data: { ...seal.data, more: '' } }) },
  { code: missing, change: ({ data }) => ({ data }) },
  { code: missing, change: ({ data }) => ({ key: null, data }) },
  { code: missing, change: ({ data }) => ({ key: '', data }) },
  { code: invalid, change: ({ data }) => ({ key: 0, data }) },
  { code: invalid, change: ({ key, data }) => ({ key, data: Object.values(data) }) },
  { code: invalid, change: ({ key, data }) => ({ key: `${key}==`, data }) },
  {
    code: (claims) => (claims > 0 ? invalid() : undefined),
    change: (seal) => ({ ...seal, data: mapFields(seal, (jwe) => `${jwe}==`) }),
  },
];

function generate(draw: Draw) {
  const sealing = {
    key: { alg: draw.pick(KEY_ALGORITHMS.usual, KEY_ALGORITHMS.rare), enc: draw.pick(CONTENT) },
    field: { alg: draw.pick(FIELD_ALGORITHMS.usual, FIELD_ALGORITHMS.rare), enc: draw.pick(CONTENT) },
  };
  const claims = Array.from({ length: draw.below(4) }, (): [string, string | Buffer] => [
    draw.pick(NAMES, ['__proto__']),
    draw.pick<string | Buffer>(TEXTS, [BOM, DEEP, LATIN]),
  ]);
  const values = Object.fromEntries(claims);
  const { code, change } = draw.pick([HONEST, HONEST, draw.pick(CHANGES)]);
  const count = Object.keys(values).length;
  const isRareKey = KEY_ALGORITHMS.rare.includes(sealing.key.alg);
  const isRareField = FIELD_ALGORITHMS.rare.includes(sealing.field.alg);
  return {
    /** With which of these we refuse what the SDK takes. */
    codes: [
      code?.(count),
      isRareKey || (isRareField && count > 0) ? 'ERR_JWE_ALGORITHM' : undefined,
      Object.values(values).includes(LATIN) ? 'ERR_DECRYPT_FIELD' : undefined,
    ].filter((one) => one !== undefined),
    seal: async () => change(await sealUserinfo(values, sealing)),
  };
}

type Client = Pick<official.SgidClient, 'userinfo' | 'parseData'>;

/** The claims as they come and parsed, or the code of the refusal. */
async function outcomeOf(client: Client, accessToken: string) {
  try {
    const { data } = await client.userinfo({ sub: SUB, accessToken });
    return { data, parsed: client.parseData(data) };
  } catch (error) {
    return { code: error instanceof library.SgidError ? error.code : 'fails' };
  }
}

type Outcome = Awaited<ReturnType<typeof outcomeOf>>;

/** What the SDK has in place of our value: it drops byte order marks and parses at any depth. */
const asTheirs = (value: unknown, isParsed: boolean): unknown => {
  if (value === BOM) return isParsed ? [1] : '[1]';
  return value === DEEP && isParsed ? JSON.parse(DEEP) : value;
};
const entriesAsTheirs = (ours: object, isParsed: boolean) =>
  Object.fromEntries(
    Object.entries(ours)
      .filter(([name]) => name !== '__proto__')
      .map(([name, value]) => [name, asTheirs(value, isParsed)]),
  );

it('makes of 1,000 generated replies what the official SDK makes of them, but for the differences', async () => {
  const draw = createDraw(SEED);
  const cases = Array.from({ length: CASES }, () => generate(draw));
  const replies = await Promise.all(cases.map(({ seal }) => seal()));
  const hostname = await startOddProvider({ userinfo: (accessToken) => replies[Number(accessToken)] ?? {} });
  const credentials = {
    clientId: TEST_CLIENT_ID,
    clientSecret: TEST_CLIENT_SECRET,
    privateKey: TEST_PRIVATE_KEY,
  };
  const [theirClient, ourClient] = [
    new official.SgidClient({ ...credentials, hostname }),
    new library.SgidClient({ ...credentials, hostname }),
  ];
  const seen = new Map<string, number>();
  for (const [at, { codes }] of cases.entries()) {
    const outcomes = [theirClient, ourClient].map((client) => outcomeOf(client, String(at)));
    const [theirs, ours] = (await Promise.all(outcomes)) as [Outcome, Outcome];
    const context = `seed ${SEED}, case ${at}: ${JSON.stringify({ codes, theirs, ours }).slice(0, 500)}`;
    if (theirs.data !== undefined && ours.data !== undefined) {
      expect(entriesAsTheirs(ours.data, false), context).toEqual(theirs.data);
      expect(entriesAsTheirs(ours.parsed, true), context).toEqual(theirs.parsed);
    } else if (theirs.data !== undefined) expect(codes, context).toContain(ours.code);
    else expect(ours.code, context).toMatch(/^ERR_/);
    const kind = theirs.data === undefined ? 'both fail' : (ours.code ?? 'alike');
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  }
  const refusals = ['ERR_DECRYPT_FIELD', 'ERR_JWE_ALGORITHM', 'ERR_JWE_INVALID', 'ERR_JWE_KEY_MISSING'];
  expect([...seen.keys()].sort()).toEqual([...refusals, 'alike', 'both fail']);
  expect(seen.get('alike')).toBeGreaterThan(CASES / 2);
});
