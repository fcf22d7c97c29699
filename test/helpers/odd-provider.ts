import { createServer, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { bindAll } from '../../src/system/ports.ts';
import {
  type ClaimChanges,
  publicJwkOf,
  SUB,
  signIdToken,
  signingKey,
  strangerKey,
} from './sign-id-token.ts';

/** What a provider does in its own way. */
export interface Behaviour {
  readonly idToken?: ClaimChanges;
  readonly token?: object;
  /** The reply beside its subject, also by the access token; without it there are no claims. */
  readonly userinfo?: object | ((accessToken: string) => object);
  /** The status of its first answer. */
  readonly status?: number;
  readonly compressed?: boolean;
  /** Signs the second ID token with another key, which its JWKS holds from then on. */
  readonly rotates?: boolean;
}

/** Starts a provider on this machine, for clients of other people, too, which runs until the test has finished. */
export async function startOddProvider({
  status = 200,
  compressed,
  rotates,
  ...behaviour
}: Behaviour): Promise<string> {
  let statuses = [status];
  let tokens = 0;
  const isNew = (): boolean => rotates === true && tokens > 1;
  const newJwk = publicJwkOf(strangerKey, { kid: 'new', alg: 'RS256', use: 'sig' });
  const createProvider = (): Server =>
    createServer(async (request, response) => {
      const issuer = `http://${request.headers.host}/v2`;
      const [answered = 200, ...others] = statuses;
      statuses = others;
      const bodies: Readonly<Record<string, () => unknown>> = {
        '/v2/.well-known/jwks.json': () => ({ keys: [isNew() ? newJwk : signingKey.jwk] }),
        '/v2/oauth/token': async () => {
          const now = Math.floor(Date.now() / 1000);
          const claims = { iss: issuer, nonce: 'n', iat: now, exp: now + 300, ...behaviour.idToken };
          tokens += 1;
          const signing = isNew() ? { header: { kid: 'new' }, key: strangerKey } : {};
          return { access_token: 'x', id_token: await signIdToken(claims, signing), ...behaviour.token };
        },
        '/v2/oauth/userinfo': () => {
          const { userinfo } = behaviour;
          const accessToken = request.headers.authorization?.slice('Bearer '.length) ?? '';
          return { sub: SUB, ...(typeof userinfo === 'function' ? userinfo(accessToken) : userinfo) };
        },
      };
      const body =
        answered === 401 ? 'the words of the provider' : JSON.stringify(await bodies[request.url ?? '']?.());
      response.writeHead(answered, compressed ? { 'content-encoding': 'gzip' } : {});
      response.end(compressed ? gzipSync(body) : body);
    });
  const bound = await bindAll(['127.0.0.1'], 0, createProvider);
  onTestFinished(() => bound.close());
  return `http://127.0.0.1:${bound.port}`;
}
