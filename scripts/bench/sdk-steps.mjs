// What a script on the official SDK does for one step of sgid: node sdk-steps.mjs pkce|authorize-url|decrypt [file]
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { generatePkcePair, SgidClient } from '@opengovsg/sgid-client';

const [step, file] = process.argv.slice(2);
const STEPS = { pkce: generatePkcePair, 'authorize-url': authorizationUrl, decrypt };
console.log(JSON.stringify(await STEPS[step](), null, 2));

function createClient() {
  const { SGID_CLIENT_ID, SGID_CLIENT_SECRET, SGID_PRIVATE_KEY_PATH, SGID_REDIRECT_URI } = process.env;
  return new SgidClient({
    clientId: SGID_CLIENT_ID,
    clientSecret: SGID_CLIENT_SECRET,
    privateKey: readFileSync(SGID_PRIVATE_KEY_PATH, 'utf8'),
    redirectUri: SGID_REDIRECT_URI,
  });
}

function authorizationUrl() {
  const pkce = generatePkcePair();
  const state = randomBytes(32).toString('base64url');
  const { codeChallenge } = pkce;
  return { ...pkce, state, ...createClient().authorizationUrl({ state, codeChallenge }) };
}

/** Private by its type alone: what userinfo() does with the reply. */
async function decrypt() {
  const { sub, key, data } = JSON.parse(readFileSync(file, 'utf8'));
  return { sub, data: await createClient().decryptPayload(key, data) };
}
