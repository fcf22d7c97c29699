// Logins of the built library at two built mocks, one of which holds its grants in memory and the other in the codes
// themselves. The person's browser is played here.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { generatePkcePair, SgidClient, SgidError } from '../../dist/index.mjs';
import { createMockSgid } from '../../dist/mock.mjs';
import { startSgidMock, TEST_CLIENT } from '../bench/programs.mjs';
import { get } from '../bench/visits.mjs';
import { makeFolder } from '../end-with-us.mjs';
import { FAULT_OUTCOMES } from './fault-outcomes.mjs';
import { measure, measureChild } from './gauge.mjs';
import { createRecall } from './recall.mjs';
import { describeGrowth, describeOpen, runInTenths, settle, withinDeadline } from './tenths.mjs';

const AT_ONCE = 16;
const CLAIMS = ['myinfo.name', 'myinfo.date_of_birth', 'myinfo.vehicles', 'myinfo.email'];
const { personas: PERSONAS } = createMockSgid();

/** Mistakes of a client. */
const MISTAKES = {
  'code-twice': 'ERR_TOKEN_REFUSED',
  'revoked-token': 'ERR_USERINFO_REFUSED',
  'other-verifier': 'ERR_TOKEN_REFUSED',
};
const FAULTS = Object.entries(FAULT_OUTCOMES).map(([name, [code]]) => [name, code]);
const OUTCOMES = { ...Object.fromEntries(FAULTS), ...MISTAKES };
const TROUBLES = Object.keys(OUTCOMES);

/** They take seconds, of waiting or of making a key: every fifth time will do. */
const COSTLY = new Set(['slow', 'rotated-keys', 'userinfo-503']);

/** Codes and tokens are remembered for eleven minutes (docs/mock.md). */
const AGE_SECONDS = 720;

/**
 * What is no login's own, and so needs the mock for itself: what is asked for, and what the next login, or look at the
 * discovery document, ends in.
 */
const DISTURBANCES = [
  ['faults', { name: 'jwks-500' }, 'ERR_PROVIDER_UNAVAILABLE'],
  ['faults', { name: 'jwks-empty' }, 'ERR_RESPONSE_INVALID'],
  ['faults', { name: 'jwks-foreign-key' }, 'success'],
  ['faults', { name: 'jwks-foreign-key', times: 2 }, 'ERR_ID_TOKEN_SIGNATURE'],
  ['replies', { endpoint: 'token', status: 503 }, 'ERR_PROVIDER_UNAVAILABLE'],
  ['replies', { endpoint: 'userinfo', status: 503 }, 'success'],
  ['replies', { endpoint: 'userinfo', status: 403, body: {} }, 'ERR_USERINFO_REFUSED'],
  ['replies', { endpoint: 'userinfo', body: 'no JSON' }, 'ERR_RESPONSE_INVALID'],
  ['faults', { name: 'discovery-500' }, 'ERR_PROVIDER_UNAVAILABLE'],
  ['faults', { name: 'discovery-issuer' }, 'ERR_DISCOVERY_ORIGIN'],
  ['keys', {}, 'success'],
  // This login makes the mock forget all that it remembers of others.
  ['clock', { advanceSeconds: AGE_SECONDS }, 'ERR_ID_TOKEN_ISSUED_AT'],
];

/** Every tenth login has one of the troubles in turn. */
function troubleOf(index) {
  if (index % 10 !== 9) return undefined;
  const turn = Math.floor(index / 10);
  const trouble = TROUBLES[turn % TROUBLES.length];
  const isSpared = COSTLY.has(trouble) && Math.floor(turn / TROUBLES.length) % 5 !== 0;
  return isSpared ? undefined : trouble;
}

/**
 * Logs in so many times, half of it at each mock; gives a row for each tenth.
 *
 * @param {number} total
 * @param {(failure: string) => void} fail
 */
export async function soakLogins(total, fail) {
  const { folder, remove } = makeFolder('sgid-soak-');
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, randomBytes(32), { mode: 0o600 });
  const providers = [];
  const clock = leadClock();
  try {
    providers.push(await openProvider('stateless mock', ['--stateless', '--secret-file', secretFile]));
    providers.push(await openProvider('stateful mock', []));
    const rows = await soak(total, { providers, follow: clock.follow }, fail);
    for (const { name, stop } of providers) {
      const status = await withinDeadline(stop('SIGINT'));
      if (status !== 0) fail(`the ${name} ended with ${status}`);
    }
    return rows;
  } finally {
    clock.restore();
    for (const { stop } of providers) await stop();
    remove();
  }
}

async function soak(total, { providers, follow }, fail) {
  // A state, nonce, verifier, code and token for each, and for those between the tenths.
  const recall = createRecall(5 * (total + 500));
  const attempt = (where, work) =>
    withinDeadline(work()).catch((error) => {
      wrong += 1;
      fail(`${where}: ${error.message}`);
    });
  let [errors, wrong] = [0, 0];
  const work = (index) => {
    // In turn, and the troubles, too.
    const provider = providers[(index + Math.floor(index / 10)) % 2];
    const trouble = troubleOf(index);
    const outcome = OUTCOMES[trouble] ?? 'success';
    if (outcome !== 'success') errors += 1;
    const client = trouble === 'token-slow' ? provider.hurried : provider.client;
    const persona = PERSONAS[index % PERSONAS.length];
    return attempt(`login ${index} at the ${provider.name}, ${trouble ?? 'without trouble'}`, () =>
      expectOutcome(outcome, logIn(client, persona, recall, trouble), persona, provider),
    );
  };
  let first;
  const rest = async () => {
    const kept = {};
    const keep = async (name, ask) => {
      // The other side may be about to close a connection.
      const isSettled = ({ descriptors }) => !(descriptors > first?.[name].descriptors);
      kept[name] = await settle(ask, isSettled);
    };
    await keep('stateful mock before it forgets', () => measureChild(providers[1].child));
    const disturbed = providers.map((provider) =>
      attempt(`a disturbance of the ${provider.name}`, () => disturb(provider, recall)),
    );
    await Promise.all(disturbed);
    follow();
    await keep('client', measure);
    for (const { name, child } of providers) await keep(name, () => measureChild(child));
    first ??= kept;
    return { 'planned errors': errors, wrong, kept };
  };
  const rows = await runInTenths({ total, atOnce: AT_ONCE, work, rest });
  for (const name of Object.keys(first)) {
    const measures = rows.map(({ kept }) => kept[name]);
    const grown = describeGrowth(
      name,
      measures.map(({ heapUsed }) => heapUsed),
    );
    const open = describeOpen(
      name,
      measures.map(({ descriptors }) => descriptors),
    );
    for (const failure of [...grown, ...open]) fail(failure);
  }
  return rows;
}

/** The clock of this process, which follows that of the mocks. */
function leadClock() {
  const { now } = Date;
  let aheadMs = 0;
  Date.now = () => now() + aheadMs;
  return {
    follow: () => {
      aheadMs += AGE_SECONDS * 1000;
    },
    restore: () => {
      Date.now = now;
    },
  };
}

async function openProvider(name, args) {
  const preload = new URL('gauge.mjs', import.meta.url).href;
  const build = fileURLToPath(new URL('../..', import.meta.url));
  const mock = await startSgidMock(build, undefined, { args: ['--control', ...args], preload });
  // A busy machine is no failure.
  const open = (timeoutMs = 100_000) =>
    new SgidClient({ ...TEST_CLIENT, hostname: mock.hostname, timeoutMs });
  // The hurried one does not wait for a token endpoint that takes fifteen seconds.
  return { ...mock, name, open, client: open(), hurried: open(500), subjects: new Map() };
}

async function disturb(provider, recall) {
  for (const [call, body, outcome] of DISTURBANCES) {
    await control(provider, call, body);
    // One that has no keys yet.
    const client = provider.open();
    const isDiscovery = body.name?.startsWith('discovery-');
    const run = isDiscovery ? client.discover() : logIn(client, PERSONAS[0], recall);
    await expectOutcome(outcome, run, PERSONAS[0], provider);
  }
}

async function control({ hostname }, call, body = {}) {
  const response = await fetch(`${hostname}/_mock/${call}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(body),
  });
  if (response.status !== 204) throw new Error(`${call} answered ${response.status}`);
}

/** A success must bring exactly the claims of the persona, and the same subject each time. */
async function expectOutcome(outcome, run, persona, { subjects }) {
  const {
    code = 'success',
    sub,
    data,
  } = await run.catch((error) => {
    if (error instanceof SgidError) return error;
    throw error;
  });
  if (code !== outcome) throw new Error(`it ended in ${code}, not in ${outcome}`);
  if (code !== 'success') return;
  const expected = Object.fromEntries(CLAIMS.map((name) => [name, persona.data[name] ?? 'NA']));
  if (!isDeepStrictEqual(data, expected)) throw new Error(`it brought other claims than ${persona.id} has`);
  const known = subjects.get(persona.id) ?? sub;
  subjects.set(persona.id, known);
  if (sub !== known) throw new Error(`${persona.id} had another subject before`);
}

/** What an application and a browser do. Gives the person, or the code of what the application itself has to notice. */
async function logIn(client, persona, recall, trouble = '') {
  const { codeVerifier, codeChallenge } = generatePkcePair();
  const state = randomBytes(32).toString('base64url');
  const scope = ['openid', ...CLAIMS];
  const { url, nonce } = client.authorizationUrl({ state, scope, codeChallenge });
  recall({ state, nonce, codeVerifier });
  const asked = new URL(url);
  asked.searchParams.set('login_hint', persona.id);
  if (Object.hasOwn(FAULT_OUTCOMES, trouble)) asked.searchParams.set('mock_fault', trouble);
  const { location } = (await get(asked)).headers;
  if (location === undefined) return { code: 'ERR_CALLBACK_TIMEOUT' };
  const answer = new URL(location).searchParams;
  if (answer.get('state') !== state) return { code: 'ERR_STATE_MISMATCH' };
  if (answer.has('error')) return { code: 'ERR_ACCESS_DENIED' };
  const code = answer.get('code');
  recall({ code });
  const sent = trouble === 'other-verifier' ? generatePkcePair().codeVerifier : codeVerifier;
  const tokens = await client.callback({ code, nonce, codeVerifier: sent });
  recall({ 'access token': tokens.accessToken });
  const again = () => client.callback({ code, nonce, codeVerifier });
  if (trouble === 'code-twice') await again();
  if (trouble === 'revoked-token') await again().catch(() => {});
  return client.userinfo(tokens);
}
