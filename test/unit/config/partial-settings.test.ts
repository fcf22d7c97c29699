import { describe, expect, it } from 'vitest';
import { resolvePartialSettings } from '../../../src/config/partial-settings.ts';
import type { SettingName } from '../../../src/config/setting-values.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { ENCRYPTED_TEST_KEY, memorySources, TEST_KEY } from './in-memory.ts';

const COMPLETE: Readonly<Record<string, string>> = {
  SGID_CLIENT_ID: 'TEST-1a2b3c4d',
  SGID_CLIENT_SECRET: 'test/secret+1=',
  SGID_PRIVATE_KEY: TEST_KEY,
  SGID_REDIRECT_URI: 'http://localhost:5001/callback',
};
const ALL: readonly SettingName[] = [
  'clientId',
  'clientSecret',
  'privateKey',
  'redirectUri',
  'hostname',
  'scope',
];

/** Values that are wrong, each in its own way. */
const BROKEN: Readonly<Record<string, string>> = {
  SGID_CLIENT_ID: '',
  SGID_CLIENT_SECRET_FILE: '/nonexistent/secret.txt',
  SGID_PRIVATE_KEY: 'no key',
  SGID_REDIRECT_URI: 'nowhere',
  SGID_HOSTNAME: 'nobody',
  SGID_SCOPE: 'a,b',
};

describe('resolvePartialSettings', () => {
  it('gives what is asked for, with its origin and kind', async () => {
    const request = { needed: ['clientId', 'hostname', 'scope'] } as const;
    const settings = await resolvePartialSettings(request, { clientId: 'FLAG' }, memorySources({}, COMPLETE));
    expect(settings).toEqual({
      clientId: 'FLAG',
      hostname: 'https://api.id.gov.sg',
      scope: 'openid myinfo.name',
      notices: [],
      details: [],
      secrets: expect.any(Array),
      origins: new Map([
        ['clientId', '--client-id'],
        ['hostname', 'default'],
        ['scope', 'default'],
      ]),
      kinds: new Map([
        ['clientId', 'flag'],
        ['hostname', 'default'],
        ['scope', 'default'],
      ]),
    });
  });

  it.each(ALL)('gives %s by itself, whatever is wrong with all else', async (name) => {
    const own = {
      clientId: 'SGID_CLIENT_ID',
      clientSecret: 'SGID_CLIENT_SECRET',
      privateKey: 'SGID_PRIVATE_KEY',
      redirectUri: 'SGID_REDIRECT_URI',
      hostname: 'SGID_HOSTNAME',
      scope: 'SGID_SCOPE',
    }[name];
    const env = { ...BROKEN, [own]: COMPLETE[own] };
    const settings = await resolvePartialSettings({ needed: [name] }, {}, memorySources({}, env));
    expect(settings[name]).toBeDefined();
    expect([...settings.origins.keys()]).toEqual([name]);
    for (const other of ALL) if (other !== name) expect(settings).not.toHaveProperty(other);
  });

  it.each(ALL)('refuses a bad %s only where it is asked for', async (name) => {
    const { code } = await errorOf(() =>
      resolvePartialSettings({ needed: [name] }, {}, memorySources({}, BROKEN)),
    );
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
    const { message } = await errorOf(() => resolvePartialSettings(request, {}, memorySources({})));
    expect(message).toMatch(/^missing: client id \(.*\); private key \([^;]*\)$/);
  });

  it('does without an optional value, and refuses a bad one all the same', async () => {
    const request = { needed: ['scope'], optional: ['redirectUri'] } as const;
    const without = await resolvePartialSettings(request, {}, memorySources({}));
    expect(without.redirectUri).toBeUndefined();
    const flags = { scope: 'openid' };
    const error = await errorOf(() => resolvePartialSettings(request, flags, memorySources({}, BROKEN)));
    expect(error.code).toBe('ERR_REDIRECT_URI');
  });

  it('holds a secret to its provider where both are asked for', async () => {
    const sources = memorySources({ '.env': 'SGID_HOSTNAME=https://elsewhere.test\n' }, COMPLETE);
    const both = { needed: ['clientSecret', 'hostname'] } as const;
    expect((await errorOf(() => resolvePartialSettings(both, {}, sources))).code).toBe(
      'ERR_PROVIDER_BINDING',
    );
    const { hostname } = await resolvePartialSettings({ needed: ['hostname'] }, {}, sources);
    expect(hostname).toBe('https://elsewhere.test');
  });

  it('lets standard input have one reader only', async () => {
    const from = { ...memorySources({}, COMPLETE, TEST_KEY), stdinUse: 'the token' };
    const flags = { privateKeyFile: '-' };
    const error = await errorOf(() => resolvePartialSettings({ needed: ['privateKey'] }, flags, from));
    expect(error).toMatchObject({
      code: 'ERR_USAGE',
      message: 'the token and --private-key-file cannot both read standard input',
    });
    const { clientId } = await resolvePartialSettings({ needed: ['clientId'] }, flags, from);
    expect(clientId).toBe('TEST-1a2b3c4d');
  });

  it('hides every secret that it saw, whether it ends well or not', async () => {
    for (const needed of [['clientId'], ['scope']] as const) {
      const hidden: string[] = [];
      const hide = (secrets: Iterable<string>): void => void hidden.push(...secrets);
      const env = { ...COMPLETE, SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY, SGID_SCOPE: 'a,b' };
      const run = resolvePartialSettings({ needed }, {}, { ...memorySources({}, env), hide });
      await (needed[0] === 'scope' ? errorOf(() => run) : run);
      expect(hidden).toEqual(expect.arrayContaining(['test/secret+1=', ENCRYPTED_TEST_KEY.trim()]));
    }
  });
});
