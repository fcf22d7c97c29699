import fc from 'fast-check';
import { expect } from 'vitest';
import { acceptCode } from '../../../src/oidc/callback.ts';
import type { Reply } from '../../helpers/fake-provider.ts';
import { NONCE, signIdToken } from '../../helpers/sign-id-token.ts';
import { fuzz } from './fuzz.ts';
import { anyJson, anyObject, asJson } from './hostile-json.ts';
import { anyReply, attemptAt, readObject, SENT } from './hostile-provider.ts';
import { anyPump, mostly } from './hostile-text.ts';

const ID_TOKEN = await signIdToken();

const anyToken = mostly(
  fc.constant(SENT.accessToken),
  fc.oneof(anyPump(fc.constant('x'), 16 * 1024), anyPump(fc.constant('é'), 8 * 1024)),
  20,
).map((token) => JSON.stringify(token));

const anyTokens = anyObject({
  access_token: anyToken,
  id_token: asJson(ID_TOKEN),
  token_type: mostly(
    fc.constantFrom('"Bearer"', '"bearer"', '"BEARER"'),
    mostly(anyJson, asJson('DPoP')),
    20,
  ),
});

const { accessToken: _, ...SENT_SECRETS } = SENT;
const SENT_CODE = {
  codeVerifier: SENT.codeVerifier,
  redirectUri: 'http://localhost:5001/callback',
  nonce: NONCE,
};

/** The tokens that a reply holds, read in the plainest way. */
function readTokens(reply: Reply): unknown {
  const json = readObject(reply);
  if (json === undefined || String(reply.body).length > 64 * 1024) return undefined;
  const { access_token: accessToken, id_token: idToken, token_type: type = 'bearer' } = json;
  if (typeof accessToken !== 'string' || accessToken === '' || Buffer.byteLength(accessToken) > 16 * 1024)
    return undefined;
  if (typeof type !== 'string' || !/^bearer$/i.test(type)) return undefined;
  return idToken === ID_TOKEN ? { accessToken, idToken } : undefined;
}

fuzz(
  'a token reply gives its tokens, or an error without a secret',
  { short: 150, long: 100_000 },
  fc.asyncProperty(anyReply(anyTokens, Object.values(SENT_SECRETS)), async (reply) => {
    const outcome = await attemptAt(
      { token: reply },
      async (provider, options) => {
        const { accessToken, idToken } = await provider.exchange(acceptCode(SENT.code), SENT_CODE, options);
        return { accessToken, idToken };
      },
      // Of a refusal, the words are shown: what is no name of a token is none.
      { ...SENT_SECRETS, ID_TOKEN, ...(reply.status === 200 && { accessToken: SENT.accessToken }) },
    );
    expect('result' in outcome ? outcome.result : undefined).toEqual(readTokens(reply));
  }),
);
