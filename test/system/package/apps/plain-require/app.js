// Logs in to the embedded provider, and prints who it was.
const assert = require('node:assert');
const { generatePkcePair, loadPrivateKey, SgidClient, SgidError } = require('sgid-cli');
const { startMockSgid } = require('sgid-cli/mock');

async function main() {
  const mock = await startMockSgid({ approve: 'zoe' });
  const privateKey = await loadPrivateKey(mock.client.privateKey);
  const client = new SgidClient({ ...mock.client, hostname: mock.hostname, privateKey });
  const { codeVerifier, codeChallenge } = generatePkcePair();
  const { url, nonce } = client.authorizationUrl({ scope: 'openid myinfo.email', codeChallenge });
  const { headers } = await fetch(url, { redirect: 'manual' });
  const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
  const { sub, accessToken } = await client.callback({ code, nonce, codeVerifier });
  const { data } = await client.userinfo({ sub, accessToken });
  await assert.rejects(client.callback({ code, nonce, codeVerifier }), SgidError);
  await mock.close();
  process.stdout.write(`${data['myinfo.email']}\n`);
}

void main();
