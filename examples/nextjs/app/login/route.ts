import { randomBytes } from 'node:crypto';
import { generatePkcePair } from 'sgid-cli';
import { seeOther } from '../../lib/see-other';
import { beginSession, findSession } from '../../lib/session';
import { SCOPE, sgidClient } from '../../lib/sgid';

export async function GET(): Promise<Response> {
  const state = randomBytes(32).toString('base64url');
  const { codeChallenge, codeVerifier } = generatePkcePair();
  const { url, nonce } = sgidClient().authorizationUrl({ state, scope: SCOPE, codeChallenge });
  const session = (await findSession()) ?? (await beginSession({ attempts: [] }));
  // One for each tab; the oldest give way.
  session.attempts = [...session.attempts, { state, nonce, codeVerifier }].slice(-5);
  return seeOther(url);
}
