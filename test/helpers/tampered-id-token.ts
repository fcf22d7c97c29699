import { CompactSign, decodeJwt } from 'jose';
import type { ServerResponse } from '../../src/system/http-server.ts';
import type { Misbehaviour } from './loopback-provider.ts';
import { HEADER, type SigningChanges, signingKey } from './sign-id-token.ts';

/** A token endpoint that changes claims of the ID token and signs it anew, by default as the provider would. */
export function tamperIdToken(
  changes: Readonly<Record<string, unknown>>,
  { header = {}, key = signingKey.privateKey }: SigningChanges = {},
): Misbehaviour {
  return replaceIdToken((idToken) =>
    new CompactSign(new TextEncoder().encode(JSON.stringify({ ...decodeJwt(idToken), ...changes })))
      .setProtectedHeader({ ...HEADER, ...header })
      .sign(key),
  );
}

/** A token endpoint that gives another ID token than the honest one. */
export function replaceIdToken(replace: (idToken: string) => string | Promise<string>): Misbehaviour {
  return changeJson(async (tokens) => ({ ...tokens, id_token: await replace(String(tokens['id_token'])) }));
}

/** An endpoint that changes its honest JSON answer. */
export function changeJson(change: (json: Record<string, unknown>) => unknown): Misbehaviour {
  return async (_request, honest): Promise<ServerResponse> => {
    const answer = await honest();
    return { ...answer, body: JSON.stringify(await change(JSON.parse(answer.body))) };
  };
}
