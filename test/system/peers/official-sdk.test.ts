import { createPrivateKey } from 'node:crypto';
import { generatePkcePair as officialPkcePair } from '@opengovsg/sgid-client';
import { describe, expect, it } from 'vitest';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { generatePkcePair } from '../../../src/oidc/pkce.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { type StepClient, takeFiveSteps } from '../../helpers/five-steps.ts';
import { createGate } from '../../helpers/gate.ts';
import { reply } from '../../helpers/loopback-provider.ts';
import { setUpPeerClients } from '../../helpers/peer-clients.ts';

const SCOPE = 'openid myinfo.name myinfo.children_birth_records';

const PKCS1 = createPrivateKey(TEST_PRIVATE_KEY).export({ type: 'pkcs1', format: 'pem' }).toString();
const KEYS = [
  ['PKCS#8', TEST_PRIVATE_KEY],
  ['PKCS#1', PKCS1],
  ['PKCS#8 with escaped newlines', TEST_PRIVATE_KEY.replaceAll('\n', '\\n')],
] as const;

describe('the official SDK', () => {
  it.each(KEYS)('takes its five steps as ours does, with a %s key', async (_name, key) => {
    const { official, ours } = await setUpPeerClients();
    const theirs = await takeFiveSteps(official(key), officialPkcePair(), SCOPE);
    expect(theirs).toMatchObject({
      state: 'test-state',
      sub: expect.stringMatching(/^u=/),
      data: { 'myinfo.name': 'SITI AMINAH BINTE ROSLI', 'myinfo.children_birth_records': expect.any(Array) },
    });
    expect(await takeFiveSteps(ours(key), generatePkcePair(), SCOPE)).toEqual(theirs);
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

const logIn = (client: StepClient) => takeFiveSteps(client, officialPkcePair(), 'openid myinfo.name');

/** What went wrong with the SDK, in its own words. */
async function complaintOf(attempt: Promise<unknown>): Promise<Error> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Error) return error;
  throw new Error('expected the SDK to fail');
}

describe('where the official SDK fails and ours does not', () => {
  it('takes a PKCS#1 key with escaped newlines', async () => {
    const { official, ours } = await setUpPeerClients();
    const escaped = PKCS1.replaceAll('\n', '\\n');
    expect(() => official(escaped)).toThrow();
    expect((await logIn(ours(escaped))).data).toEqual({ 'myinfo.name': 'SITI AMINAH BINTE ROSLI' });
  });

  it('takes a key in quotes, on which the SDK fails after the person has logged in', async () => {
    const { official, ours, provider } = await setUpPeerClients();
    const quoted = `"${TEST_PRIVATE_KEY}"`;
    expect((await complaintOf(logIn(official(quoted)))).message).toContain('Failed to import private key');
    expect(provider.countTo('userinfo')).toBe(1);
    expect((await logIn(ours(quoted))).data).toEqual({ 'myinfo.name': 'SITI AMINAH BINTE ROSLI' });
  });
});

describe('where the official SDK fails late or without a reason', () => {
  it('a broken key is refused before anybody logs in', async () => {
    const { official, ours, provider } = await setUpPeerClients();
    const broken = TEST_PRIVATE_KEY.replace(/\n.{64}\n/, '\n');
    await complaintOf(logIn(official(broken)));
    expect(provider.countTo('userinfo')).toBe(1);
    expect((await errorOf(() => ours(broken))).code).toBe('ERR_PRIVATE_KEY');
  });

  it('the provider’s own words are kept', async () => {
    const words = { message: 'The client secret has expired (test)' };
    const { official, ours } = await setUpPeerClients({ token: () => reply(401, JSON.stringify(words)) });
    const complaint = await complaintOf(logIn(official()));
    expect(complaint.message).toContain('expected 200 OK');
    expect(complaint.message).not.toContain(words.message);
    const error = await errorOf(() => logIn(ours()));
    expect(error.code).toBe('ERR_TOKEN_REFUSED');
    expect(error.reply).toMatchObject({ status: 401, body: expect.stringContaining(words.message) });
  });

  it('data without its key is an error, not an empty object', async () => {
    const { official, ours } = await setUpPeerClients({
      userinfo: async (_request, honest) => {
        const { key: _key, ...rest } = JSON.parse((await honest()).body);
        return reply(200, JSON.stringify(rest), { 'content-type': 'application/json' });
      },
    });
    expect((await logIn(official())).data).toEqual({});
    expect((await errorOf(() => logIn(ours()))).code).toBe('ERR_JWE_KEY_MISSING');
  });

  it('an answer is waited for longer than 3.5 seconds', async () => {
    const givenUp = createGate();
    const { official, ours } = await setUpPeerClients({
      token: async (_request, honest) => {
        const answer = await honest();
        await givenUp.passed;
        return answer;
      },
    });
    const login = logIn(ours());
    expect((await complaintOf(logIn(official()))).message).toContain('3500ms');
    givenUp.open();
    expect((await login).data).toEqual({ 'myinfo.name': 'SITI AMINAH BINTE ROSLI' });
  });
});
