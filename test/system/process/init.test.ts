import { createPrivateKey } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { openTerminal, RESUMED, type TerminalSession } from '../../helpers/terminal-session.ts';

const CTRL_Z = '\u001a';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const DOWN = '\u001b[B';
const PASSPHRASE = 'canary-passphrase-of-a-test';
const SECRET = 'canary/secret+of-a-test=';

/** What a person sees and types, question by question. */
type Script = readonly (readonly [question: RegExp, answer: string])[];

/** A home folder with an encrypted key in it, and the whole conversation without a credentials file. */
async function setUp(): Promise<{ readonly home: string; readonly script: Script }> {
  const home = await makeTemporaryFolder();
  const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE } as const;
  const key = join(home, 'key.pem');
  await writeFile(key, createPrivateKey(TEST_PRIVATE_KEY).export(cipher), { mode: 0o600 });
  return {
    home,
    script: [
      [/Where are the credentials/, `${DOWN}\r`],
      [/Client id, as/, 'TEST-1a2b3c4d\r'],
      [/Client secret, which/, `${SECRET}\r`],
      [/Path of the private key/, `${key}\r`],
      [/Passphrase of the private key/, `${PASSPHRASE}\r`],
      [/Keep the passphrase with the profile/, 'y\r'],
      [/Redirect URI, exactly/, '\r'],
      [/Scopes, of those/, '\r'],
      [/Provider: \(?https:\/\/api\.id\.gov\.sg/, '\r'],
      [/Name of the profile/, 'staging\r'],
    ],
  };
}

async function converse(terminal: TerminalSession, script: Script): Promise<void> {
  for (const [question, answer] of script) {
    await terminal.shows(question);
    terminal.type(answer);
  }
}

function openInit(home: string, args = ''): Promise<TerminalSession> {
  return openTerminal(`init ${args}`, { env: { HOME: home }, columns: 120 });
}

async function filesIn(home: string): Promise<readonly string[]> {
  return (await readdir(home, { recursive: true })).toSorted();
}

describe('sgid init on a terminal', () => {
  it('warns below the question, not within its line', async () => {
    const { home } = await setUp();
    const file = join(home, 'client.json');
    await writeFile(file, JSON.stringify({ clientId: 'TEST-1a2b3c4d', clientSecret: SECRET }), {
      mode: 0o644,
    });
    const terminal = await openInit(home);
    await converse(terminal, [
      [/Where are the credentials/, '\r'],
      [/Path of the file/, `${file}\r`],
    ]);
    const screen = await terminal.shows(/holds secrets/);
    expect(screen).toMatch(/^warning: .*holds secrets/m);
    terminal.type(CTRL_C);
    expect(await terminal.ended).toContain('status 130');
  });

  it('goes on after Ctrl-Z and fg', async () => {
    const { home } = await setUp();
    const terminal = await openTerminal('init', { env: { HOME: home }, program: RESUMED });
    await terminal.shows(/Where are the credentials/);
    terminal.type(CTRL_Z);
    terminal.type(CTRL_C);
    expect(await terminal.ended).toMatch(/Interrupted\.\s+status 130, echo/);
  });

  it('has no bold and dim letters with --no-color', async () => {
    const { home } = await setUp();
    const terminal = await openInit(home, '--no-color');
    await terminal.shows(/navigate/);
    terminal.type(CTRL_C);
    await terminal.ended;
    expect(terminal.bytes().split('\u001b')).not.toContainEqual(expect.stringMatching(/^\[[\d;]*m/));
  });

  it('asks for everything, saves a profile that only its owner can read, and checks it', async () => {
    const { home, script } = await setUp();
    const terminal = await openInit(home);
    await converse(terminal, script);
    const screen = await terminal.ended;
    expect(screen).toContain('status 0, echo');
    expect(screen).toMatch(/pass {2}private-key/);
    expect(screen).toMatch(/Next:\s+sgid check/);
    const folder = join(home, '.config', 'sgid', 'profiles');
    const file = join(folder, 'staging.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      version: 1,
      clientId: 'TEST-1a2b3c4d',
      redirectUri: 'http://localhost:5001/api/redirect',
      scope: 'openid myinfo.name',
      hostname: 'https://api.id.gov.sg',
      clientSecret: { value: SECRET },
      privateKey: { source: `file:${join(home, 'key.pem')}` },
      passphrase: { value: PASSPHRASE },
    });
    expect(terminal.bytes()).not.toContain(PASSPHRASE);
    expect(terminal.bytes()).not.toContain(SECRET);
  });

  it('asks for a wrong passphrase again, and saves none unless told to', async () => {
    const { home, script } = await setUp();
    const terminal = await openInit(home);
    await converse(terminal, script.slice(0, 4));
    await terminal.shows(/Passphrase of the private key/);
    terminal.type('wrong\r');
    await terminal.shows(
      /! The passphrase does not open the private key[^?]*\? Passphrase of the private key/,
    );
    terminal.type(`${PASSPHRASE}\r`);
    await terminal.shows(/Keep the passphrase/);
    terminal.type('\r');
    await converse(terminal, script.slice(6));
    expect(await terminal.ended).toContain('status 0, echo');
    const saved = await readFile(join(home, '.config', 'sgid', 'profiles', 'staging.json'), 'utf8');
    expect(JSON.parse(saved)).not.toHaveProperty('passphrase');
    expect(terminal.bytes()).not.toContain(PASSPHRASE);
  });

  it('says what is wrong with an answer and asks again', async () => {
    const { home, script } = await setUp();
    const terminal = await openInit(home);
    const [where, id, secret] = script.slice(0, 3);
    if (!where || !id || !secret) throw new Error('the script is too short');
    await converse(terminal, [where, [id[0], 'two words\r']]);
    await terminal.shows(/! It is one word[^?]*\? Client id/);
    terminal.type('TEST-1a2b3c4d\r');
    await converse(terminal, [[secret[0], '\r']]);
    await terminal.shows(/! It is needed for a login\.[^?]*\? Client secret/);
    terminal.type(`${SECRET}\r`);
    await converse(terminal, [[/Path of the private key/, '/nowhere/key.pem\r']]);
    await terminal.shows(/! .*\/nowhere\/key\.pem does not exist/);
    terminal.type(CTRL_C);
    expect(await terminal.ended).toContain('status 130, echo');
  });

  it('keeps a scope that it does not know when Enter takes it again', async () => {
    const { home, script } = await setUp();
    const terminal = await openInit(home);
    await converse(terminal, script.slice(0, 7));
    await converse(terminal, [[/Scopes, of those/, 'openid myinfo.nmae\r']]);
    await terminal.shows(
      /! myinfo\.nmae is not in the catalogue\. Did you mean myinfo\.name\?[^?]*\? Scopes/,
    );
    terminal.type('\r');
    await converse(terminal, script.slice(8));
    expect(await terminal.ended).toContain('status 0, echo');
    const saved = await readFile(join(home, '.config', 'sgid', 'profiles', 'staging.json'), 'utf8');
    expect(JSON.parse(saved)).toMatchObject({ scope: 'openid myinfo.nmae' });
  });

  it.each([
    ...Array.from({ length: 10 }, (_, index) => [index, 'Ctrl-C', CTRL_C, 130] as const),
    ...[2, 4, 9].map((index) => [index, 'the end of the input', CTRL_D, 2] as const),
  ])('leaves nothing behind in question %i at %s', async (index, _name, key, status) => {
    const { home, script } = await setUp();
    const terminal = await openInit(home);
    await converse(terminal, script.slice(0, index));
    const [question] = script[index] ?? [];
    if (question === undefined) throw new Error('there are fewer questions');
    await terminal.shows(question);
    terminal.type(key);
    expect(await terminal.ended).toContain(`status ${status}, echo`);
    expect(await filesIn(home)).toEqual(['key.pem']);
    expect(terminal.bytes()).not.toContain(PASSPHRASE);
    expect(terminal.bytes()).not.toContain(SECRET);
  });

  it('asks for what a credentials file lacks, and before it replaces a profile', async () => {
    const { home } = await setUp();
    const portal = {
      id: 'PORTAL-1a2b3c4d',
      secret: SECRET,
      privateKey: TEST_PRIVATE_KEY,
      scopes: ['openid'],
      hostname: 'http://localhost:5157',
      redirectUris: ['http://localhost:5001/one', 'http://localhost:5001/two'],
      agency: 'unknown to us',
    };
    await writeFile(join(home, 'client.json'), JSON.stringify(portal), { mode: 0o600 });
    const args = `--from ${join(home, 'client.json')} --profile staging`;
    const first = await openInit(home, args);
    await first.shows(/Not used: agency\./);
    await converse(first, [
      [/Which redirect URI/, `${DOWN}\r`],
      [/Provider: \(?http:\/\/localhost:5157/, '\r'],
    ]);
    expect(await first.ended).toContain('status 0, echo');
    const file = join(home, '.config', 'sgid', 'profiles', 'staging.json');
    const saved = await readFile(file, 'utf8');
    const [redirectUri, hostname] = ['http://localhost:5001/two', 'http://localhost:5157'];
    expect(JSON.parse(saved)).toMatchObject({ redirectUri, hostname, scope: 'openid' });
    const second = await openInit(home, args);
    expect(await second.ended).toMatch(/the profile staging already exists[\s\S]*status 3, echo/);
    expect(await readFile(file, 'utf8')).toBe(saved);
  });
});
