import { describe, expect, it } from 'vitest';
import { discoverEndpoints, type Endpoints } from '../../../src/oidc/discovery.ts';
import { endpointsOf } from '../../../src/sgid/endpoints.ts';
import { Journal } from '../../../src/trace/journal.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { createFakeProvider, type Reply } from '../../helpers/fake-provider.ts';
import { HOSTNAME, ISSUER } from '../../helpers/sign-id-token.ts';

const DOCUMENT = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/oauth/authorize`,
  token_endpoint: `${ISSUER}/oauth/token`,
  userinfo_endpoint: `${ISSUER}/oauth/userinfo`,
  jwks_uri: `${ISSUER}/.well-known/jwks.json`,
};
function discover(reply: Reply): Promise<Endpoints> {
  const { fetch } = createFakeProvider({ discovery: reply });
  return discoverEndpoints({ fetch, clock: createFakeClock() }, ISSUER);
}

describe('discoverEndpoints', () => {
  it('finds the paths that sgID v2 fixes', async () => {
    await expect(discover({ body: DOCUMENT })).resolves.toEqual(endpointsOf(HOSTNAME));
  });

  it('is a step of its own, and can be interrupted', async () => {
    const { fetch, requests } = createFakeProvider();
    const [journal, { signal }] = [new Journal(0), new AbortController()];
    await discoverEndpoints({ fetch, clock: createFakeClock() }, ISSUER, { journal, signal });
    expect(journal.entries).toMatchObject([{ name: 'discovery', exchanges: [{ status: 200 }] }]);
    expect(requests[0]?.signal).toBe(signal);
  });

  it('takes other paths on the same origin', async () => {
    const jwks_uri = `${HOSTNAME}/keys?v=2`;
    await expect(discover({ body: { ...DOCUMENT, jwks_uri } })).resolves.toMatchObject({ jwks: jwks_uri });
  });

  describe.each(Object.keys(DOCUMENT).slice(1))('%s', (field) => {
    it.each([
      'https://evil.test/v2/oauth',
      'https://provider.test.evil.test/v2',
      'https://provider.test@evil.test/v2',
      'https://sub.provider.test/v2',
      'https://provider.test:8443/v2',
      'http://provider.test/v2',
      'blob:https://provider.test/v2',
      'data:text/plain,x',
      'javascript:alert(1)',
    ])('refuses another origin: %s', async (value) => {
      const error = await errorOf(() => discover({ body: { ...DOCUMENT, [field]: value } }));
      expect(error).toMatchObject({ code: 'ERR_DISCOVERY_ORIGIN', step: 'config' });
      expect(error.message).toContain(field);
    });

    it.each([undefined, null, '', '/v2/oauth', 'provider.test', 5, ['https://provider.test/']])(
      'refuses what is no URL: %j',
      async (value) => {
        const error = await errorOf(() => discover({ body: { ...DOCUMENT, [field]: value } }));
        expect(error).toMatchObject({ code: 'ERR_RESPONSE_INVALID', step: 'config' });
      },
    );
  });

  it.each([`${ISSUER}/`, HOSTNAME, 'https://evil.test/v2', '', null, undefined, [ISSUER]])(
    'refuses the issuer %j',
    async (issuer) => {
      const error = await errorOf(() => discover({ body: { ...DOCUMENT, issuer } }));
      expect(error).toMatchObject({ code: 'ERR_DISCOVERY_ORIGIN', step: 'config' });
    },
  );

  it.each<[Reply, string]>([
    [{ status: 404 }, 'ERR_RESPONSE_INVALID'],
    [{ status: 301 }, 'ERR_RESPONSE_REDIRECT'],
    [{ status: 500 }, 'ERR_PROVIDER_UNAVAILABLE'],
    [{ body: '<html></html>' }, 'ERR_RESPONSE_INVALID'],
    [{ body: [DOCUMENT] }, 'ERR_RESPONSE_INVALID'],
  ])('refuses the answer %j', async (reply, code) => {
    const error = await errorOf(() => discover(reply));
    expect(error).toMatchObject({ code, step: 'config', hint: expect.stringMatching(/\S/) });
  });
});
