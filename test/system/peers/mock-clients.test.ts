// Other people's clients, unmodified, against the mock: what they accept is what a provider must say.
import { createPrivateKey } from 'node:crypto';
import { generatePkcePair, SgidClient } from '@opengovsg/sgid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimValue, PERSONAS } from '../../../src/mock/personas.ts';
import { type RunningMockSgid, startMockSgid } from '../../../src/mock.ts';
import { SCOPE_NAMES } from '../../../src/sgid/scopes.ts';
import { decryptUserinfo } from '../../../src/sgid/userinfo.ts';
import { takeFiveSteps } from '../../helpers/five-steps.ts';
import { FOREIGN_CLIENTS } from '../../helpers/foreign-clients.ts';

const NAMES = SCOPE_NAMES.filter((name) => name !== 'openid');
const SCOPE = ['openid', ...NAMES].join(' ');
const PROFILES = ['sdk', 'mockpass'] as const;

it('the official SDK completes a login with the encryption of MockPass, too', async () => {
  const provider = await startMockSgid({ approve: 'wei-ming', jwe: 'mockpass' });
  const client = new SgidClient({ ...provider.client, hostname: provider.hostname });
  const { data } = await takeFiveSteps(client, generatePkcePair(), 'openid myinfo.name');
  expect(data).toEqual({ 'myinfo.name': 'TAN WEI MING' });
  await provider.close();
});

describe.each(FOREIGN_CLIENTS)('%s', (_name, logIn) => {
  const mocks = new Map<string, RunningMockSgid>();
  beforeAll(async () => {
    for (const jwe of PROFILES) mocks.set(jwe, await startMockSgid({ jwe, oidc: true }));
    mocks.set('not oidc', await startMockSgid());
  });
  afterAll(() => Promise.all([...mocks.values()].map((mock) => mock.close())));

  /** Logs in, and opens what the client got, which knows nothing of sgID's encryption. */
  async function logInAt(name: string, parameters: Readonly<Record<string, string>>) {
    const mock = mocks.get(name);
    if (mock === undefined) throw new Error(`no mock ${name}`);
    const { key, data } = await logIn(mock, { scope: SCOPE, ...parameters });
    const fields = Object.entries(Object(data)).map(([claim, jwe]) => [claim, String(jwe)] as const);
    const reply = { sub: '', encrypted: { key: String(key), fields } };
    return decryptUserinfo(reply, createPrivateKey(mock.client.privateKey)).data;
  }

  it.each(PROFILES.flatMap((profile) => PERSONAS.map((persona) => [profile, persona.id, persona] as const)))(
    'with the encryption %s logs in %s',
    async (profile, login_hint, persona) => {
      const values = NAMES.map((claim) => [claim, claimValue(persona, claim)]);
      expect(await logInAt(profile, { login_hint })).toEqual(Object.fromEntries(values));
    },
  );

  it.each([
    ...(['wrong-nonce', 'wrong-audience', 'wrong-issuer', 'expired-token'] as const),
    ...(['alg-none', 'sub-mismatch', 'bad-signature', 'unknown-kid'] as const),
    ...(['wrong-state', 'access-denied'] as const),
  ])('notices %s', async (fault) => {
    mocks.get('sdk')?.queueFault(fault);
    await expect(logInAt('sdk', { login_hint: 'zoe' })).rejects.toThrow();
    expect(await logInAt('sdk', { login_hint: 'zoe' })).toHaveProperty(['myinfo.name']);
  });

  it('finds the auth_time that max_age asks for, with oidc alone', async () => {
    const parameters = { login_hint: 'zoe', max_age: '60' };
    expect(await logInAt('sdk', parameters)).toHaveProperty(['myinfo.name']);
    expect(await logInAt('not oidc', { login_hint: 'zoe' })).toHaveProperty(['myinfo.name']);
    await expect(logInAt('not oidc', parameters)).rejects.toMatchObject({ code: 'OAUTH_INVALID_RESPONSE' });
  });

  it.each([
    ['login_required', { prompt: 'none' }],
    ['consent_required', { prompt: 'none', mock_persona: 'zoe' }],
    ['request_not_supported', { request: 'e30.e30.' }],
  ])('reads %s from the callback', async (error, parameters) => {
    await expect(logInAt('sdk', parameters)).rejects.toMatchObject({ error });
  });
});
