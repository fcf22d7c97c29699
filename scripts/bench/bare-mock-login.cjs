'use strict';
// The least that a login at a provider in the same process can take: bare-login.cjs, and beside it a provider that only
// signs the ID token and encrypts one key. It looks at nothing and keeps nothing.
const {
  constants,
  createPrivateKey,
  createPublicKey,
  publicEncrypt,
  randomBytes,
  sign,
} = require('node:crypto');
const { readFileSync } = require('node:fs');
const { createServer, get } = require('node:http');
const { logIn } = require('./bare-login.cjs');

const privateKey = createPrivateKey(readFileSync(process.env.SGID_PRIVATE_KEY_PATH));
const publicKey = createPublicKey(privateKey);
const encode = (document) => Buffer.from(JSON.stringify(document)).toString('base64url');

const provider = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, process.env.SGID_HOSTNAME);
  if (pathname.endsWith('/authorize')) {
    response.writeHead(302, {
      location: `${searchParams.get('redirect_uri')}?code=x&state=${searchParams.get('state')}`,
    });
    response.end();
    return;
  }
  request.resume().once('end', () => response.end(JSON.stringify(answer(pathname))));
});

function answer(pathname) {
  if (pathname.endsWith('/jwks.json'))
    return { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'x' }] };
  if (pathname.endsWith('/token')) {
    const input = `${encode({ alg: 'RS256', kid: 'x' })}.${encode({ sub: 'u=x' })}`;
    const signature = sign('sha256', Buffer.from(input), privateKey).toString('base64url');
    return { access_token: 'x', id_token: `${input}.${signature}` };
  }
  const oaep = { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  return { sub: 'u=x', key: `x.${publicEncrypt(oaep, randomBytes(32)).toString('base64url')}.x.x.x` };
}

provider.listen(0, '127.0.0.1', () => {
  process.env.SGID_HOSTNAME = `http://127.0.0.1:${provider.address().port}`;
  logIn((url) =>
    get(url, (response) => {
      response.resume();
      get(response.headers.location, { agent: false }, (page) => {
        page.resume();
        page.once('end', () => {
          provider.close();
          provider.closeAllConnections();
        });
      });
    }),
  );
});
