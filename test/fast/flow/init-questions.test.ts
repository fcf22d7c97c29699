import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takePort } from '../../../scripts/ports.mjs';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { screenOf } from '../../helpers/screen.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const SECRET = 'canary/secret+of-a-test=';

/** What a person answers, a question each; a list is what is answered until it is right. */
const ANSWERS: Readonly<Record<string, string | readonly string[]>> = {
  where: 'type',
  id: 'MYAPP-1a2b3c4d',
  secret: SECRET,
  key: 'KEY',
  redirect: 'URI',
  scope: '',
  provider: '',
  name: 'dev',
};

/** `sgid init` at the keyboard: what the screen shows, and the profile. */
async function answer(changes: typeof ANSWERS = {}, home?: string) {
  const folder = home ?? (await makeTemporaryFolder());
  const key = join(folder, 'key.pem');
  await writeFile(key, TEST_PRIVATE_KEY, { mode: 0o600 });
  const uri = `http://localhost:${await takePort()}/callback`;
  const all = { ...ANSWERS, ...changes };
  const answers = Object.values(all)
    .flat()
    .map((one) => ({ KEY: key, URI: uri })[one] ?? one);
  const screen = await screenOf(['init'], { env: { HOME: folder }, answers, columns: 120 });
  const path = join(folder, '.config', 'sgid', 'profiles', `${[all['name']].flat().at(-1)}.json`);
  return { screen, folder, profile: JSON.parse(await readFile(path, 'utf8')) };
}

it('sgid init shows no control character of a file, where it asks', async () => {
  const strange = 'http://localhost:5001/\u001b]0;evil\u0007\u001b[2J\u202e';
  const folder = await makeTemporaryFolder();
  const file = join(folder, 'client.json');
  const redirectUris = [strange, `${strange}/b`];
  const credentials = {
    clientId: 'MYAPP-1a2b3c4d',
    clientSecret: SECRET,
    redirectUris,
    scope: 'openid',
    hostname: strange,
  };
  await writeFile(file, JSON.stringify({ ...credentials, privateKey: TEST_PRIVATE_KEY }), { mode: 0o600 });
  const asked: unknown[] = [];
  const { stderr } = await runSgid(['init', '--from', file, '--profile', 'dev'], {
    env: { HOME: folder, NO_COLOR: '1' },
    terminal: {
      stdinIsTerminal: true,
      stderrIsTerminal: true,
      choose: async ({ message, choices }) => {
        asked.push(message, ...choices.map(({ name }) => name));
        return choices[0]?.value;
      },
      askText: async (question) => void asked.push(question.message, question.preset),
    },
  });
  expect(asked).toEqual([
    'Which redirect URI',
    'http://localhost:5001/',
    'http://localhost:5001//b',
    'Provider',
    undefined,
  ]);
  expect(stderr).not.toMatch(/[^\P{C}\n]/u);
});

describe('sgid init asks again', () => {
  it.each<[string, string, readonly string[], string]>([
    ['an empty client id', 'id', ['', 'MYAPP-1a2b3c4d'], '! It is one word'],
    ['a client id that is a placeholder', 'id', ['<client-id>', 'MYAPP-1a2b3c4d'], '! It is one word'],
    ['an empty secret', 'secret', ['', '', SECRET], '! It is needed for a login.\n? Client secret'],
    ['a secret that is a reference', 'secret', ['op://a/b/c', SECRET], '! That is an unresolved reference'],
    ['an empty path of the key', 'key', ['', 'KEY'], '! It is needed for a login.'],
    ['a key that is not there', 'key', ['no.pem', 'KEY'], '\n! the file '],
    ['a redirect URI without a scheme', 'redirect', ['a.test:1', 'URI'], '! the redirect URI is not'],
    [
      'a provider with a path',
      'provider',
      ['https://a.test/v2', 'https://a.test'],
      'https://a.test instead.',
    ],
    [
      'a provider that is none',
      'provider',
      ['nonsense', ''],
      "\n! the provider's hostname must be an https URL, or",
    ],
    ['a name that is none', 'name', ['Not One', 'dev'], '! Use lower-case letters'],
  ])('for %s', async (_name, question, answers, words) => {
    const { screen, profile } = await answer({ [question]: answers });
    expect(screen).toContain(words);
    expect(screen).toMatch(/\[exit 0\]\n$/);
    expect(screen).not.toContain(SECRET);
    expect(profile.clientSecret).toEqual({ value: SECRET });
  });

  it.each<[string, readonly string[], string, string]>([
    [
      'openid myinfo.nmae',
      ['openid myinfo.nmae', 'openid myinfo.name'],
      'myinfo.nmae is not in the catalogue. Did you mean myinfo.name? Press Enter to keep it.',
      'openid myinfo.name',
    ],
    ['a new scope', ['openid new.one', ''], 'new.one is not in the catalogue. Press', 'openid new.one'],
    [
      'one misspelt name after another',
      ['openid myinfo.nmae', 'openid myinfo.emial', 'openid'],
      'Did you mean myinfo.email?',
      'openid',
    ],
    ['no openid', ['myinfo.name', 'openid'], 'Use the scope "openid myinfo.name".\n', 'openid'],
  ])('for the scope: %s', async (_name, scope, words, saved) => {
    const { screen, profile } = await answer({ scope });
    expect(screen).toContain(words);
    expect(profile.scope).toBe(saved);
  });
});

describe('sgid init', () => {
  it.each([
    ['', 'https://api.id.gov.sg'],
    ['http://localhost:5157', 'http://localhost:5157'],
  ])('asks for the provider of credentials that are typed: "%s"', async (provider, hostname) => {
    expect((await answer({ provider })).profile.hostname).toBe(hostname);
  });

  it('says which profile stays the current one, and how to change that', async () => {
    const { folder, screen: first } = await answer();
    expect(first).toContain('It is the current profile');
    expect(first).toMatch(/\n {2}sgid check\n/);
    const { screen } = await answer({ name: 'second' }, folder);
    expect(screen).toContain('dev stays the current profile. To change that: sgid profile use second\n');
    expect(screen).toMatch(/\n {2}sgid check -p second\n/);
  });
});
