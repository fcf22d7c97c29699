// What a script on the official SDK does for `sgid pkce` and `sgid authorize-url`: node sdk-steps.mjs <step>
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { generatePkcePair, SgidClient } from '@opengovsg/sgid-client';

const pkce = generatePkcePair();
if (process.argv[2] === 'pkce') {
  console.log(JSON.stringify(pkce));
} else {
  const client = new SgidClient({
    clientId: process.env.SGID_CLIENT_ID,
    clientSecret: 'not used',
    privateKey: readFileSync(process.env.SGID_PRIVATE_KEY_PATH, 'utf8'),
    redirectUri: process.env.SGID_REDIRECT_URI,
  });
  const state = randomBytes(32).toString('base64url');
  console.log(
    JSON.stringify({
      ...pkce,
      state,
      ...client.authorizationUrl({ state, codeChallenge: pkce.codeChallenge }),
    }),
  );
}
