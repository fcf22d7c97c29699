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

describe('the memory that logins take', () => {
  it.each([
    ['in memory', undefined],
    ['sealed', SECRET],
  ])('stops growing with grants %s, the log and the queue included', async (_where, secret) => {
    let now = Date.UTC(2030, 0, 1);
    const provider = createTestProvider({
      now: () => now,
      sleep: async () => {},
      ...(secret && { secret }),
    });
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
