import { expect, it } from 'vitest';
import { inspectJwe, inspectUserinfo } from '../../../src/sgid/inspect-userinfo.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';

const jwe = (header: object): string =>
  `${Buffer.from(JSON.stringify(header)).toString('base64url')}.CANARY.a.b.c`;

const KEY = { alg: 'RSA-OAEP-256', enc: 'A128GCM' };
const FIELD = { alg: 'dir', enc: 'A256GCM' };
const inspect = (key: string, fields: readonly (readonly [string, string])[]) =>
  inspectUserinfo({ sub: 'u=1', encrypted: { key, fields } });
const told = (verdicts: ReturnType<typeof inspectJwe>) =>
  verdicts.map(({ check, verdict }) => `${verdict} ${check}`);

it('has nothing to say of a reply without data', () => {
  expect(inspectUserinfo({ sub: 'u=1' })).toEqual({ verdicts: [] });
});

it('shows each header, and what a login makes of it', () => {
  const { verdicts, ...headers } = inspect(jwe(KEY), [
    ['a', jwe(FIELD)],
    ['__proto__', jwe({ ...FIELD, alg: 'RSA-OAEP-256' })],
  ]);
  const data = Object.fromEntries([
    ['a', { header: FIELD }],
    ['__proto__', { header: { ...FIELD, alg: 'RSA-OAEP-256' } }],
  ]);
  expect(headers).toEqual({ key: { header: KEY }, data });
  expect(Object.keys(headers.data ?? {})).toEqual(['a', '__proto__']);
  expect(told(verdicts)).toEqual([
    ...['pass key.algorithm', 'pass key.encryption'],
    ...['pass data.a.algorithm', 'pass data.a.encryption'],
    ...['fail data.__proto__.algorithm', 'pass data.__proto__.encryption'],
  ]);
  expect(verdicts[4]?.error?.message).toMatch(/^data\.__proto__ is encrypted with an algorithm/);
});

it.each([
  [{ alg: 'RSA-OAEP', enc: 'A128GCM' }, 'pass algorithm'],
  [{ alg: 'dir', enc: 'A128GCM' }, 'pass algorithm'],
  [{ alg: 'RSA1_5', enc: 'A128GCM' }, 'fail algorithm'],
])('takes a JWE alone for a key or a field: %j', (header, verdict) => {
  const verdicts = inspectJwe(header);
  expect(told(verdicts)).toEqual([verdict, 'pass encryption']);
  expect(verdicts[0]?.error?.message).toEqual(
    verdict.startsWith('fail') ? expect.stringMatching(/^the JWE /) : undefined,
  );
});

const SIGNED = jwe(KEY).split('.').slice(0, 3).join('.');

it.each([
  ['a key that is no JWE', 'CANARY', [], 'key'],
  ['a key that is signed', SIGNED, [], 'key'],
  ['a field that is no JWE', jwe(KEY), [['a\u001b[2J', 'CANARY']], 'data.a'],
  ['a field that is signed', jwe(KEY), [['a', SIGNED]], 'data.a'],
] as const)('refuses %s, by name', async (_name, key, fields, name) => {
  const error = await errorOf(() => inspect(key, fields));
  expect(error).toMatchObject({
    code: 'ERR_JWE_INVALID',
    message: `${name} is not a well-formed compact JWE`,
    hint: expect.stringMatching(/saved whole/),
  });
  expect(wordsOf(error)).not.toContain('CANARY');
});
