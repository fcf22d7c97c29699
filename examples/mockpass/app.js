import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { generatePkcePair, SgidClient } from 'sgid-cli';

const client = new SgidClient({
  clientId: process.env.SGID_CLIENT_ID,
  clientSecret: process.env.SGID_CLIENT_SECRET,
  privateKey: process.env.SGID_PRIVATE_KEY,
  redirectUri: process.env.SGID_REDIRECT_URI,
  hostname: process.env.SGID_HOSTNAME,
});
const SCOPE = 'openid myinfo.name myinfo.date_of_birth';
const { origin, protocol, pathname: callbackPath, port } = new URL(process.env.SGID_REDIRECT_URI);
const COOKIE = `HttpOnly; SameSite=Lax; Path=/; Max-Age=600${protocol === 'https:' ? '; Secure' : ''}`;
// A long name breaks where the screen ends.
const STYLE = `body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font-family: system-ui, sans-serif; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }`;
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'`;

/** In the memory of this process, by a random id that the browser has in a cookie. */
const attempts = new Map();

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, origin);
  if (pathname === '/') return logIn(response);
  if (pathname !== callbackPath) return show(response, 404, 'There is no such page.');
  const [, id] = /(?:^|; )attempt=([\w-]+)/.exec(request.headers.cookie ?? '') ?? [];
  const attempt = attempts.get(id);
  if (attempt === undefined || searchParams.getAll('state').join() !== attempt.state)
    return show(response, 400, 'This browser did not ask for this login.');
  // Whatever comes of it, an attempt counts once.
  attempts.delete(id);
  if (searchParams.get('error') === 'access_denied')
    return show(response, 200, 'You did not log in, and nothing was shared.');
  try {
    const { nonce, codeVerifier } = attempt;
    const code = searchParams.get('code') ?? '';
    const { sub, accessToken } = await client.callback({ code, nonce, codeVerifier });
    const { data } = await client.userinfo({ sub, accessToken });
    show(response, 200, JSON.stringify(client.parseData(data), null, 2), 'What sgID shared');
  } catch (failure) {
    console.error('login failed:', failure.code);
    show(response, 502, 'The login did not succeed. Please try again.');
  }
}).listen(port, 'localhost', () => console.log(`Open ${origin}/`));

function logIn(response) {
  const [id, state] = [randomBytes(32), randomBytes(32)].map((bytes) => bytes.toString('base64url'));
  const { codeChallenge, codeVerifier } = generatePkcePair();
  const { url, nonce } = client.authorizationUrl({ state, scope: SCOPE, codeChallenge });
  attempts.set(id, { state, nonce, codeVerifier });
  setTimeout(() => attempts.delete(id), 600_000).unref();
  response.writeHead(302, { location: url, 'set-cookie': `attempt=${id}; ${COOKIE}` }).end();
}

/** Text from outside becomes text of the page, and never HTML. */
function show(response, status, text, title = 'Log in with sgID') {
  const escaped = text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(`<!doctype html>
<html lang="en">
  <meta name="viewport" content="width=device-width">
  <title>${title}</title>
  <style>${STYLE}</style>
  <h1>${title}</h1>
  <pre>${escaped}</pre>
  <a href="/">Log in again</a>
</html>
`);
}
