import { createPrivateKey, createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { ENCRYPTION_PROFILES, encryptUserinfo } from '../../src/mock/encryption.ts';
import { claimValue, PERSONAS } from '../../src/mock/personas.ts';
import { TEST_PUBLIC_KEY, TEST_SIGNING_KEY } from '../../src/mock/test-credentials.ts';
import { SCOPE_NAMES } from '../../src/sgid/scopes.ts';

const REDIRECT_URI = 'http://localhost:5001/api/redirect';

const CREDENTIALS = { clientId: 'CERTIFIED-1', clientSecret: 'a public secret of the tests' };
/** What it keeps, and asks for the lifetime of. */
const KINDS = ['AccessToken', 'AuthorizationCode', 'Grant', 'IdToken', 'Interaction', 'Session'];
const PREFIX = '/v2';
const INTERACTION = '/interaction/';

/**
 * Starts oidc-provider, which the OpenID Foundation certified, at the addresses of sgID: it logs the persona of
 * `login_hint` in, and gives the values encrypted as sgID does.
 */
export async function startCertifiedProvider(
  profile: keyof typeof ENCRYPTION_PROFILES = 'sdk',
  redirectUri = REDIRECT_URI,
) {
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hostname = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = createProvider(`${hostname}${PREFIX}`, profile, redirectUri);
  const handle = provider.callback();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '' } = request;
    if (url.startsWith(PREFIX + INTERACTION)) {
      const { params } = await provider.interactionDetails(request, response);
      const { login_hint: accountId } = params;
      const refusal = { error: 'access_denied', error_description: 'nobody was named' };
      await provider.interactionFinished(request, response, accountId ? { login: { accountId } } : refusal);
    } else {
      // It finds by these two where it is mounted.
      Object.assign(request, { originalUrl: url, url: url.slice(PREFIX.length) });
      await handle(request, response);
    }
  }
  return {
    hostname,
    client: { ...CREDENTIALS, redirectUri },
    close: (): void => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function createProvider(
  issuer: string,
  profile: keyof typeof ENCRYPTION_PROFILES,
  redirectUri: string,
): Provider {
  const publicKey = createPublicKey(TEST_PUBLIC_KEY);
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CREDENTIALS.clientId,
        client_secret: CREDENTIALS.clientSecret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    routes: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      userinfo: '/oauth/userinfo',
      jwks: '/.well-known/jwks.json',
    },
    jwks: { keys: [{ ...createPrivateKey(TEST_SIGNING_KEY).export({ format: 'jwk' }), use: 'sig' }] },
    cookies: { keys: ['a public secret of the tests'] },
    ttl: Object.fromEntries(KINDS.map((kind) => [kind, 600])),
    features: { devInteractions: { enabled: false } },
    scopes: SCOPE_NAMES,
    claims: Object.fromEntries(
      SCOPE_NAMES.map((name) => [name, name === 'openid' ? ['sub'] : ['key', 'data']]),
    ),
    findAccount: (_context, accountId) => ({
      accountId,
      claims: (_use, scope) => {
        const persona = PERSONAS.find(({ id }) => id === accountId);
        if (persona === undefined) throw new Error(`no persona ${accountId}`);
        const names = scope.split(' ').filter((name) => name !== 'openid');
        const values = Object.fromEntries(names.map((name) => [name, claimValue(persona, name)]));
        return { sub: accountId, ...encryptUserinfo(values, publicKey, ENCRYPTION_PROFILES[profile]) };
      },
    }),
    loadExistingGrant: async ({ oidc: { client, session, params } }) => {
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(params.scope);
      await grant.save();
      return grant;
    },
    interactions: { url: (_context, { uid }) => `${PREFIX}${INTERACTION}${uid}` },
  });
  return provider;
}

/** Goes where a browser with cookies is led, up to the redirect to another origin. */
export async function browseToCallback(url: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let place = new URL(url);
  for (let hops = 0; hops < 9; hops += 1) {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(place, { redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null)
      throw new Error(`no redirect from ${place}: ${response.status} ${await response.text()}`);
    const next = new URL(location, place);
    if (next.origin !== place.origin) return next;
    place = next;
  }
  throw new Error('too many redirects');
}
