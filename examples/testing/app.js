import { createHash, randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { generatePkcePair } from 'sgid-cli';

const TEN_MINUTES = 10 * 60 * 1000;

// A long name breaks where the screen ends.
const STYLE =
  'body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font-family: system-ui, sans-serif; overflow-wrap: anywhere; }';
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; frame-ancestors 'none'`;

/** The application. Whoever starts it hands in its client: the mock's in a test, sgID's in production. */
export function createApp(client, redirectUri) {
  const { origin, protocol, pathname } = new URL(redirectUri);
  const secure = protocol === 'https:';
  const app = express().disable('x-powered-by');
  if (secure) app.set('trust proxy', 1);
  const secret = process.env.SESSION_SECRET ?? randomBytes(32).toString('hex');
  const cookie = { httpOnly: true, sameSite: 'lax', secure };
  app.use(session({ secret, resave: false, saveUninitialized: false, cookie }));

  // By state. Not in the sessions: two requests at once each get a copy of one, and each would find the attempt.
  const attempts = new Map();

  app.get('/', (req, res) => {
    const { name } = req.session;
    if (name === undefined) sendPage(res, 'Welcome');
    else
      sendPage(res, `Hello ${name}`, '<form action="/logout" method="post"><button>Log out</button></form>');
  });

  app.get('/login', async (req, res) => {
    const state = randomBytes(32).toString('base64url');
    const { codeChallenge, codeVerifier } = generatePkcePair();
    const { url, nonce } = client.authorizationUrl({ state, scope: 'openid myinfo.name', codeChallenge });
    attempts.set(state, { sessionID: req.sessionID, nonce, codeVerifier, when: Date.now() });
    // The oldest give way, so that nobody fills the memory.
    if (attempts.size > 10_000) attempts.delete(attempts.keys().next().value);
    if (req.session.name === undefined) {
      // Something to save: only then the browser gets a cookie, and keeps the session's id.
      req.session.isAsking = true;
      await settle(req.session, 'save');
    }
    res.redirect(url);
  });

  app.get(pathname, async (req, res) => {
    // Express answers HEAD as well, and a browser may fetch in advance: neither is a person who comes back.
    if (req.method !== 'GET' || req.get('sec-purpose') !== undefined) return res.sendStatus(405);
    const { state, code, error } = req.query;
    const isPlain = Object.values(req.query).every((value) => typeof value === 'string');
    const attempt = attempts.get(state);
    const isOurs = attempt?.sessionID === req.sessionID && Date.now() - attempt.when < TEN_MINUTES;
    if (!isPlain || !isOurs)
      return sendPage(res.status(400), 'This does not belong to your login. Please start again.');
    // Whatever comes of it, an attempt counts once: nothing is awaited before.
    attempts.delete(state);
    if (error === 'access_denied') return sendPage(res, 'You did not log in, and nothing was shared.');
    if (error !== undefined || !code)
      return sendPage(res.status(502), 'The login did not succeed. Please try again.');
    try {
      const { nonce, codeVerifier } = attempt;
      const { sub, accessToken } = await client.callback({ code, nonce, codeVerifier });
      const { data } = await client.userinfo({ sub, accessToken });
      // A new session id, so that one from before the login opens nothing.
      await settle(req.session, 'regenerate');
      req.session.name = data['myinfo.name'];
      await settle(req.session, 'save');
      res.redirect('/');
    } catch (failure) {
      console.error('login failed:', failure.code ?? failure.message);
      sendPage(res.status(502), 'The login did not succeed. Please try again.');
    }
  });

  app.post('/logout', async (req, res) => {
    // A form of another site must not log anybody out.
    if (req.get('origin') !== origin) return res.sendStatus(403);
    await settle(req.session, 'destroy');
    res.redirect(303, '/');
  });
  return app;
}

/** Calls a method of express-session, and waits until the store is done. */
function settle(session, method) {
  return new Promise((resolve, reject) => {
    session[method]((error) => (error ? reject(error) : resolve()));
  });
}

function sendPage(res, text, action = '<a href="/login">Log in with sgID</a>') {
  const escaped = text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  res
    .set('content-security-policy', POLICY)
    .set('cache-control', 'no-store')
    .send(`<!doctype html>
<html lang="en">
  <meta name="viewport" content="width=device-width">
  <title>${escaped}</title>
  <style>${STYLE}</style>
  <h1>${escaped}</h1>
  ${action}
</html>`);
}
