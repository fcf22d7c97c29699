'use strict';
// The least that a login can take in Node: node:http and node:crypto, one address, no option, no check but that of the
// signature, one field. Nothing that it does can be left out.
const {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  randomBytes,
  verify,
} = require('node:crypto');
const { readFileSync } = require('node:fs');
const { createServer, request } = require('node:http');

/** Logs in with the settings of the environment; `visit` gets the URL that a browser would go to. */
function logIn(visit) {
  const { SGID_CLIENT_ID, SGID_CLIENT_SECRET, SGID_HOSTNAME, SGID_PRIVATE_KEY_PATH, SGID_REDIRECT_URI } =
    process.env;
  const privateKey = createPrivateKey(readFileSync(SGID_PRIVATE_KEY_PATH));
  const [codeVerifier, state, nonce] = [0, 1, 2].map(() => randomBytes(32).toString('base64url'));
  const authorization = new URLSearchParams({
    response_type: 'code',
    client_id: SGID_CLIENT_ID,
    redirect_uri: SGID_REDIRECT_URI,
    scope: 'openid myinfo.name',
    state,
    nonce,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const server = createServer(async (callback, response) => {
    const code = new URL(callback.url, SGID_REDIRECT_URI).searchParams.get('code');
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: SGID_CLIENT_ID,
      client_secret: SGID_CLIENT_SECRET,
      redirect_uri: SGID_REDIRECT_URI,
      code,
      code_verifier: codeVerifier,
    }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': form.length };
    const tokens = await call(`${SGID_HOSTNAME}/v2/oauth/token`, { method: 'POST', headers }, form);
    const { keys } = await call(`${SGID_HOSTNAME}/v2/.well-known/jwks.json`);
    const [header, claims, signature] = tokens.id_token.split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url'));
    const key = createPublicKey({ key: keys.find((one) => one.kid === kid), format: 'jwk' });
    if (!verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url')))
      throw new Error('the signature is wrong');
    const bearer = { authorization: `Bearer ${tokens.access_token}` };
    const userinfo = await call(`${SGID_HOSTNAME}/v2/oauth/userinfo`, { headers: bearer });
    const oaep = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
    const payloadKey = privateDecrypt(oaep, Buffer.from(userinfo.key.split('.')[1], 'base64url'));
    response.writeHead(200, { connection: 'close' }).end('Signed in');
    process.stdout.write(`${JSON.stringify({ sub: userinfo.sub, bytes: payloadKey.length })}\n`);
    server.close();
  });
  server.listen(Number(new URL(SGID_REDIRECT_URI).port), '127.0.0.1', () => {
    visit(`${SGID_HOSTNAME}/v2/oauth/authorize?${authorization}`);
  });
}

function call(url, options = {}, body = undefined) {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(JSON.parse(text)));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

if (require.main === module) logIn((url) => process.stderr.write(`${url}\n`));

module.exports = { logIn };
