import { createPrivateKey } from 'node:crypto';
import { generatePkcePair as officialPkcePair } from '@opengovsg/sgid-client';
import { describe, expect, it } from 'vitest';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { generatePkcePair } from '../../../src/oidc/pkce.ts';
import { takeFiveSteps } from '../../helpers/five-steps.ts';
import { setUpPeerClients } from '../../helpers/peer-clients.ts';

const SCOPE = 'openid myinfo.name myinfo.children_birth_records';

const KEYS = [
  ['PKCS#8', TEST_PRIVATE_KEY],
  ['PKCS#1', createPrivateKey(TEST_PRIVATE_KEY).export({ type: 'pkcs1', format: 'pem' }).toString()],
  ['PKCS#8 with escaped newlines', TEST_PRIVATE_KEY.replaceAll('\n', '\\n')],
] as const;

describe('the official SDK', () => {
  it.each(KEYS)('takes its five steps at the embedded provider, with a %s key', async (_name, key) => {
    const { official } = await setUpPeerClients();
    const login = await takeFiveSteps(official(key), officialPkcePair(), SCOPE);
    expect(login).toMatchObject({
      state: 'test-state',
      sub: expect.stringMatching(/^u=/),
      data: { 'myinfo.name': 'SITI AMINAH BINTE ROSLI', 'myinfo.children_birth_records': expect.any(Array) },
    });
  });

  it.each(KEYS)('gets what ours gets, with a %s key', async (_name, key) => {
    const { official, ours } = await setUpPeerClients();
    expect(await takeFiveSteps(ours(key), generatePkcePair(), SCOPE)).toEqual(
      await takeFiveSteps(official(key), officialPkcePair(), SCOPE),
    );
  });

  it('gets an empty object for openid alone, as ours does', async () => {
    const { official, ours } = await setUpPeerClients();
    const [theirs, mine] = [
      await takeFiveSteps(official(), officialPkcePair(), 'openid'),
      await takeFiveSteps(ours(), generatePkcePair(), 'openid'),
    ];
    expect(mine).toEqual(theirs);
    expect(mine.data).toEqual({});
  });

  it('asks for authorization with the same parameters as ours', async () => {
    const { official, ours } = await setUpPeerClients();
    const request = {
      state: 's',
      nonce: 'n',
      scope: ['openid', 'myinfo.name'],
      codeChallenge: 'c'.repeat(43),
    };
    const queries = [official(), ours()].map((client) => new URL(client.authorizationUrl(request).url));
    const [theirs, mine] = queries.map(({ searchParams }) => Object.fromEntries(searchParams));
    expect(mine).toEqual(theirs);
    expect(queries[1]?.pathname).toBe(queries[0]?.pathname);
  });
});
