import fc from 'fast-check';
import { expect } from 'vitest';
import { discoverEndpoints } from '../../../src/oidc/discovery.ts';
import type { Reply } from '../../helpers/fake-provider.ts';
import { HOSTNAME, ISSUER } from '../../helpers/sign-id-token.ts';
import { fuzz } from './fuzz.ts';
import { anyJson, anyObject, asJson } from './hostile-json.ts';
import { anyReply, attemptAt, readObject } from './hostile-provider.ts';
import { changedText, mostly } from './hostile-text.ts';

const NAMES = ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'] as const;
const HOST = new URL(HOSTNAME).host;

const anyUrl = (good: string) =>
  mostly(
    fc.constant(good),
    fc.oneof(
      changedText(fc.constant(good)),
      fc.constantFrom(
        ...[`${HOSTNAME}.evil.test/`, `${HOSTNAME}@evil.test/`, `${HOSTNAME}:8443/x`, `http://${HOST}/x`],
        ...[
          `https://user:word@${HOST}/x`,
          `blob:${HOSTNAME}/x`,
          `javascript:${HOSTNAME}/`,
          '/v2/x',
          '//evil.test',
        ],
        ...[
          `HTTPS://${HOST.toUpperCase()}/x`,
          ` ${good}`,
          `${HOSTNAME}\\@evil.test/`,
          `https:${HOST}/x`,
          `${HOSTNAME}:443/x`,
        ],
      ),
    ),
  );

const anyDocument = anyObject(
  {
    issuer: asJson(ISSUER),
    ...Object.fromEntries(
      NAMES.map((name) => [name, anyUrl(`${ISSUER}/${name}`).map((url) => JSON.stringify(url))]),
    ),
  },
  mostly(
    anyJson,
    anyUrl(`${ISSUER}/x`).map((url) => JSON.stringify(url)),
    1,
  ),
);

/** The endpoints of a document of this provider, each on its host over TLS, without a user; else none. */
function readEndpoints(reply: Reply): readonly string[] | undefined {
  const json = readObject(reply);
  if (json?.['issuer'] !== ISSUER) return undefined;
  const endpoints = NAMES.map((name) => json[name]);
  const isGood = (value: unknown): value is string => {
    if (typeof value !== 'string' || !URL.canParse(value)) return false;
    const { protocol, host, username, password } = new URL(value);
    return protocol === 'https:' && host === HOST && username + password === '';
  };
  return endpoints.every(isGood) ? endpoints : undefined;
}

fuzz(
  'a discovery document gives endpoints of its own host alone, or an error',
  { short: 100, long: 100_000 },
  fc.asyncProperty(anyReply(anyDocument), async (reply) => {
    const outcome = await attemptAt(
      { discovery: reply },
      async (_provider, options, transport) => {
        const { authorization, token, userinfo, jwks } = await discoverEndpoints(transport, ISSUER, options);
        return [authorization, token, userinfo, jwks];
      },
      {},
    );
    expect('result' in outcome ? outcome.result : undefined).toEqual(readEndpoints(reply));
  }),
);
