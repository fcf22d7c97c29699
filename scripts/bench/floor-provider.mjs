// The least that a login can cost a provider in Node: a bare server that answers the four requests with bodies of
// the size of sgID's, looks at nothing and keeps nothing. All that it does is the cryptography that a login cannot
// be without: the signature of the ID token, the key encrypted to the client, a name encrypted under that key.
import {
  constants,
  createCipheriv,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
  sign,
} from 'node:crypto';
import { createServer } from 'node:http';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const CREDENTIAL = 'c'.repeat(43);
const LOCATION = `http://localhost:5001/api/redirect?code=${CREDENTIAL}&state=bench&iss=${'i'.repeat(35)}`;
const SIGNING_INPUT = `${'h'.repeat(107)}.${'c'.repeat(251)}`;
const KEY_HEADER = 'h'.repeat(54);
const KEY_TEXT = 'k'.repeat(62);
const FIELD_HEADER = 'h'.repeat(112);
const NAME = 'TAN WEI MING';
const SUB = `u=${'0'.repeat(36)}`;
const JWKS = JSON.stringify({
  keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k'.repeat(43), use: 'sig', alg: 'RS256' }],
});

const server = createServer((request, response) => {
  const [path] = request.url.split('?', 1);
  if (path.endsWith('/authorize')) response.writeHead(302, { location: LOCATION, 'content-length': 0 }).end();
  else if (path.endsWith('/token')) request.resume().once('end', () => sendJson(response, makeTokens()));
  else if (path.endsWith('/jwks.json')) sendJson(response, JWKS);
  else sendJson(response, makeUserinfo());
});

function makeTokens() {
  const signature = sign('sha256', Buffer.from(SIGNING_INPUT), privateKey).toString('base64url');
  return JSON.stringify({
    access_token: CREDENTIAL,
    id_token: `${SIGNING_INPUT}.${signature}`,
    token_type: 'Bearer',
    expires_in: 600,
    scope: 'openid myinfo.name',
  });
}

function makeUserinfo() {
  const [contentKey, payloadKey, fieldKey] = [randomBytes(32), randomBytes(16), randomBytes(16)];
  const oaep = { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  const wrapped = encrypt('aes-128-gcm', payloadKey, fieldKey)[1];
  return JSON.stringify({
    sub: SUB,
    key: compactJwe(
      KEY_HEADER,
      publicEncrypt(oaep, contentKey),
      encrypt('aes-256-gcm', contentKey, KEY_TEXT),
    ),
    data: { 'myinfo.name': compactJwe(FIELD_HEADER, wrapped, encrypt('aes-128-gcm', fieldKey, NAME)) },
  });
}

/** IV, ciphertext and tag. */
function encrypt(algorithm, key, plaintext) {
  const iv = randomBytes(12);
  const cipher = createCipheriv(algorithm, key, iv);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return [iv, ciphertext, cipher.getAuthTag()];
}

function compactJwe(header, encryptedKey, encrypted) {
  return [header, ...[encryptedKey, ...encrypted].map((bytes) => bytes.toString('base64url'))].join('.');
}

function sendJson(response, body) {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ hostname: `http://127.0.0.1:${server.address().port}` }));
});
