import type { NextRequest } from 'next/server';
import { SgidError } from 'sgid-cli';
import { seeOther } from '../../lib/see-other';
import { beginSession, findSession } from '../../lib/session';
import { type SCOPE, sgidClient } from '../../lib/sgid';

export async function GET(request: NextRequest): Promise<Response> {
  const parameters = [...request.nextUrl.searchParams];
  const { state, code, error } = Object.fromEntries(parameters);
  const session = await findSession();
  const attempt = session?.attempts.find((one) => one.state === state);
  if (session === undefined || attempt === undefined) return seeOther('/?login=failed');
  // Whatever comes of it, an attempt counts once.
  session.attempts = session.attempts.filter((one) => one !== attempt);
  // What stands there twice has been tampered with.
  if (new Set(parameters.map(([name]) => name)).size < parameters.length) return seeOther('/?login=failed');
  if (error === 'access_denied') return seeOther('/?login=refused');
  try {
    const client = sgidClient();
    const { sub, accessToken } = await client.callback({ ...attempt, code: code ?? '' });
    const { data } = await client.userinfo<typeof SCOPE>({ sub, accessToken });
    await beginSession({ attempts: [], person: { sub, claims: client.parseData<typeof SCOPE>(data) } });
    return seeOther('/');
  } catch (failure) {
    console.error('login failed:', failure instanceof SgidError ? failure.code : failure);
    return seeOther('/?login=failed');
  }
}
