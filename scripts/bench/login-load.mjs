// Logs in at a provider: authorize, token, JWKS, userinfo. The answers are checked for what a login needs, but
// neither verified nor decrypted, so that the client costs little. It is the same for every provider.
import { openConnection, readHeader } from './connection.mjs';
import { TEST_CLIENT } from './programs.mjs';

// The example of the sgID documentation: a code verifier and its hash (PKCE, RFC 7636).
const VERIFIER = 'bbGcObXZC1YGBQZZtZGQH9jsyO1vypqCGqnSU_4TI5S';
const CHALLENGE = 'zaqUHoBV3rnhBF2g0Gkz1qkpEZXHqi2OrPK1DqRi-Lk';

/**
 * Logs in so many times with so many clients at once, each on a connection of its own.
 *
 * @returns How long all of it took, in milliseconds.
 */
export async function runLogins(hostname, { logins, clients }) {
  const connections = await Promise.all(Array.from({ length: clients }, () => openConnection(hostname)));
  const requests = loginRequests(hostname);
  let begun = 0;
  const logInRepeatedly = async (connection) => {
    while (begun < logins) {
      begun += 1;
      await logIn(connection, requests);
    }
  };
  const started = performance.now();
  try {
    await Promise.all(connections.map(logInRepeatedly));
  } finally {
    for (const connection of connections) connection.close();
  }
  return performance.now() - started;
}

/** The heads of the four requests, as far as they are the same for every login. */
function loginRequests(hostname) {
  const host = `Host: ${new URL(hostname).host}`;
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: TEST_CLIENT.clientId,
    redirect_uri: TEST_CLIENT.redirectUri,
    scope: 'openid myinfo.name',
    state: 'bench',
    nonce: 'bench',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  });
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: TEST_CLIENT.clientId,
    client_secret: TEST_CLIENT.clientSecret,
    redirect_uri: TEST_CLIENT.redirectUri,
    code_verifier: VERIFIER,
  });
  return {
    authorize: `GET /v2/oauth/authorize?${query} HTTP/1.1\r\n${host}`,
    token: `POST /v2/oauth/token HTTP/1.1\r\n${host}\r\nContent-Type: application/x-www-form-urlencoded`,
    form: `${form}&code=`,
    jwks: `GET /v2/.well-known/jwks.json HTTP/1.1\r\n${host}`,
    userinfo: `GET /v2/oauth/userinfo HTTP/1.1\r\n${host}\r\nAuthorization: Bearer `,
  };
}

async function logIn(connection, requests) {
  const { head } = await send(connection, 302, requests.authorize);
  const code = /[?&]code=([^&]+)/.exec(readHeader(head, 'location'))?.[1];
  if (!code) throw new Error(`no code: ${head}`);

  const form = requests.form + code;
  const tokens = JSON.parse(
    (await send(connection, 200, `${requests.token}\r\nContent-Length: ${form.length}`, form)).body,
  );
  if (tokens.id_token.split('.').length !== 3) throw new Error('no ID token');

  const jwks = JSON.parse((await send(connection, 200, requests.jwks)).body);
  if (jwks.keys.length === 0) throw new Error('no keys');

  const userinfo = JSON.parse((await send(connection, 200, requests.userinfo + tokens.access_token)).body);
  const jwes = [userinfo.key, userinfo.data['myinfo.name']];
  if (jwes.some((jwe) => jwe?.split('.').length !== 5)) throw new Error('no encrypted name');
}

async function send(connection, expectedStatus, head, body) {
  const answer = await connection.send(head, body);
  if (answer.status === expectedStatus) return answer;
  throw new Error(`${head.split('\r\n', 1)} answered ${answer.head}\n\n${answer.body}`);
}
