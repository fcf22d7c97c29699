import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import express from 'express';
import session from 'express-session';
import { generatePkcePair, SgidClient } from '@opengovsg/sgid-client';

let client;
let redirectUri;
try {
  client = new SgidClient({
    clientId: process.env.SGID_CLIENT_ID,
    clientSecret: process.env.SGID_CLIENT_SECRET,
    privateKey: process.env.SGID_PRIVATE_KEY,
    redirectUri: process.env.SGID_REDIRECT_URI,
    hostname: process.env.SGID_HOSTNAME,
  });
  redirectUri = new URL(process.env.SGID_REDIRECT_URI);
} catch (failure) {
  console.error(failure.message);
  console.error(
    failure.hint ?? 'Set SGID_CLIENT_ID, SGID_CLIENT_SECRET, SGID_PRIVATE_KEY and SGID_REDIRECT_URI.',
  );
  process.exit(1);
}
const SCOPE = 'openid myinfo.name myinfo.email';
const { origin, protocol, pathname, port } = redirectUri;
const ISSUER = new URL('/v2', process.env.SGID_HOSTNAME ?? 'https://api.id.gov.sg').href;
const TEN_MINUTES = 10 * 60 * 1000;

const app = express().disable('x-powered-by');
// Behind a proxy that ends TLS, the cookie counts as secure by the proxy's word.
if (protocol === 'https:') app.set('trust proxy', 1);

app.use((_req, res, next) => {
  res.set({
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  });
  next();
});
app.use(express.static(fileURLToPath(new URL('public', import.meta.url)), { cacheControl: false }));

// Sessions stay in the memory of this process: for production name a store and a secret that outlive it.
app.use(
  session({
    secret: process.env.SESSION_SECRET ?? randomBytes(32).toString('hex'),
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: protocol === 'https:', maxAge: 60 * 60 * 1000 },
  }),
);

// By state. Not in the sessions: two requests at once each get a copy of one, and each would find the attempt.
const attempts = new Map();

app.get('/login', async (req, res) => {
  const state = randomBytes(32).toString('base64url');
  const { codeChallenge, codeVerifier } = generatePkcePair();
  const { url, nonce } = client.authorizationUrl({ state, scope: SCOPE, codeChallenge });
  attempts.set(state, { sessionID: req.sessionID, nonce, codeVerifier, when: Date.now() });
  // The oldest give way, so that nobody fills the memory.
  if (attempts.size > 10_000) attempts.delete(attempts.keys().next().value);
  if (req.session.person === undefined) {
    // Something to save: only then the browser gets a cookie, and keeps the session's id.
    req.session.isAsking = true;
    await settle(req.session, 'save');
  }
  res.redirect(url);
});

app.get(pathname, async (req, res) => {
  // Express answers HEAD as well, and a browser may fetch in advance: neither is a person who comes back.
  if (req.method !== 'GET' || req.get('sec-purpose') !== undefined) return res.sendStatus(405);
  const { state, code, error, iss = ISSUER } = req.query;
  const isPlain = Object.values(req.query).every((value) => typeof value === 'string');
  const attempt = attempts.get(state);
  const isOurs = attempt?.sessionID === req.sessionID && Date.now() - attempt.when < TEN_MINUTES;
  if (!isPlain || iss !== ISSUER || !isOurs) return res.redirect('/?login=failed');
  // Whatever comes of it, an attempt counts once: nothing is awaited before.
  attempts.delete(state);
  if (error === 'access_denied') return res.redirect('/?login=refused');
  if (error !== undefined || !code) return res.redirect('/?login=failed');
  try {
    const { nonce, codeVerifier } = attempt;
    const { sub, accessToken } = await client.callback({ code, nonce, codeVerifier });
    const { data } = await client.userinfo({ sub, accessToken });
    // A new session id, so that one from before the login opens nothing.
    await settle(req.session, 'regenerate');
    req.session.person = { sub, claims: client.parseData(data) };
    await settle(req.session, 'save');
    res.redirect('/');
  } catch (failure) {
    console.error('login failed:', failure.message);
    res.redirect('/?login=failed');
  }
});

app.get('/api/person', (req, res) => {
  res.json(req.session.person ?? null);
});

app.post('/api/logout', async (req, res) => {
  if (req.get('origin') !== origin) return res.sendStatus(403);
  await settle(req.session, 'destroy');
  res.sendStatus(204);
});

/** Calls a method of express-session, and waits until the store is done. */
function settle(current, method) {
  return new Promise((resolve, reject) => {
    current[method]((error) => (error ? reject(error) : resolve()));
  });
}

app.listen(process.env.PORT || port || 3000, 'localhost', (error) => {
  if (error) throw error;
  console.log(`Open ${origin}/`);
});
