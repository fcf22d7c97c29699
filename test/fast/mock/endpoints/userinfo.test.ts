import { describe, expect, it } from 'vitest';
import { createTestProvider, getUserinfo, obtainTokens } from '../relying-party.ts';

describe('a userinfo request that is refused', () => {
  it.each<[string, string | undefined]>([
    ['no Authorization header', undefined],
    ['an empty one', ''],
    ['another scheme', 'Basic bW9jazptb2Nr'],
    ['the token without a scheme', 'TOKEN'],
    ['a scheme that begins like it', 'BearerTOKEN'],
  ])('%s: a bare challenge', async (_what, template) => {
    const provider = createTestProvider();
    const { access_token } = await obtainTokens(provider);
    const response = await getUserinfo(provider, template?.replace('TOKEN', access_token));
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer realm="mock sgID"');
  });

  it.each<[string, string, RegExp]>([
    ['a scheme without a token', 'Bearer', /malformed/],
    ['two tokens', 'Bearer TOKEN TOKEN', /malformed/],
    ['a quoted token', 'Bearer "TOKEN"', /malformed/],
    ['a joined header', 'Bearer TOKEN, Bearer TOKEN', /malformed/],
    ['an unknown token', `Bearer ${'x'.repeat(43)}`, /unknown/],
    ['a token cut short', 'Bearer CUT', /unknown/],
    ['an inherited name', 'Bearer constructor', /unknown/],
  ])('%s: invalid_token', async (_what, template, description) => {
    const provider = createTestProvider();
    const { access_token } = await obtainTokens(provider);
    const authorization = template
      .replaceAll('TOKEN', access_token)
      .replace('CUT', access_token.slice(0, -1));
    const response = await getUserinfo(provider, authorization);
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toMatch(
      /^Bearer realm="mock sgID", error="invalid_token", error_description="[^"\\]+"$/,
    );
    expect(JSON.parse(response.body)).toEqual({
      error: 'invalid_token',
      error_description: expect.stringMatching(description),
    });
    expect(response.headers['cache-control']).toBe('no-store');
  });

  it('a token in the query, even beside one in the header', async () => {
    const provider = createTestProvider();
    const { access_token } = await obtainTokens(provider);
    for (const authorization of [undefined, `Bearer ${access_token}`]) {
      const response = await getUserinfo(provider, authorization, `?access_token=${access_token}`);
      expect([response.status, JSON.parse(response.body).error]).toEqual([400, 'invalid_request']);
    }
  });

  it('an ID token in place of the access token', async () => {
    const provider = createTestProvider();
    const { id_token } = await obtainTokens(provider);
    expect((await getUserinfo(provider, `Bearer ${id_token}`)).status).toBe(401);
  });

  it('a token of another provider', async () => {
    const { access_token } = await obtainTokens(createTestProvider());
    expect((await getUserinfo(createTestProvider(), `Bearer ${access_token}`)).status).toBe(401);
  });

  it('a token ten minutes old', async () => {
    let now = Date.UTC(2030, 0, 1);
    const provider = createTestProvider({ now: () => now });
    const { access_token } = await obtainTokens(provider);
    now += 599_999;
    expect((await getUserinfo(provider, `Bearer ${access_token}`)).status).toBe(200);
    now += 1;
    const response = await getUserinfo(provider, `Bearer ${access_token}`);
    expect([response.status, JSON.parse(response.body).error_description]).toEqual([
      401,
      expect.stringContaining('expired'),
    ]);
  });
});

describe('a userinfo request that is answered', () => {
  it.each(['bearer', 'BEARER'])('takes the scheme as %s: its case does not matter', async (scheme) => {
    const provider = createTestProvider();
    const { access_token } = await obtainTokens(provider);
    const response = await getUserinfo(provider, `${scheme} ${access_token}`);
    expect([response.status, response.headers['cache-control']]).toEqual([200, 'no-store']);
  });
});
