import { describe, expect, it } from 'vitest';
import { createTestProvider, getUserinfo, obtainTokens } from './relying-party.ts';

describe('a userinfo request', () => {
  const BARE = /^Bearer realm="mock sgID"$/;
  const NAMED = /^Bearer realm="mock sgID", error="invalid_(token|request)", error_description="[^"\\]+"$/;

  // TOKEN is a good access token, CUT a shortened one, ID an ID token, FOREIGN that of another provider.
  it.each<[string | undefined, string, number, RegExp, RegExp]>([
    [undefined, '', 401, BARE, /header/],
    ['', '', 401, BARE, /header/],
    ['Basic bW9jazptb2Nr', '', 401, BARE, /header/],
    ['TOKEN', '', 401, BARE, /header/],
    ['BearerTOKEN', '', 401, BARE, /header/],
    ['Bearer', '', 401, NAMED, /malformed/],
    ['Bearer TOKEN TOKEN', '', 401, NAMED, /malformed/],
    ['Bearer "TOKEN"', '', 401, NAMED, /malformed/],
    ['Bearer TOKEN, Bearer TOKEN', '', 401, NAMED, /malformed/],
    [`Bearer ${'x'.repeat(43)}`, '', 401, NAMED, /unknown/],
    ['Bearer CUT', '', 401, NAMED, /unknown/],
    ['Bearer constructor', '', 401, NAMED, /unknown/],
    ['Bearer ID', '', 401, NAMED, /unknown/],
    ['Bearer FOREIGN', '', 401, NAMED, /unknown/],
    [undefined, '?access_token=TOKEN', 400, NAMED, /never in the URL/],
    ['Bearer TOKEN', '?access_token=TOKEN', 400, NAMED, /never in the URL/],
  ])('with %j and the query %j is refused with %i', async (template, query, status, challenge, words) => {
    const provider = createTestProvider();
    const { access_token, id_token } = await obtainTokens(provider);
    const foreign = (await obtainTokens(createTestProvider())).access_token;
    const fill = (text: string): string =>
      text
        .replaceAll('TOKEN', access_token)
        .replace('CUT', access_token.slice(0, -1))
        .replace('ID', id_token)
        .replace('FOREIGN', foreign);
    const response = await getUserinfo(provider, template && fill(template), fill(query));
    expect([response.status, response.headers['cache-control']]).toEqual([status, 'no-store']);
    expect(response.headers['www-authenticate']).toMatch(challenge);
    const { error, error_description } = JSON.parse(response.body);
    expect(error).toBe(status === 400 ? 'invalid_request' : 'invalid_token');
    expect(error_description).toMatch(words);
  });

  it.each(['bearer', 'BEARER'])('with the scheme %s is answered, whatever its case', async (scheme) => {
    const provider = createTestProvider();
    const { access_token } = await obtainTokens(provider);
    const response = await getUserinfo(provider, `${scheme} ${access_token}`);
    expect([response.status, response.headers['cache-control']]).toEqual([200, 'no-store']);
  });
});
