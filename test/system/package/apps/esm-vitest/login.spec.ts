import sgid, { SgidClient, SgidError } from 'sgid-cli';
import type { FaultName } from 'sgid-cli/mock';
import { expect, it } from 'vitest';
import { type Person, startLogin } from './login.js';
import { fetch, mock } from './provider.js';

async function logIn(fault?: FaultName): Promise<Person> {
  mock.queuePersona('wei-ming');
  if (fault) mock.queueFault(fault);
  const { url, finish } = startLogin({ hostname: mock.hostname, ...mock.client, fetch }, 'a state');
  const { headers } = await mock.handle(new Request(url));
  return finish(new URL(headers.get('location') ?? ''));
}

it('logs a person in, without a socket', async () => {
  const { name, vehicles } = await logIn();
  expect(name).not.toBe('');
  expect(vehicles.length).toBeGreaterThan(0);
});

it('refuses a forged ID token', async () => {
  const error = await logIn('bad-signature').catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SgidError);
  expect(error).toMatchObject({ code: 'ERR_ID_TOKEN_SIGNATURE' });
});

it('exports the client by default, too', () => {
  expect(sgid).toBe(SgidClient);
});
