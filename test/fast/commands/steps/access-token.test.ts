import { describe, expect, it } from 'vitest';
import { readAccessToken } from '../../../../src/commands/userinfo.ts';
import { errorOf, wordsOf } from '../../../helpers/error-of.ts';

const read = (text: string) => readAccessToken({ text, name: 'tokens.json' });

describe('readAccessToken', () => {
  it('takes what sgid callback prints', () => {
    const tokens = {
      sub: 'u=x',
      accessToken: 'a',
      idToken: 'b',
      claims: { iss: 'https://x.test/v2', sub: 'y' },
    };
    expect(read(JSON.stringify(tokens))).toEqual({
      accessToken: 'a',
      sub: 'u=x',
      idToken: 'b',
      issuer: 'https://x.test/v2',
    });
  });

  it('takes a token alone, and what is needed alone', () => {
    expect(read(' abc.DEF-1~+/x==\r\n')).toEqual({ accessToken: 'abc.DEF-1~+/x==' });
    expect(read('{"sub":"u=x","accessToken":"a"}')).toEqual({ accessToken: 'a', sub: 'u=x' });
    expect(read('{"sub":"u=x","accessToken":"a","claims":{"iss":7}}')).not.toHaveProperty('issuer');
  });

  it.each([
    ['two words', 'CANARY CANARY', 'holds no access token'],
    ['two lines', 'CANARY\nCANARY', 'holds no access token'],
    ['what a header cannot hold', 'CANARY\u00e9', 'holds no access token'],
    ['a line break in the token', '{"sub":"x","accessToken":"CANARY\\r\\nx: y"}', 'holds no access token'],
    ['more than 16 kB', 'CANARY'.repeat(4_000), 'holds no access token'],
    ['no subject', '{"accessToken":"CANARY"}', '$.sub is missing'],
    ['no token', '{"sub":"CANARY"}', '$.accessToken is missing'],
    [
      'claims that are none',
      '{"sub":"x","accessToken":"CANARY","claims":[]}',
      '$.claims must be an object, got a list',
    ],
    ['a text', '"CANARY"', '$ must be an object, got text'],
  ])('refuses %s', async (_name, text, words) => {
    const error = await errorOf(() => read(text));
    expect(error).toMatchObject({ code: 'ERR_FILE', message: expect.stringContaining(words) });
    expect(error.hint).toContain('what "sgid callback" prints');
    expect(wordsOf(error)).not.toContain('CANARY');
  });
});
