import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
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

/** By how many bytes the heap grows over so many logins, after those in which it settles. */
async function growthOver(settling: number, logins: number, logIn: (login: number) => Promise<unknown>) {
  for (let login = 0; login < settling; login += 1) await logIn(login);
  const settled = heapAfterCollection();
  for (let login = 0; login < logins; login += 1) await logIn(login);
  return heapAfterCollection() - settled;
}

describe('the memory that logins take', () => {
  it.each([
    ['in memory', undefined],
    ['sealed', SECRET],
  ])('stops growing with grants %s, the log and the queue included', async (_where, secret) => {
    let now = Date.UTC(2030, 0, 1);
    const options = { now: () => now, sleep: async () => {}, ...(secret && { secret }) };
    const provider = createTestProvider(options);
    const logIn = async (login: number): Promise<void> => {
      provider.queuePersona('zoe');
      provider.queueFault('slow');
      const changes = { nonce: `${now}`.padEnd(2_000, 'x'), login_hint: undefined };
      // Signing takes the most time, so that only some log in to the end.
      if (login % 20 > 0) await authorize(provider, changes);
      else await getUserinfo(provider, `Bearer ${(await obtainTokens(provider, changes)).access_token}`);
      now += 5_000;
    };
    expect(await growthOver(500, 2_000, logIn)).toBeLessThan(1_024 * KIB);
  });

  it('is that of what a login needs, however long its request is', async () => {
    const persona = { id: 'somebody-with-a-long-id', name: 'SOMEBODY', data: {} };
    const provider = createTestProvider({ personas: [persona] });
    // Nothing is encoded that need not be: each value could be a piece of the whole.
    const changes = { scope: 'openid', nonce: undefined, login_hint: persona.id };
    const query = decodeURIComponent(authorizationQuery(changes));
    const logIn = (login: number) => {
      const nonce = `${login}`.padEnd(43, 'n');
      return send(provider, `/v2/oauth/authorize?${query}&nonce=${nonce}&x=${'x'.repeat(10_000)}`);
    };
    expect((await growthOver(200, 500, logIn)) / 500).toBeLessThan(2 * KIB);
    expect(provider.requests().at(-1)?.status).toBe(302);
  });
});
