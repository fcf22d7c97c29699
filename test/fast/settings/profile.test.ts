import { describe, expect, it } from 'vitest';
import { formatProfile, type Profile, parseProfile } from '../../../src/settings/profile.ts';
import { isProfileName, validateProfileName } from '../../../src/settings/profile-name.ts';
import { failureOf, TEST_KEY, wordsOf } from './in-memory.ts';

const FULL: Profile = {
  clientId: 'TEST-1a2b3c4d',
  redirectUri: 'http://localhost:5001/callback',
  scope: 'openid myinfo.name',
  hostname: 'http://localhost:5157',
  clientSecret: { value: 'test/secret+1=' },
  privateKey: { value: TEST_KEY },
  passphrase: { source: 'env:TEST_PASSPHRASE' },
};

function read(document: unknown): Profile {
  return parseProfile(typeof document === 'string' ? document : JSON.stringify(document), '/test/a.json');
}

const withSecret = (clientSecret: unknown) => ({ version: 1, clientSecret });
const EITHER = 'must have either "value" or "source"';
const NO_KEY = 'is not a private key; the path of one goes into "source" as file:/path';

describe('a profile', () => {
  it.each<[string, Profile]>([
    ['with everything', FULL],
    [
      'with secrets elsewhere',
      { clientSecret: { source: 'keyring' }, privateKey: { source: 'file:/k.pem' } },
    ],
    ['with nothing', {}],
  ])('%s is the same after it was written and read', (_name, profile) => {
    const text = formatProfile(profile);
    expect(read(text)).toEqual(profile);
    expect(JSON.parse(text).version).toBe(1);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('may have a byte order mark', () => {
    expect(read(`\uFEFF${formatProfile(FULL)}`)).toEqual(FULL);
  });

  it.each<[string, unknown, string]>([
    ['broken JSON', '{"version": 1,\n  "clientId": "canary" x}', 'is not valid JSON (line 2, column 24)'],
    ['an empty file', '', 'is not valid JSON (line 1, column 1)'],
    ['a list', [], '$ must be an object, got a list'],
    ['text', '"canary"', '$ must be an object, got text'],
    ['no version', { clientId: 'canary' }, '$.version is missing'],
    ['version 0', { version: 0 }, '$.version must be 1'],
    ['a version in quotes', { version: '1' }, '$.version must be 1'],
    ['a misspelt field', { version: 1, clientID: 'canary' }, '$.clientID is not a field: use clientId'],
    [
      'an unknown field',
      { version: 1, canaries: { x: 'canary' } },
      '$.canaries is not a field: use version, ',
    ],
    ['an odd field', '{"version": 1, "__proto__": {"clientId": "canary"}}', '$.__proto__ is not a field'],
    ['a number for text', { version: 1, clientId: 7 }, '$.clientId must be text, got a number'],
    ['null for text', { version: 1, hostname: null }, '$.hostname must be text, got null'],
    ['empty text', { version: 1, scope: '' }, '$.scope must not be empty'],
    ['a secret as text', withSecret('canary'), '$.clientSecret must be an object, got text'],
    ['an empty secret', withSecret({ value: '' }), '$.clientSecret.value must not be empty'],
    ['a secret of a number', { version: 1, passphrase: { value: 5 } }, '$.passphrase.value must be text'],
    ['a secret with both', withSecret({ value: 'canary', source: 'keyring' }), `$.clientSecret ${EITHER}`],
    ['a secret with neither', withSecret({}), `$.clientSecret ${EITHER}`],
    ['a secret with more', withSecret({ valeu: 'canary' }), '$.clientSecret.valeu is not a field: use value'],
    [
      'an unknown source',
      withSecret({ source: 'canary' }),
      '$.clientSecret.source must be env:NAME, file:/path, ',
    ],
    [
      'a path as key',
      { version: 1, privateKey: { value: '/canary/key.pem' } },
      `$.privateKey.value ${NO_KEY}`,
    ],
  ])('is refused for %s, with the place of it', async (_name, document, problem) => {
    const error = await failureOf(() => read(document));
    expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config' });
    expect(error.message).toContain('/test/a.json');
    expect(error.message).toContain(problem);
    expect(wordsOf(error)).not.toContain('"canary');
    expect(error.message).not.toContain('canary"');
  });

  it('reports all that is wrong at once', async () => {
    const { message } = await failureOf(() => read({ version: 1, clientId: 1, passphrase: {}, x: 1 }));
    expect(message).toContain('has 3 problems');
  });

  it.each([2, 1.5, 99])('of the later version %s is refused, whatever is in it', async (version) => {
    const error = await failureOf(() => read({ version, vault: 'canary' }));
    expect(error).toMatchObject({ code: 'ERR_PROFILE', hint: expect.stringContaining('Update sgid') });
    expect(error.message).toContain(`its version is ${version}, and this one knows 1`);
  });
});

const LONG = 'a'.repeat(64);

describe('validateProfileName', () => {
  it.each([
    'staging',
    'a',
    '0',
    'prod-2',
    'my.app_test',
    'a.json',
    'console',
    'icon',
    'com10',
    'nullable',
    LONG,
  ])('takes %s', (name) => {
    expect(validateProfileName(name)).toBe(name);
    expect(isProfileName(name)).toBe(true);
  });

  it.each<[string, string, string | undefined]>([
    ['', 'is empty', undefined],
    [`${LONG}a`, 'is longer than 64 characters', LONG],
    ['../staging', 'holds a slash', 'staging'],
    ['a/b', 'holds a slash', 'a-b'],
    ['a\\b', 'holds a slash', 'a-b'],
    ['/etc/passwd', 'holds a slash', 'etc-passwd'],
    ['Staging', 'holds upper-case letters', 'staging'],
    ['Staging.-', 'holds upper-case letters', 'staging'],
    ['my  app', 'holds a character other than letters', 'my-app'],
    ['a\0b', 'holds a character other than letters', 'a-b'],
    ['stäging', 'holds a character other than letters', 'st-ging'],
    ['staging\n', 'holds a character other than letters', 'staging'],
    ['a:b', 'holds a character other than letters', 'a-b'],
    ['..', 'does not begin with a letter or digit', undefined],
    ['.', 'does not begin with a letter or digit', undefined],
    ['.hidden', 'does not begin with a letter or digit', 'hidden'],
    ['-p', 'does not begin with a letter or digit', 'p'],
    ['a..b', 'holds ".."', 'a.b'],
    ['con', 'is the name of a device on Windows', undefined],
    ['nul.backup', 'is the name of a device on Windows', undefined],
    ['com1', 'is the name of a device on Windows', undefined],
    ['LPT9', 'holds upper-case letters', undefined],
    ['密', 'holds a character other than letters', undefined],
  ])('refuses %j, because it %s', async (name, reason, meant) => {
    expect(isProfileName(name)).toBe(false);
    const error = await failureOf(() => validateProfileName(name));
    expect(error).toMatchObject({ code: 'ERR_PROFILE', step: 'config' });
    expect(error.message).toContain(reason);
    expect(error.hint).toBe(
      meant === undefined
        ? 'Use lower-case letters, digits, dots, dashes and underscores, for example staging.'
        : `Did you mean ${meant}?`,
    );
  });

  it('shows nothing that a terminal would obey, nor endlessly much', async () => {
    const { message } = await failureOf(() => validateProfileName(`\u001b[31m${'A'.repeat(10_000)}`));
    expect(message).not.toContain('\u001b');
    expect(message.length).toBeLessThan(300);
  });
});
