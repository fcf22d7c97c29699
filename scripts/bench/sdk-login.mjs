// What a script on the official SDK does for `sgid login`: waits for the callback on localhost, prints the claims.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { generatePkcePair, SgidClient } from '@opengovsg/sgid-client';

const redirectUri = process.env.SGID_REDIRECT_URI;
const client = new SgidClient({
  clientId: process.env.SGID_CLIENT_ID,
  clientSecret: process.env.SGID_CLIENT_SECRET,
  privateKey: readFileSync(process.env.SGID_PRIVATE_KEY_PATH, 'utf8'),
  redirectUri,
  hostname: process.env.SGID_HOSTNAME,
});
const { codeVerifier, codeChallenge } = generatePkcePair();
const state = randomBytes(32).toString('base64url');
const { url, nonce } = client.authorizationUrl({ state, codeChallenge });

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, redirectUri);
  if (pathname !== new URL(redirectUri).pathname || searchParams.get('state') !== state) {
    response.writeHead(404).end();
    return;
  }
  const tokens = await client.callback({ code: searchParams.get('code'), nonce, codeVerifier });
  const person = await client.userinfo(tokens);
  response.writeHead(200, { connection: 'close' }).end('Logged in');
  console.log(JSON.stringify(person, null, 2));
  server.close();
});
server.listen(Number(new URL(redirectUri).port), 'localhost', () => console.error(url));
