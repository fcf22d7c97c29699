import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyText, PASSPHRASE, RSA_2048 } from '../../fast/keys/key-fixtures.ts';
import { writeKeyFiles } from '../../helpers/run-key.ts';
import { runInShell } from '../../helpers/sgid-process.ts';
import { openTerminal } from '../../helpers/terminal-session.ts';

const PEM = keyText('rsa-2048.pkcs8.pem');
const FILES = { 'private.pem': PEM, passphrase: `${PASSPHRASE}\n` };
const PASSPHRASE_ENV = { SGID_PRIVATE_KEY_PASSPHRASE: PASSPHRASE };

describe('sgid key in pipes', () => {
  it('passes bytes on as they are', async () => {
    const script = `$SGID key convert --to pkcs12 --out-passphrase-file passphrase private.pem |
      $SGID key convert --to der | openssl pkey -inform DER -pubout`;
    const run = await runInShell(script, { files: FILES, env: PASSPHRASE_ENV });
    expect(run).toEqual({ status: 0, stdout: keyText('public.pem'), stderr: '' });
  });

  it('reads a shell’s process output and a variable with a sourced .env', async () => {
    const script = `$SGID key convert --to env private.pem > .env && . ./.env &&
      printf %s "$SGID_PRIVATE_KEY" | $SGID key inspect`;
    const { status, stdout } = await runInShell(script, { files: FILES });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ fingerprint: RSA_2048, problems: [{ id: 'escaped' }] });
  });

  it('is read by Node’s own --env-file', async () => {
    const script = `$SGID key convert --to env private.pem > app.env &&
      ${process.execPath} --env-file=app.env -p 'crypto.createPrivateKey(process.env.SGID_PRIVATE_KEY).asymmetricKeyType'`;
    expect(await runInShell(script, { files: FILES })).toMatchObject({ status: 0, stdout: 'rsa\n' });
  });
});

describe('sgid key on a terminal', () => {
  it('asks for a new passphrase twice, without echo', async () => {
    const folder = await writeKeyFiles(FILES);
    const args = `key convert --to pkcs8-encrypted ${join(folder, 'private.pem')} --out ${join(folder, 'out')}`;
    const terminal = await openTerminal(args);
    await terminal.shows(/\? New passphrase: \[input is masked\]/);
    terminal.type('a new one\r');
    await terminal.shows(/\? The same again: \[input is masked\]/);
    terminal.type('a new one\r');
    expect(await terminal.ended).toContain('status 0, echo');
    expect(terminal.bytes()).not.toContain('a new one');
    expect(await readFile(join(folder, 'out'), 'utf8')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
  });

  it('is left with Ctrl-C: 130, and nothing stays', async () => {
    const folder = await writeKeyFiles(FILES);
    const out = join(folder, 'out');
    const terminal = await openTerminal(`key generate --to pkcs8-encrypted --out ${out}`);
    await terminal.shows(/\? New passphrase:/);
    terminal.type('half a pass\u0003');
    expect(await terminal.ended).toContain('Interrupted.\nstatus 130, echo');
    expect((await readdir(folder)).sort()).toEqual(['passphrase', 'private.pem']);
  });
});
