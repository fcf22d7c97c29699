import type { NextRequest } from 'next/server';
import { SgidError } from 'sgid-cli';
import { seeOther } from '../../lib/see-other';
import { beginSession, findSession } from '../../lib/session';
import { ISSUER, type SCOPE, sgidClient } from '../../lib/sgid';

export async function GET(request: NextRequest): Promise<Response> {
  // Next.js answers HEAD as well, and a browser may fetch in advance: neither is a person who comes back.
  if (request.method !== 'GET' || request.headers.has('sec-purpose'))
    return new Response(null, { status: 405 });
  const parameters = [...request.nextUrl.searchParams];
  const { state, code, error, iss = ISSUER } = Object.fromEntries(parameters);
  // A parameter that is there twice, or another provider: the genuine callback may still come.
  const isPlain = new Set(parameters.map(([name]) => name)).size === parameters.length;
  if (!isPlain || iss !== ISSUER) return seeOther('/?login=failed');
  const session = await findSession();
  const attempt = session?.attempts.find((one) => one.state === state);
  if (session === undefined || attempt === undefined) return seeOther('/?login=failed');
  // Whatever comes of it, an attempt counts once.
  session.attempts = session.attempts.filter((one) => one !== attempt);
  if (error === 'access_denied') return seeOther('/?login=refused');
  if (error !== undefined || !code) return seeOther('/?login=failed');
  try {
    const client = sgidClient();
    const { sub, accessToken } = await client.callback({ ...attempt, code });
    const { data } = await client.userinfo<typeof SCOPE>({ sub, accessToken });
    await beginSession({ attempts: [], person: { sub, claims: client.parseData<typeof SCOPE>(data) } });
    return seeOther('/');
  } catch (failure) {
    console.error('login failed:', failure instanceof SgidError ? failure.code : failure);
    return seeOther('/?login=failed');
  }
}
