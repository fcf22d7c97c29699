import { describe, expect, it } from 'vitest';
import { decodeCompact, isCompact } from '../../../src/oidc/compact.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';
import { expectLinearTime } from '../../helpers/growth.ts';
import { signIdToken } from '../../helpers/sign-id-token.ts';

const encode = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');
const HEADER = encode('{"alg":"RS256"}');

describe('isCompact', () => {
  it.each(['a.b.c', 'a..', 'a.b.c.d.e', 'a....', 'A_-9.x.y'])('takes %j', (text) => {
    expect(isCompact(text)).toBe(true);
  });

  it.each([
    ...['', 'a', 'a.b', '.b.c', 'a.b.c.d', 'a.b.c.d.e.f', 'a.b.c ', 'a.b.ç', 'a.b=.c', 'a.b+.c', 'a.\nb.c'],
  ])('refuses %j', (text) => expect(isCompact(text)).toBe(false));

  it('takes time in proportion to the text', async () => {
    await expectLinearTime(400_000, (size) => isCompact('.'.repeat(size)));
    await expectLinearTime(400_000, (size) => isCompact(`${'a'.repeat(size)}!`));
    await expectLinearTime(400_000, (size) => isCompact(`${'a.'.repeat(size)}`));
  });
});

describe('decodeCompact', () => {
  it('takes header and claims of a JWS', async () => {
    const token = decodeCompact(await signIdToken({ name: '陈' }));
    expect(token).toMatchObject({ kind: 'jws', header: { alg: 'RS256' }, claims: { name: '陈' } });
  });

  it('takes the header of a JWE, and leaves the rest as it is', () => {
    expect(decodeCompact(`${HEADER}.key..text.tag`)).toEqual({
      kind: 'jwe',
      header: { alg: 'RS256' },
      sealed: ['key', '', 'text', 'tag'],
    });
  });

  it('takes names for data', () => {
    const token = decodeCompact(`${HEADER}.${encode('{"__proto__":{"sub":"x"}}')}.`);
    expect(token.kind === 'jws' && Object.keys(token.claims)).toEqual(['__proto__']);
    expect(token.kind === 'jws' && 'sub' in token.claims).toBe(false);
  });

  const LATIN_1 = Buffer.from('{"a":"\xff"}', 'latin1');
  const deep = encode(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);

  it.each([
    ['a header that is no JSON', `${encode('CANARY')}.${HEADER}.`, 'its header is not a JSON object'],
    ['a header that is a list', `${encode('["CANARY"]')}.${HEADER}.`, 'its header is not a JSON object'],
    ['a header that is null', `${encode('null')}.${HEADER}.`, 'its header is not a JSON object'],
    ['a header that is no UTF-8', `${encode(LATIN_1)}.${HEADER}.`, 'its header'],
    ['a payload that is no JSON', `${HEADER}.${encode('CANARY')}.`, 'its payload is not a JSON object'],
    ['an empty payload', `${HEADER}..`, 'its payload is not a JSON object'],
    ['a header nested too deep', `${deep}.${HEADER}.`, 'its header is nested too deep'],
    ['a payload nested too deep', `${HEADER}.${deep}.`, 'its payload is nested too deep'],
  ])('refuses %s', async (_name, text, words) => {
    const error = await errorOf(() => decodeCompact(text));
    const message = expect.stringContaining(`the ID token is malformed: ${words}`);
    expect(error).toMatchObject({ code: 'ERR_ID_TOKEN_INVALID', message, hint: expect.stringMatching(/\S/) });
    expect(wordsOf(error)).not.toContain('CANARY');
  });

  it('knows a JWE by its parts', async () => {
    const error = await errorOf(() => decodeCompact(`${encode('x')}....`));
    const message = 'the JWE is malformed: its header is not a JSON object in base64url';
    expect(error).toMatchObject({ code: 'ERR_JWE_INVALID', step: 'decrypt', message });
  });
});
