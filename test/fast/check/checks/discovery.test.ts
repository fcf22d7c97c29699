import { describe, expect, it } from 'vitest';
import { checkDiscovery } from '../../../../src/check/provider-checks.ts';
import { createOnlineContext } from '../../../helpers/check-context.ts';
import { errorOf } from '../../../helpers/error-of.ts';
import { ISSUER } from '../../../helpers/sign-id-token.ts';

const DOCUMENT = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/oauth/authorize`,
  token_endpoint: `${ISSUER}/oauth/token`,
  userinfo_endpoint: `${ISSUER}/oauth/userinfo`,
  jwks_uri: `${ISSUER}/.well-known/jwks.json`,
};

describe('the check of the discovery document', () => {
  it('passes for the endpoints of sgID v2', async () => {
    const context = createOnlineContext(() => ({ body: DOCUMENT }));
    expect((await checkDiscovery(context)).verdict).toBe('pass');
    expect(context.requests.map(({ url }) => url)).toEqual([`${ISSUER}/.well-known/openid-configuration`]);
  });

  it.each(['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'])(
    'warns of another %s at the same provider',
    async (name) => {
      const other = `${ISSUER}//other`;
      const context = createOnlineContext(() => ({ body: { ...DOCUMENT, [name]: other } }));
      expect(await checkDiscovery(context)).toMatchObject({
        verdict: 'warn',
        evidence: `the discovery document names other endpoints than sgID v2 has: ${other}`,
      });
    },
  );

  it.each([
    ['of another issuer', { issuer: 'https://other.test/v2' }, 'ERR_DISCOVERY_ORIGIN'],
    ['with an endpoint elsewhere', { token_endpoint: 'https://thief.test/t' }, 'ERR_DISCOVERY_ORIGIN'],
    ['without an endpoint', { jwks_uri: undefined }, 'ERR_RESPONSE_INVALID'],
  ])('rejects for one %s', async (_name, changes, code) => {
    const context = createOnlineContext(() => ({ body: { ...DOCUMENT, ...changes } }));
    expect((await errorOf(() => checkDiscovery(context))).code).toBe(code);
  });
});
