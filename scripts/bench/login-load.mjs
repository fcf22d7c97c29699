// Logs in at a provider over plain node:http: authorize, token, JWKS, userinfo. Answers are checked for what a
// login needs, but neither verified nor decrypted, so that the client costs little.
import { Agent, request } from 'node:http';

// The example of the sgID documentation: a code verifier and its hash (PKCE, RFC 7636).
const VERIFIER = 'bbGcObXZC1YGBQZZtZGQH9jsyO1vypqCGqnSU_4TI5S';
const CHALLENGE = 'zaqUHoBV3rnhBF2g0Gkz1qkpEZXHqi2OrPK1DqRi-Lk';
// What the ready-made client of `sgid mock` is registered with; MockPass looks at neither.
const CLIENT_SECRET = 'public-test-secret/not+secret=';
const REDIRECT_URI = 'http://localhost:5001/api/redirect';

/**
 * Logs in so many times with so many clients at once, each on a connection of its own.
 *
 * @returns How long all of it took, and each login, in milliseconds.
 */
export async function runLogins(provider, { logins, clients }) {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const durations = [];
  let begun = 0;
  const logInRepeatedly = async () => {
    while (begun < logins) {
      begun += 1;
      const started = performance.now();
      await logIn(provider, agent);
      durations.push(performance.now() - started);
    }
  };
  const started = performance.now();
  try {
    await Promise.all(Array.from({ length: clients }, logInRepeatedly));
  } finally {
    agent.destroy();
  }
  return { total: performance.now() - started, durations };
}

async function logIn({ hostname, clientId }, agent) {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    scope: 'openid myinfo.name',
    state: 'bench',
    nonce: 'bench',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  });
  const authorized = await send(`${hostname}/v2/oauth/authorize?${query}`, { agent }, 302);
  const code = new URL(authorized.location).searchParams.get('code');
  if (!code) throw new Error(`no code: ${authorized.location}`);

  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    client_secret: CLIENT_SECRET,
    code,
    redirect_uri: REDIRECT_URI,
    code_verifier: VERIFIER,
  }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': form.length };
  const tokens = JSON.parse(
    (await send(`${hostname}/v2/oauth/token`, { agent, method: 'POST', headers }, 200, form)).body,
  );
  if (tokens.id_token.split('.').length !== 3) throw new Error('no ID token');

  const jwks = JSON.parse((await send(`${hostname}/v2/.well-known/jwks.json`, { agent }, 200)).body);
  if (jwks.keys.length === 0) throw new Error('no keys');

  const authorization = `Bearer ${tokens.access_token}`;
  const userinfo = JSON.parse(
    (await send(`${hostname}/v2/oauth/userinfo`, { agent, headers: { authorization } }, 200)).body,
  );
  const jwes = [userinfo.key, userinfo.data['myinfo.name']];
  if (jwes.some((jwe) => jwe?.split('.').length !== 5)) throw new Error('no encrypted name');
}

function send(url, options, expectedStatus, body) {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === expectedStatus) {
          resolve({ location: response.headers.location, body: text });
        } else reject(new Error(`${url} answered ${response.statusCode}: ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
