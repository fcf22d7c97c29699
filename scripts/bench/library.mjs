// Rates of the library beside the official SDK's: decryption, and whole logins without a browser.
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { generatePkcePair, SgidClient as OfficialClient } from '@opengovsg/sgid-client';
import { loadSource } from '../load-source.mjs';
import { startSgidMock } from './providers.mjs';
import { compare } from './rows.mjs';
import { makeUserinfo, REDIRECT_URI, TEST_CLIENT } from './test-client.mjs';

/**
 * Rows on decryption and on logins, in rounds that take turns.
 *
 * @param {number} rounds
 */
export async function benchLibrary(rounds) {
  const { SgidClient } = await import('../../dist/index.js');
  return [await benchDecryption(rounds), await benchWholeLogins(SgidClient, rounds)];
}

async function benchDecryption(rounds) {
  // What SgidClient calls with a reply that it has read, and with its key.
  const { decryptData } = await loadSource('src/sgid/decrypt.ts');
  const { key, data } = JSON.parse(await makeUserinfo(20));
  const fields = Object.entries(data);
  const privateKey = createPrivateKey(TEST_CLIENT.privateKey);
  const official = new OfficialClient({ ...TEST_CLIENT, redirectUri: REDIRECT_URI });
  const times = await takeRounds(rounds, 50, {
    own: () => decryptData({ key, fields }, privateKey),
    // Private by its type alone: what userinfo() does with the reply.
    sdk: () => official.decryptPayload(key, data),
  });
  return rate('decryptions of 20 fields, library', times, { atLeast: 2 });
}

async function benchWholeLogins(SgidClient, rounds) {
  const provider = await startSgidMock(['--redirect-uri', REDIRECT_URI]);
  try {
    const parameters = { ...TEST_CLIENT, redirectUri: REDIRECT_URI, hostname: provider.hostname };
    const [own, official] = [new SgidClient(parameters), new OfficialClient(parameters)];
    const times = await takeRounds(rounds, 20, { own: () => logIn(own), sdk: () => logIn(official) });
    return rate('whole logins, library', times);
  } finally {
    await provider.stop();
  }
}

function rate(name, { own, sdk }, aim) {
  return compare({
    name,
    unit: 'ms each',
    own,
    against: 'the SDK',
    other: sdk,
    ofRates: true,
    ...(aim && { aim }),
  });
}

/** Milliseconds of one call, as the mean of a round; the first round of each does not count. */
async function takeRounds(rounds, calls, actions) {
  const times = Object.fromEntries(Object.keys(actions).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, action] of Object.entries(actions)) {
      const started = performance.now();
      for (let call = 0; call < calls; call += 1) await action();
      if (round > 0) times[name].push((performance.now() - started) / calls);
    }
  }
  return times;
}

async function logIn(client) {
  const { codeVerifier, codeChallenge } = generatePkcePair();
  const { url, nonce } = client.authorizationUrl({ state: 'bench', codeChallenge });
  const [response] = await once(request(url).end(), 'response');
  response.resume();
  const code = new URL(response.headers.location).searchParams.get('code');
  const tokens = await client.callback({ code, nonce, codeVerifier });
  const { data } = await client.userinfo(tokens);
  if (!data['myinfo.name']) throw new Error('no name came');
}
