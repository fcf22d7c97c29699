import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { SgidError } from 'sgid-cli';
import { Login } from './login';
import { FORGERIES, type Provider, startProvider } from './provider';

let mock: Provider;
beforeAll(async () => {
  mock = await startProvider();
});
afterAll(() => mock.close());
beforeEach(() => mock.reset());

async function logIn(): Promise<string> {
  mock.queuePersona('zoe');
  const login = new Login({ hostname: mock.hostname, ...mock.client });
  const { url, session } = login.start('a state');
  const { headers } = await fetch(url, { redirect: 'manual' });
  return login.finish(session, new URL(headers.get('location') ?? ''));
}

it('logs a person in', async () => {
  expect(await logIn()).toContain('ZOË');
});

it.each(FORGERIES)('refuses an ID token with %s', async (fault) => {
  mock.queueFault(fault);
  const error = await logIn().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SgidError);
  expect(error).toMatchObject({ step: 'id-token' });
});

it('is loaded again by a registry of its own', () => {
  jest.isolateModules(() => {
    const { SgidClient } = require('sgid-cli');
    expect(() => new SgidClient({ ...mock.client, clientSecret: '' })).toThrow('missing: clientSecret');
  });
});
