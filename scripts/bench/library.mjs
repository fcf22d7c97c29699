// Times the library beside that of the base and the official SDK: decryption, and whole logins without a browser; and
// alone, with the reply that costs it most.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SgidClient as OfficialClient } from '@opengovsg/sgid-client';
import { generatePkcePair } from '../../dist/index.mjs';
import { HOSTILE_REPLIES } from './hostile-replies.mjs';
import { startSgidMock, TEST_CLIENT } from './programs.mjs';
import { describeRow, takeTurns } from './rows.mjs';
import { get } from './visits.mjs';

/** What "no slower" leaves to chance. */
const NO_SLOWER = { atMost: 1.05 };

/** Rows on decryption and on logins, in rounds that take turns. */
export async function benchLibrary(builds, rounds) {
  const clients = { sdk: OfficialClient };
  for (const [name, build] of Object.entries(builds)) clients[name] = (await importLibrary(build)).SgidClient;
  const provider = await startSgidMock(builds.own);
  const parameters = { ...TEST_CLIENT, hostname: provider.hostname };
  try {
    return [
      ...(await timeDecryption(clients, parameters, rounds)),
      ...(await timeLogins(clients, parameters, rounds)),
      await timeWorstReply(clients.own, parameters, rounds),
    ];
  } finally {
    await provider.stop();
  }
}

/** Builds before this one had ES modules alone. */
function importLibrary(build) {
  const current = join(build, 'dist/index.mjs');
  return import(existsSync(current) ? current : join(build, 'dist/index.js'));
}

async function timeDecryption(clients, parameters, rounds) {
  const tokens = { sub: '', accessToken: 'any' };
  let reply = '';
  const record = async (url, init) => {
    const response = await fetch(url, init);
    reply = await response.text();
    return new Response(reply, response);
  };
  const discovery = `${parameters.hostname}/v2/.well-known/openid-configuration`;
  const { scopes_supported: scopes } = await (await fetch(discovery)).json();
  await logIn(new clients.own({ ...parameters, fetch: record }), scopes.join(' '));
  const { sub, key, data } = JSON.parse(reply);
  const decrypt = Object.entries(clients).map(([name, Client]) => {
    if (name === 'sdk') {
      const official = new Client(parameters);
      // Private by its type alone: what userinfo() does with the reply.
      return [name, () => official.decryptPayload(key, data)];
    }
    const client = new Client({ ...parameters, fetch: async () => new Response(reply) });
    return [name, () => client.userinfo({ ...tokens, sub })];
  });
  const name = `decryptions of ${Object.keys(data).length} fields, library`;
  return describeTimes(name, await takeRounds(Object.fromEntries(decrypt), rounds, 50));
}

async function timeLogins(clients, parameters, rounds) {
  const logins = Object.entries(clients).map(([name, Client]) => {
    const client = new Client(parameters);
    return [name, () => logIn(client)];
  });
  return describeTimes('whole logins, library', await takeRounds(Object.fromEntries(logins), rounds, 20));
}

/** Of the hostile replies at the token endpoint, the one that the library is longest about. */
async function timeWorstReply(Client, parameters, rounds) {
  const answers = Object.entries(HOSTILE_REPLIES).flatMap(([name, body]) =>
    [200, 400].map((status) => {
      const client = new Client({ ...parameters, fetch: async () => new Response(body, { status }) });
      const { codeVerifier } = generatePkcePair();
      return [
        `${name}, HTTP ${status}`,
        () => client.callback({ code: 'bench', codeVerifier }).catch(() => {}),
      ];
    }),
  );
  const samples = await takeRounds(Object.fromEntries(answers), rounds, 1);
  const rows = Object.entries(samples).map(([name, own]) =>
    describeRow({ name: `worst reply of 1 MiB (${name})`, unit: 'ms', own, aim: { atMost: 50 } }),
  );
  return rows.reduce((worst, row) => (row.own.median > worst.own.median ? row : worst));
}

/** Milliseconds of one call, as the mean of a round. */
function takeRounds(actions, rounds, calls) {
  return takeTurns(actions, rounds, async (action) => {
    const started = performance.now();
    for (let call = 0; call < calls; call += 1) await action();
    return (performance.now() - started) / calls;
  });
}

function describeTimes(name, { own, base, sdk }) {
  const row = (against, other, aim) => describeRow({ name, unit: 'ms each', own, against, other, aim });
  return [...(base ? [row('the base', base, NO_SLOWER)] : []), row('the SDK', sdk)];
}

async function logIn(client, scope = 'openid myinfo.name') {
  const { codeVerifier, codeChallenge } = generatePkcePair();
  const { url, nonce } = client.authorizationUrl({ state: 'bench', scope, codeChallenge });
  const { headers } = await get(url);
  const code = new URL(headers.location).searchParams.get('code');
  const tokens = await client.callback({ code, nonce, codeVerifier });
  const { data } = await client.userinfo(tokens);
  if (!data['myinfo.name']) throw new Error('no name came');
}
