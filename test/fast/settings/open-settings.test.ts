import { describe, expect, it } from 'vitest';
import { SETTING_NAMES, type SettingName } from '../../../src/settings/fields.ts';
import {
  openSettings,
  type Settings,
  type SettingsRequest,
  type SettingsSources,
} from '../../../src/settings/settings.ts';
import type { CredentialFlags } from '../../../src/settings/sources.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { ENCRYPTED_TEST_KEY, memorySources, TEST_KEY } from './in-memory.ts';
import { memoryProfiles, STAGING } from './in-memory-profiles.ts';

const COMPLETE: Readonly<Record<string, string>> = {
  SGID_CLIENT_ID: 'TEST-1a2b3c4d',
  SGID_CLIENT_SECRET: 'test/secret+1=',
  SGID_PRIVATE_KEY: TEST_KEY,
  SGID_REDIRECT_URI: 'http://localhost:5001/callback',
};

/** Values that are wrong, each in its own way. */
const BROKEN: Readonly<Record<string, string>> = {
  SGID_CLIENT_ID: '',
  SGID_CLIENT_SECRET_FILE: '/nonexistent/secret.txt',
  SGID_PRIVATE_KEY: 'no key',
  SGID_REDIRECT_URI: 'nowhere',
  SGID_HOSTNAME: 'nobody',
  SGID_SCOPE: 'a,b',
};

/** Opens the sources for one reading. */
async function read<Needed extends SettingName, Optional extends SettingName = never>(
  request: SettingsRequest<Needed, Optional>,
  flags: CredentialFlags,
  from: SettingsSources,
): Promise<Settings<Needed, Optional>> {
  return (await openSettings(flags, from)).read(request);
}

describe('a reading of open settings', () => {
  it('gives what is asked for, and where each was found', async () => {
    const request = { needed: ['clientId', 'hostname', 'scope'] } as const;
    const settings = await read(request, { clientId: 'FLAG' }, memorySources({}, COMPLETE));
    expect(settings).toEqual({
      clientId: 'FLAG',
      hostname: 'https://api.id.gov.sg',
      scope: 'openid myinfo.name',
      notices: [],
      details: [],
      found: {
        clientId: { field: 'clientId', text: 'FLAG', origin: '--client-id', kind: 'flag' },
        hostname: { field: 'hostname', text: 'https://api.id.gov.sg', origin: 'default', kind: 'default' },
        scope: { field: 'scope', text: 'openid myinfo.name', origin: 'default', kind: 'default' },
      },
    });
  });

  it.each(SETTING_NAMES)('gives %s by itself, whatever is wrong with all else', async (name) => {
    const own = {
      clientId: 'SGID_CLIENT_ID',
      clientSecret: 'SGID_CLIENT_SECRET',
      privateKey: 'SGID_PRIVATE_KEY',
      redirectUri: 'SGID_REDIRECT_URI',
      hostname: 'SGID_HOSTNAME',
      scope: 'SGID_SCOPE',
    }[name];
    const env = { ...BROKEN, [own]: COMPLETE[own] };
    const settings = await read({ needed: [name] }, {}, memorySources({}, env));
    expect(settings[name]).toBeDefined();
    expect(Object.keys(settings.found)).toEqual([name]);
    for (const other of SETTING_NAMES) if (other !== name) expect(settings).not.toHaveProperty(other);
  });

  it.each(SETTING_NAMES)('refuses a bad %s only where it is asked for', async (name) => {
    const { code } = await errorOf(() => read({ needed: [name] }, {}, memorySources({}, BROKEN)));
    expect(code).toBe(
      {
        clientId: 'ERR_MISSING_CREDENTIALS',
        clientSecret: 'ERR_FILE',
        privateKey: 'ERR_FILE',
        redirectUri: 'ERR_REDIRECT_URI',
        hostname: 'ERR_HOSTNAME',
        scope: 'ERR_SCOPE',
      }[name],
    );
  });

  it('names all that is missing, and nothing that nobody needs', async () => {
    const request = { needed: ['clientId', 'privateKey', 'hostname'], optional: ['clientSecret'] } as const;
    const { message } = await errorOf(() => read(request, {}, memorySources({})));
    expect(message).toMatch(/^missing: client id \(.*\); private key \([^;]*\)$/);
  });

  it('does without an optional value, and refuses a bad one all the same', async () => {
    const request = { needed: ['scope'], optional: ['redirectUri'] } as const;
    const without = await read(request, {}, memorySources({}));
    expect(without.redirectUri).toBeUndefined();
    const flags = { scope: 'openid' };
    const error = await errorOf(() => read(request, flags, memorySources({}, BROKEN)));
    expect(error.code).toBe('ERR_REDIRECT_URI');
  });

  it('holds a secret to its provider where both are asked for', async () => {
    const sources = memorySources({ '.env': 'SGID_HOSTNAME=https://elsewhere.test\n' }, COMPLETE);
    const both = { needed: ['clientSecret', 'hostname'] } as const;
    expect((await errorOf(() => read(both, {}, sources))).code).toBe('ERR_PROVIDER_BINDING');
    const { hostname } = await read({ needed: ['hostname'] }, {}, sources);
    expect(hostname).toBe('https://elsewhere.test');
  });

  it('lets standard input have one reader only', async () => {
    const from = { ...memorySources({}, COMPLETE, TEST_KEY), stdinUse: 'the token' };
    const flags = { privateKeyFile: '-' };
    const error = await errorOf(() => read({ needed: ['privateKey'] }, flags, from));
    expect(error).toMatchObject({
      code: 'ERR_USAGE',
      message: 'the token and --private-key-file cannot both read standard input',
    });
    const { clientId } = await read({ needed: ['clientId'] }, flags, from);
    expect(clientId).toBe('TEST-1a2b3c4d');
  });

  it('hides every secret that it saw, whether it ends well or not', async () => {
    for (const needed of [['clientId'], ['scope']] as const) {
      const hidden: string[] = [];
      const hide = (secrets: Iterable<string>): void => void hidden.push(...secrets);
      const env = { ...COMPLETE, SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY, SGID_SCOPE: 'a,b' };
      const run = read({ needed }, {}, { ...memorySources({}, env), hide });
      await (needed[0] === 'scope' ? errorOf(() => run) : run);
      expect(hidden).toEqual(expect.arrayContaining(['test/secret+1=', ENCRYPTED_TEST_KEY.trim()]));
    }
  });
});

describe('open settings that are read again and again', () => {
  it('have read each source once', async () => {
    const reads: string[] = [];
    const sources = memorySources({ 'c.json': JSON.stringify({ id: 'FILE' }), '.env': 'SGID_SCOPE=openid' });
    const files: SettingsSources['files'] = {
      readSecretFile: (path) => {
        reads.push(path);
        return sources.files.readSecretFile(path);
      },
    };
    const settings = await openSettings({ credentials: 'c.json' }, { ...sources, files });
    expect((await settings.read({ needed: ['clientId'] })).clientId).toBe('FILE');
    expect((await settings.read({ needed: ['scope'] })).scope).toBe('openid');
    expect((await settings.read({ needed: ['clientId', 'scope'] })).clientId).toBe('FILE');
    expect(reads).toEqual(['c.json', '.env']);
  });

  it('fail again as they failed, and then no other reading', async () => {
    const settings = await openSettings({}, memorySources({}, { ...BROKEN, SGID_CLIENT_ID: 'TEST' }));
    const failures = [
      await errorOf(() => settings.read({ needed: ['redirectUri'] })),
      await errorOf(() => settings.read({ needed: ['redirectUri'] })),
    ];
    expect(failures.map(({ code }) => code)).toEqual(['ERR_REDIRECT_URI', 'ERR_REDIRECT_URI']);
    expect((await settings.read({ needed: ['clientId'] })).clientId).toBe('TEST');
  });

  it('give standard input to one of them only', async () => {
    const flags = { clientSecretFile: '-', privateKeyFile: '-' };
    const settings = await openSettings(flags, memorySources({}, {}, 'test-secret'));
    expect((await settings.read({ needed: ['clientSecret'] })).clientSecret).toBe('test-secret');
    expect(await errorOf(() => settings.read({ needed: ['privateKey'] }))).toMatchObject({
      code: 'ERR_USAGE',
      step: 'usage',
      message: '--client-secret-file and --private-key-file cannot both read standard input',
    });
  });

  it('tell with each reading what is amiss with the sources, and of no value but its own', async () => {
    const env = { SGID_CLIENT_ID: 'TEST', SGID_SCOPE: 'openid zzz.qqq', SGID_PRIVATE_KEY: '' };
    const settings = await openSettings({ credentials: '' }, memorySources({}, env));
    const ofSources = '--credentials is set but empty';
    expect([...settings.notices]).toEqual([ofSources]);
    const { notices } = await settings.read({ needed: ['scope'] });
    expect(notices).toEqual([
      ofSources,
      'the scope zzz.qqq is not in the catalogue; the provider may not know it either',
    ]);
    expect((await settings.read({ needed: ['clientId'] })).notices).toEqual([ofSources]);
    const { causes } = await errorOf(() => settings.read({ needed: ['privateKey'] }));
    expect(causes).toEqual([ofSources, 'SGID_PRIVATE_KEY is set but empty']);
  });

  it('tell of a fetched secret with the reading that fetched it', async () => {
    const profiles = { staging: { ...STAGING, clientSecret: { source: 'file:/run/secret' } } };
    const sources = {
      ...memorySources({ '/run/secret': { open: 'test-secret' } }),
      profiles: memoryProfiles({ profiles }),
    };
    const settings = await openSettings({ profile: 'staging' }, sources);
    expect((await settings.read({ needed: ['clientSecret'] })).notices).toEqual([
      '/run/secret holds secrets and other users can access it; run: chmod 600 /run/secret',
    ]);
    expect((await settings.read({ needed: ['clientId'] })).notices).toEqual([]);
  });

  it('know the secrets of all readings', async () => {
    const env = { SGID_CLIENT_SECRET_FILE: 'secret.txt', SGID_PRIVATE_KEY: TEST_KEY };
    const settings = await openSettings({}, memorySources({ 'secret.txt': 'test-secret' }, env));
    expect([...settings.secrets]).toEqual([TEST_KEY.trim()]);
    await settings.read({ needed: ['clientSecret'] });
    expect([...settings.secrets]).toEqual([TEST_KEY.trim(), 'test-secret']);
  });
});
