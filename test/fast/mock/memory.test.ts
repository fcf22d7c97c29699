import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type Grant, GrantStore } from '../../../src/mock/grants.ts';
import {
  authorizationQuery,
  authorize,
  createTestProvider,
  getUserinfo,
  obtainTokens,
  send,
} from './relying-party.ts';

const SECRET = Buffer.from('a public test secret of the tests');
const KIB = 1024;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapAfterCollection(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** A grant whose texts are its own, as those that a request brought. */
function createGrant(login: number): Grant {
  return {
    clientId: 'a',
    redirectUri: `http://localhost:5001/callback?${login}`,
    codeChallenge: `challenge-${login}`.padEnd(43, 'x'),
    nonce: `nonce-${login}`.padEnd(43, 'x'),
    scopes: ['openid', 'myinfo.name', `scope-${login}`],
    personaId: 'wei-ming',
    fault: undefined,
  };
}

function logIn(store: GrantStore, login: number): void {
  const grant = createGrant(login);
  const code = store.issueCode(grant);
  if (store.redeemCode(code, 'a').kind !== 'granted') throw new Error('not granted');
  const token = store.issueToken(code, grant);
  if (store.verifyToken(token).kind !== 'live') throw new Error('not live');
  // Every tenth code comes twice, every tenth is never redeemed.
  if (login % 10 === 0) store.redeemCode(code, 'a');
  if (login % 10 === 1) store.issueCode(grant);
}

describe('the memory that logins take', () => {
  it.each<[string, (now: () => number) => GrantStore]>([
    ['in memory', (now) => new GrantStore(now)],
    ['sealed', (now) => new GrantStore(now, SECRET)],
  ])('stops growing with grants %s, once as many expire as come', (_what, createStore) => {
    let now = Date.UTC(2030, 0, 1);
    const store = createStore(() => now);
    const run = (from: number, to: number): void => {
      for (let login = from; login < to; login += 1) {
        logIn(store, login);
        now += 1_000;
      }
    };
    run(0, 2_000);
    const settled = heapAfterCollection();
    run(2_000, 8_000);
    expect(heapAfterCollection() - settled).toBeLessThan(512 * KIB);
    expect(store.redeemCode(store.issueCode(createGrant(0)), 'a').kind).toBe('granted');
  });

  it('stops growing with a whole provider, its log and queue included', async () => {
    let now = Date.UTC(2030, 0, 1);
    const provider = createTestProvider({ now: () => now, sleep: async () => {} });
    const run = async (logins: number): Promise<void> => {
      for (let login = 0; login < logins; login += 1) {
        provider.queuePersona('zoe');
        provider.queueFault('slow');
        const changes = { nonce: `${now}`.padEnd(2_000, 'x'), login_hint: undefined };
        // Signing takes the most time, so that only some log in to the end.
        if (login % 20 > 0) await authorize(provider, changes);
        else await getUserinfo(provider, `Bearer ${(await obtainTokens(provider, changes)).access_token}`);
        now += 5_000;
      }
    };
    await run(500);
    const settled = heapAfterCollection();
    await run(2_000);
    expect(heapAfterCollection() - settled).toBeLessThan(1_024 * KIB);
  });

  it('is that of what a login needs, however long its request is', async () => {
    const persona = { id: 'somebody-with-a-long-id', name: 'SOMEBODY', data: {} };
    const provider = createTestProvider({ personas: [persona] });
    // Nothing is encoded that need not be: each value could be a piece of the whole.
    const query = decodeURIComponent(
      authorizationQuery({ scope: 'openid', nonce: undefined, login_hint: persona.id }),
    );
    const run = async (logins: number): Promise<void> => {
      for (let login = 0; login < logins; login += 1) {
        const nonce = `${login}`.padEnd(43, 'n');
        await send(provider, `/v2/oauth/authorize?${query}&nonce=${nonce}&x=${'x'.repeat(10_000)}`);
      }
    };
    await run(200);
    const settled = heapAfterCollection();
    await run(500);
    expect((heapAfterCollection() - settled) / 500).toBeLessThan(2 * KIB);
    expect(provider.requests().at(-1)?.status).toBe(302);
  });
});
