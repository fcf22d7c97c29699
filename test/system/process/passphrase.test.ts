import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { openTerminal, type TerminalSession, urlOn } from '../../helpers/terminal-session.ts';

const QUESTION = /^\? Passphrase of the private key: \[input is masked\]/m;
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`);
const PASSPHRASE = 'test-passphrase';

/** Credentials whose key is encrypted. */
async function setUpEncrypted(): Promise<Readonly<Record<string, string>>> {
  const { env } = await setUpProcessLogin();
  const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE } as const;
  return { ...env, SGID_PRIVATE_KEY: String(createPrivateKey(TEST_PRIVATE_KEY).export(cipher)) };
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

  it('that is wrong exits 3, without colour where none is wanted', async () => {
    const terminal = await askOnTerminal(await setUpEncrypted(), '--no-color');
    terminal.type('not the one\r');
    expect(await terminal.ended).toContain('\nMore: sgid explain ERR_PRIVATE_KEY_PASSPHRASE\nstatus 3, echo');
    expect(terminal.bytes()).not.toContain('not the one');
    expect(terminal.bytes()).not.toMatch(COLOUR);
  });

  it.each([
    ['Ctrl-C', '\u0003', /\nInterrupted\.\nstatus 130, echo/],
    ['Ctrl-D', '\u0004', /\nerror: .* ERR_PRIVATE_KEY_PASSPHRASE\nstatus 3, echo/s],
    ['nothing', '\r', /\nerror: .* ERR_PRIVATE_KEY_PASSPHRASE\nstatus 3, echo/s],
  ])('may be refused with %s', async (_name, keys, end) => {
    const terminal = await askOnTerminal(await setUpEncrypted());
    terminal.type(keys);
    expect(await terminal.ended).toMatch(end);
  });
});
