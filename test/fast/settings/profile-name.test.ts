import { describe, expect, it } from 'vitest';
import { isProfileName, readProfileName } from '../../../src/settings/profile.ts';
import { failureOf } from './in-memory.ts';

const LONG = 'a'.repeat(64);

describe('readProfileName', () => {
  it.each(['staging', 'a', '0', 'prod-2', 'my.app_test', 'a.json', 'console', 'com10', 'nullable', LONG])(
    'takes %s',
    (name) => {
      expect(readProfileName(name)).toBe(name);
      expect(isProfileName(name)).toBe(true);
    },
  );

  it.each<[string, string, string | undefined]>([
    ['', 'is empty', undefined],
    [`${LONG}a`, 'is longer than 64 characters', LONG],
    ['../staging', 'holds a slash', 'staging'],
    ['a/b', 'holds a slash', 'a-b'],
    ['a\\b', 'holds a slash', 'a-b'],
    ['/etc/passwd', 'holds a slash', 'etc-passwd'],
    ['Staging', 'holds upper-case letters', 'staging'],
    ['my app', 'holds more than letters', 'my-app'],
    ['a\0b', 'holds more than letters', 'a-b'],
    ['stäging', 'holds more than letters', 'st-ging'],
    ['staging\n', 'holds more than letters', 'staging'],
    ['a:b', 'holds more than letters', 'a-b'],
    ['..', 'does not begin with a letter or digit', undefined],
    ['.', 'does not begin with a letter or digit', undefined],
    ['.hidden', 'does not begin with a letter or digit', 'hidden'],
    ['-p', 'does not begin with a letter or digit', 'p'],
    ['a..b', 'holds ".."', 'a.b'],
    ['con', 'is the name of a device on Windows', undefined],
    ['nul.backup', 'is the name of a device on Windows', undefined],
    ['com1', 'is the name of a device on Windows', undefined],
    ['LPT9', 'holds upper-case letters', undefined],
    ['密', 'holds more than letters', undefined],
  ])('refuses %j, because it %s', async (name, reason, meant) => {
    expect(isProfileName(name)).toBe(false);
    const error = await failureOf(() => readProfileName(name));
    expect(error).toMatchObject({ code: 'ERR_PROFILE', step: 'config' });
    expect(error.message).toContain(reason);
    expect(error.hint).toBe(
      meant === undefined
        ? 'Use lower-case letters, digits, dots, dashes and underscores, for example staging.'
        : `Did you mean ${meant}?`,
    );
  });

  it('shows nothing that a terminal would obey, nor endlessly much', async () => {
    const { message } = await failureOf(() => readProfileName(`\u001b[31m${'A'.repeat(10_000)}`));
    expect(message).not.toContain('\u001b');
    expect(message.length).toBeLessThan(300);
  });
});
