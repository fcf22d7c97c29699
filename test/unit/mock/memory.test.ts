import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createGrantStore, type Grant, type GrantStore } from '../../../src/mock/grants.ts';
import { createSealedGrantStore } from '../../../src/mock/sealed-grants.ts';
import { createTestProvider, getUserinfo, obtainTokens } from './relying-party.ts';

const SECRET = Buffer.from('a public test secret of the tests');
const MIB = 1024 * 1024;

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
  if (store.redeemCode(code, 'a').outcome !== 'granted') throw new Error('not granted');
  const token = store.issueToken(code, grant);
  if (store.readToken(token).outcome !== 'live') throw new Error('not live');
  // Every tenth code comes twice, every tenth is never redeemed.
  if (login % 10 === 0) store.redeemCode(code, 'a');
  if (login % 10 === 1) store.issueCode(grant);
}

describe('the memory of a hundred thousand logins', () => {
  // Ten logins a second: of codes and tokens some 6 600 each are kept at a time, those of eleven minutes.
  const MILLISECONDS_A_LOGIN = 100;

  it.each<[string, (now: () => number) => GrantStore]>([
    ['in memory', createGrantStore],
    ['sealed', (now) => createSealedGrantStore(SECRET, now)],
  ])(
    'stays flat with grants %s',
    (_what, createStore) => {
      let now = Date.UTC(2030, 0, 1);
      const store = createStore(() => now);
      const run = (from: number, to: number): void => {
        for (let login = from; login < to; login += 1) {
          logIn(store, login);
          now += MILLISECONDS_A_LOGIN;
        }
      };
      // By then as much is kept as ever will be.
      run(0, 30_000);
      const settled = heapAfterCollection();
      run(30_000, 100_000);
      expect(heapAfterCollection() - settled).toBeLessThan(2 * MIB);
      now += 3_600_000;
      expect(store.redeemCode(store.issueCode(createGrant(0)), 'a').outcome).toBe('granted');
    },
    60_000,
  );

  it('stays flat for a whole provider, its log and queue included', async () => {
    let now = Date.UTC(2030, 0, 1);
    const provider = createTestProvider({ now: () => now, sleep: async () => {} });
    const run = async (logins: number): Promise<void> => {
      for (let login = 0; login < logins; login += 1) {
        provider.queuePersona('zoe');
        provider.queueFault('slow');
        // So much that each login that were kept would show.
        const nonce = `${now}`.padEnd(100_000, 'x');
        const { access_token } = await obtainTokens(provider, { nonce, login_hint: undefined });
        await getUserinfo(provider, `Bearer ${access_token}`);
        now += 60_000;
      }
    };
    await run(150);
    const settled = heapAfterCollection();
    await run(250);
    expect(heapAfterCollection() - settled).toBeLessThan(10 * MIB);
  }, 60_000);
});
