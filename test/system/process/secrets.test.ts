import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import type { ServerRequest } from '../../../src/system/http-server.ts';
import { type Misbehaviours, reply } from '../../helpers/loopback-provider.ts';
import { type ProcessLogin, setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import type { EndedProcess } from '../../helpers/sgid-process.ts';

const PERSON = 'TAN WEI MING';
const ARGS = ['--no-browser', '-v', '--json-errors', '--scope', 'openid myinfo.name myinfo.nric_number'];

/** What a hostile provider sends back: all that it was sent. */
function reflect(status: number, { body, headers, target }: ServerRequest) {
  const { authorization = '' } = headers;
  const fields = Object.fromEntries(new URLSearchParams(body));
  return reply(status, JSON.stringify({ message: `${target} ${body} ${authorization}`, ...fields }));
}

/** The secrets of one run, by name: those of the client, and those that went over the wire. */
function secretsOf({ provider }: ProcessLogin, idToken: string | undefined): ReadonlyMap<string, string> {
  const key = createPrivateKey(TEST_PRIVATE_KEY).export({ format: 'jwk' });
  const secrets = new Map([
    ['client secret', TEST_CLIENT_SECRET],
    ['client secret as form text', encodeURIComponent(TEST_CLIENT_SECRET)],
    ['first line of the private key', TEST_PRIVATE_KEY.split('\n')[1] ?? ''],
    ['private exponent', key.d ?? ''],
  ]);
  for (const { body, headers } of provider.requests) {
    const form = new URLSearchParams(body);
    for (const name of ['code', 'code_verifier']) {
      const value = form.get(name);
      if (value) secrets.set(name, value);
    }
    const token = headers['authorization']?.replace(/^Bearer /, '');
    if (token) secrets.set('access token', token);
  }
  if (idToken !== undefined) {
    for (const [index, part] of idToken.split('.').entries())
      if (index > 0) secrets.set(`ID token ${index}`, part);
  }
  return secrets;
}

function expectNoSecret(text: string, secrets: ReadonlyMap<string, string>): void {
  const leaked = [...secrets].filter(([, value]) => text.includes(value)).map(([name]) => name);
  expect(leaked).toEqual([]);
}

async function logIn(
  provider: Misbehaviours,
): Promise<{ ended: EndedProcess; login: ProcessLogin; page: string }> {
  const login = await setUpProcessLogin({ provider });
  const run = await login.start(ARGS);
  const page = await visit(await run.authorizationUrl());
  return { ended: await run.ended, login, page: page.body };
}

describe('no secret is in what the built program says', () => {
  it('when a login succeeds', async () => {
    let idToken: string | undefined;
    const { ended, login, page } = await logIn({
      token: async (_request, honest) => {
        const answer = await honest();
        idToken = JSON.parse(answer.body).id_token;
        return answer;
      },
    });
    expect(ended.status).toBe(0);
    const secrets = secretsOf(login, idToken);
    expect([...secrets.keys()]).toEqual(
      expect.arrayContaining(['code', 'code_verifier', 'access token', 'ID token 2']),
    );
    expectNoSecret(ended.stdout + ended.stderr + page, secrets);
    expect(ended.stdout).toContain(PERSON);
    expect(ended.stderr + page).not.toContain(PERSON);
    expect(ended.stderr).toMatch(/^GET http:\S+\/userinfo 200 \d+ ms$/m);
  });

  it.each([
    ['the token endpoint reflects it with 400', 4, { token: (request) => reflect(400, request) }],
    ['the token endpoint reflects it with 500', 5, { token: (request) => reflect(500, request) }],
    ['the token endpoint reflects it with 200', 5, { token: (request) => reflect(200, request) }],
    ['the userinfo endpoint reflects it', 4, { userinfo: (request) => reflect(401, request) }],
    [
      'the ID token does not verify',
      7,
      {
        token: async (_request, honest) => {
          const { id_token: idToken, ...rest } = JSON.parse((await honest()).body);
          return reply(200, JSON.stringify({ ...rest, id_token: `${idToken.slice(0, -8)}AAAAAAAA` }));
        },
      },
    ],
    [
      'the data does not decrypt',
      8,
      {
        userinfo: async (_request, honest) => {
          const { data, ...rest } = JSON.parse((await honest()).body);
          const [name = ''] = Object.keys(data);
          return reply(
            200,
            JSON.stringify({ ...rest, data: { ...data, [name]: `${data[name].slice(0, -4)}AAAA` } }),
          );
        },
      },
    ],
  ] satisfies [string, number, Misbehaviours][])('when %s', async (_name, status, provider) => {
    const { ended, login, page } = await logIn(provider);
    expect(ended).toMatchObject({ status, stdout: '' });
    expectNoSecret(ended.stderr + page, secretsOf(login, undefined));
    expect(ended.stderr + page).not.toContain(PERSON);
    expect(JSON.parse(ended.stderr.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      error: { exitCode: status },
    });
  });
});
