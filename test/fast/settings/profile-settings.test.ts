import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SgidError, type SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { loadFromSources } from '../../../src/settings/credentials.ts';
import type { Profile } from '../../../src/settings/profile.ts';
import { type CredentialFlags, loadSources } from '../../../src/settings/sources.ts';
import {
  type AllCredentials,
  failureOf,
  loadAll,
  memoryInputs,
  STAGING,
  TEST_KEY,
  TEST_PUBLIC_KEY,
  type World,
} from './in-memory.ts';

const PRODUCTION: Profile = {
  ...STAGING,
  clientId: 'PRODUCTION-5e6f7a8b',
  hostname: 'https://api.id.gov.sg',
};
const PROFILES = { staging: STAGING, production: PRODUCTION };

function resolve(flags: CredentialFlags, world: World = {}): Promise<AllCredentials> {
  return loadAll(flags, { profiles: PROFILES, ...world });
}

function failureFrom(flags: CredentialFlags, world?: World): Promise<SgidError> {
  return failureOf(() => resolve(flags, world));
}

/** All values, for the environment. */
const VARIABLES = {
  SGID_CLIENT_ID: 'ENV-1a2b3c4d',
  SGID_CLIENT_SECRET: 'env-secret',
  SGID_PRIVATE_KEY: TEST_KEY,
  SGID_REDIRECT_URI: 'http://localhost:5001/env',
  SGID_SCOPE: 'openid',
};

describe('a profile gives every value', () => {
  it('after all else but the defaults', async () => {
    const settings = await resolve({ profile: 'staging' });
    expect(settings).toMatchObject({
      clientId: 'STAGING-1a2b3c4d',
      clientSecret: 'staging-secret',
      redirectUri: 'http://localhost:5001/staging',
      hostname: 'http://localhost:5157',
      scope: ['openid', 'myinfo.email'],
      notices: [],
      details: ['profile staging (/test/config/sgid/profiles/staging.json), chosen by --profile'],
    });
    expect(new Set(Object.values(settings.origins))).toEqual(new Set(['profile staging']));
    expect(settings.secrets).toEqual(expect.arrayContaining(['staging-secret']));
    const publicKey = createPublicKey(settings.privateKey).export({ type: 'spki', format: 'pem' });
    expect(publicKey).toBe(TEST_PUBLIC_KEY);
  });

  it('but those that it lacks', async () => {
    const { hostname: _, scope: __, ...rest } = STAGING;
    const settings = await resolve({ profile: 'short' }, { profiles: { short: rest } });
    expect(settings).toMatchObject({ hostname: 'https://api.id.gov.sg', scope: ['openid', 'myinfo.name'] });
    expect(settings.origins.hostname).toBe('default');
  });

  it.each([
    ['--profile', { profile: 'staging' }, { SGID_PROFILE: 'production' }, 'staging'],
    ['SGID_PROFILE', {}, { SGID_PROFILE: 'staging' }, 'staging'],
    ['sgid profile use', {}, {}, 'production'],
  ])('chosen by %s', async (by, flags, env, name) => {
    const { origins, details } = await resolve(flags, { env, current: 'production' });
    expect(origins.clientId).toBe(`profile ${name}`);
    expect(details.join()).toContain(`chosen by ${by}`);
  });

  it('of which a secret may look like a placeholder, and no other value', async () => {
    const odd = { ...STAGING, clientSecret: { value: '<secret>' } };
    expect((await resolve({ profile: 'odd' }, { profiles: { odd } })).clientSecret).toBe('<secret>');
    const bad = { ...STAGING, clientId: '<id>' };
    expect(await failureFrom({ profile: 'bad' }, { profiles: { bad } })).toMatchObject({
      code: 'ERR_CREDENTIAL_VALUE',
      message: 'profile bad holds a placeholder, not a client id',
    });
  });

  it('unless none is chosen', async () => {
    expect((await failureFrom({})).code).toBe('ERR_MISSING_CREDENTIALS');
  });

  it('and none that a .env file chooses', async () => {
    const files = { '.env': 'SGID_PROFILE=staging' };
    expect((await failureFrom({}, { files })).code).toBe('ERR_MISSING_CREDENTIALS');
  });

  it.each([
    ['--profile', { profile: '' }, {}],
    ['SGID_PROFILE', {}, { SGID_PROFILE: '' }],
  ])('of the current profile when %s is empty, which is warned of', async (name, flags, env) => {
    const settings = await resolve(flags, { env, current: 'staging' });
    expect(settings.origins.clientId).toBe('profile staging');
    expect(settings.notices).toEqual([`${name} is set but empty`]);
  });
});

describe('the current profile', () => {
  const world = { profiles: PROFILES, current: 'production' };

  it('is not mixed without a word with what another place has of a client', async () => {
    const { notices } = await resolve({ clientId: 'FLAG' }, world);
    expect(notices).toEqual([
      'credentials of two clients may be mixed: the client secret from profile production, the private key from profile production, ' +
        'which was not chosen for this command, and the client id from --client-id',
    ]);
  });

  it('is silent where all of the client is from it, and where none is', async () => {
    expect((await resolve({ scope: 'openid' }, world)).notices).toEqual([]);
    const inputs = memoryInputs({ ...world, env: { SGID_CLIENT_ID: 'ENV' } });
    const sources = await loadSources({}, inputs);
    await loadFromSources({ needed: ['clientId', 'redirectUri'] }, sources, inputs);
    expect([...inputs.notices]).toEqual([]);
  });
});

describe('a current profile that cannot be had', () => {
  const loadWithout = (errorCode: SgidErrorCode, code: string) => {
    const inputs = memoryInputs({ env: VARIABLES });
    const cause = Object.assign(new Error('test'), { code });
    const current = (): Promise<never> =>
      Promise.reject(new SgidError(errorCode, 'it is closed', { hint: 'Open it.', cause }));
    return loadAll({}, { ...inputs, profiles: { ...inputs.profiles, current } });
  };

  it.each([
    ['ERR_FILE', 'EACCES'],
    ['ERR_FILE', 'EPERM'],
    ['ERR_PROFILE', 'EOWNER'],
  ] as const)('is warned of when no profile is asked for: %s, %s', async (errorCode, code) => {
    const { notices, clientId } = await loadWithout(errorCode, code);
    expect(clientId).toBe('ENV-1a2b3c4d');
    expect(notices).toEqual(['no profile is used: it is closed. Open it.']);
  });

  it('ends the command where it may be had the next time', async () => {
    await expect(loadWithout('ERR_FILE', 'EMFILE')).rejects.toThrow('it is closed');
  });
});

describe('what overrides a profile', () => {
  const everything = (changes: Record<string, string>): World => ({
    env: { ...VARIABLES, ...changes },
  });

  it('is named when the profile was asked for by name', async () => {
    const { notices } = await resolve({ profile: 'production' }, everything({}));
    expect(notices).toEqual([
      'SGID_CLIENT_ID overrides the client id of profile production',
      'SGID_CLIENT_SECRET overrides the client secret of profile production',
      'SGID_REDIRECT_URI overrides the redirect URI of profile production',
      'SGID_SCOPE overrides the scope of profile production',
    ]);
  });

  it('is named whatever else it overrides', async () => {
    const world = { env: { SGID_SCOPE: 'openid' }, files: { '.env': 'SGID_SCOPE=openid' } };
    const { notices } = await resolve({ profile: 'production' }, world);
    expect(notices).toEqual(['SGID_SCOPE overrides the scope of profile production']);
  });

  it('is named if it is a file in its place or .env', async () => {
    const files = { '.env': 'SGID_SCOPE=openid', 'secret.txt': 'file-secret', 'key.pem': TEST_KEY };
    const env = { SGID_CLIENT_SECRET_FILE: 'secret.txt', SGID_PRIVATE_KEY_PATH: 'key.pem' };
    const { notices } = await resolve({ profile: 'production' }, { files, env });
    expect(notices).toEqual([
      'SGID_CLIENT_SECRET_FILE overrides the client secret of profile production',
      'SGID_PRIVATE_KEY_PATH overrides the private key of profile production',
      'SGID_SCOPE in .env overrides the scope of profile production',
    ]);
  });

  it('is not named if it is the command line, of the same value, or when the profile was not asked for', async () => {
    const flags = {
      profile: 'production',
      scope: 'openid',
      clientId: 'FLAG',
      hostname: 'http://localhost:1',
    };
    expect((await resolve(flags)).notices).toEqual([]);
    const same = { SGID_CLIENT_ID: 'PRODUCTION-5e6f7a8b', SGID_PRIVATE_KEY: TEST_KEY };
    expect((await resolve({ profile: 'production' }, { env: same })).notices).toEqual([]);
    expect((await resolve({}, { ...everything({}), current: 'production' })).notices).toEqual([]);
    const files = { '.env': 'SGID_SCOPE=openid' };
    expect((await resolve({}, { files, current: 'production' })).notices).toEqual([]);
    const env = { ...VARIABLES, SGID_PROFILE: 'production' };
    expect((await resolve({}, { env })).notices).toEqual([]);
  });
});
