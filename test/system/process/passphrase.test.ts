import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { startSgid } from '../../helpers/sgid-process.ts';
import { openTerminal, type TerminalSession, urlOn } from '../../helpers/terminal-session.ts';

const QUESTION = /^\? Passphrase of the private key: \[input is masked\]/m;
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`);
const PASSPHRASE = 'test-passphrase';

/** Credentials whose key is encrypted. */
async function setUpEncrypted(): Promise<Readonly<Record<string, string>>> {
  const { env } = await setUpProcessLogin();
  const key = createPrivateKey(TEST_PRIVATE_KEY).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: PASSPHRASE,
  });
  return { ...env, SGID_PRIVATE_KEY: key.toString() };
}

async function askOnTerminal(env: Readonly<Record<string, string>>, flags = ''): Promise<TerminalSession> {
  const terminal = await openTerminal(`${flags} login --no-browser`, { env });
  await terminal.shows(QUESTION);
  return terminal;
}

describe('the passphrase of an encrypted key', () => {
  it('is asked for without echo, before anything else, and opens the key', async () => {
    const terminal = await askOnTerminal(await setUpEncrypted());
    expect(terminal.bytes()).not.toContain('http');
    terminal.type(`${PASSPHRASE}\r`);
    await terminal.shows(/Waiting for the callback/);
    await visit(urlOn(terminal));
    const screen = await terminal.ended;
    expect(screen).toContain('TAN WEI MING');
    expect(screen).toContain('status 0, echo');
    expect(terminal.bytes()).not.toContain(PASSPHRASE);
  });

  it('opens a PKCS#1 file, too', async () => {
    const { env } = await setUpProcessLogin();
    const file = new URL('../../fixtures/keys/rsa-2048.pkcs1-encrypted.pem', import.meta.url);
    const key = await readFile(file, 'utf8');
    const terminal = await askOnTerminal({ ...env, SGID_PRIVATE_KEY: key });
    terminal.type(`${PASSPHRASE}\r`);
    await terminal.shows(/Waiting for the callback/);
  });

  it('that is wrong exits 3', async () => {
    const terminal = await askOnTerminal(await setUpEncrypted());
    terminal.type('not the one\r');
    const screen = await terminal.ended;
    expect(screen).toContain('\nERR_PRIVATE_KEY_PASSPHRASE\nstatus 3, echo');
    expect(terminal.bytes()).not.toContain('not the one');
  });

  it.each([
    ['Ctrl-C', '\u0003', 'ERR_INTERRUPTED\nstatus 130, echo'],
    ['Ctrl-D', '\u0004', 'ERR_PRIVATE_KEY_PASSPHRASE\nstatus 3, echo'],
    ['nothing', '\r', 'ERR_PRIVATE_KEY_PASSPHRASE\nstatus 3, echo'],
  ])('may be refused with %s', async (_name, keys, end) => {
    const terminal = await askOnTerminal(await setUpEncrypted());
    terminal.type(keys);
    expect(await terminal.ended).toMatch(new RegExp(`\\nerror: .*${end}`, 's'));
  });

  it('is asked for without colour where none is wanted', async () => {
    const terminal = await askOnTerminal(await setUpEncrypted(), '--no-color');
    terminal.type('not the one\r');
    await terminal.ended;
    expect(terminal.bytes()).not.toMatch(COLOUR);
  });

  it('is not asked for where nobody can answer', async () => {
    const run = await startSgid(['login', '--no-browser'], { env: await setUpEncrypted() });
    const { status, stderr } = await run.ended;
    expect(status).toBe(3);
    expect(stderr).toContain('SGID_PRIVATE_KEY_PASSPHRASE');
  });
});
