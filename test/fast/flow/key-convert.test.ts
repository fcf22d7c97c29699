import { createPrivateKey } from 'node:crypto';
import { chmod, lstat, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPrivateKey } from '../../../src/keys/private-key.ts';
import { KEY_TARGETS } from '../../../src/keys/write-key.ts';
import { createFakePlatform } from '../../helpers/fake-platform.ts';
import { errorCodeOf } from '../../helpers/login-flow.ts';
import { OTHER_PUBLIC_KEY, runKey, writeKeyFiles } from '../../helpers/run-key.ts';
import { fingerprint, keyBytes, keyText, PASSPHRASE, RSA_2048 } from '../keys/key-fixtures.ts';

const PEM = keyText('rsa-2048.pkcs8.pem');

describe('sgid key convert', () => {
  it.each(KEY_TARGETS)('writes %s to a pipe', async (target) => {
    const encrypted = target === 'pkcs8-encrypted' || target === 'pkcs12';
    const folder = await writeKeyFiles({ passphrase: `${PASSPHRASE}\n` });
    const passphrase = encrypted ? ['--out-passphrase-file', join(folder, 'passphrase')] : [];
    const run = await runKey(['convert', '--to', target, ...passphrase], { input: PEM });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(fingerprint(await loadPrivateKey(run.bytes, { passphrase: PASSPHRASE }))).toBe(RSA_2048);
  });

  it('writes a new file that only its owner can read, and nothing else', async () => {
    const folder = await writeKeyFiles({ 'old.pem': keyText('rsa-2048.pkcs1.pem') });
    const out = join(folder, 'new.der');
    const run = await runKey(['convert', '--to', 'der', join(folder, 'old.pem'), '--out', out]);
    expect(run).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(await readFile(out)).toEqual(keyBytes('rsa-2048.pkcs8.der'));
    expect((await lstat(out)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).sort()).toEqual(['new.der', 'old.pem']);
  });

  it('takes a key out of a .env, and puts it back', async () => {
    const env = (await runKey(['convert', '--to', 'env'], { input: PEM })).stdout;
    expect((await runKey(['convert', '--to', 'pkcs8'], { input: `A=1\n${env}B=2\n` })).stdout).toBe(PEM);
  });

  it('makes a clean copy of what other programs cannot read', async () => {
    const input = `\uFEFF'${PEM.trim().replaceAll('\n', '\\n')}'`;
    const { stdout } = await runKey(['convert', '--to', 'pkcs8'], { input });
    expect(createPrivateKey(stdout).asymmetricKeyType).toBe('rsa');
  });
});

describe('--out', () => {
  it.each([
    ['another key', PEM],
    ['a .env', 'SGID_CLIENT_SECRET=x\n'],
    ['a file too large to be read', Buffer.alloc(2 * 1024 * 1024, 'x')],
  ])('does not write over %s', async (_name, content) => {
    const folder = await writeKeyFiles({ there: content });
    const out = join(folder, 'there');
    for (const args of [['convert', '--to', 'env'], ['generate']]) {
      const run = await runKey([...args, '--out', out], { input: PEM });
      expect(run).toMatchObject({ exitCode: 3, stdout: '' });
      expect(run.stderr).toContain('already exists');
      expect(run.stderr).toContain(`mv ${out} ${out}.old`);
      expect(errorCodeOf(run)).toBe('ERR_OUTPUT');
    }
    // Compared at once: toEqual looks at each of two million bytes.
    expect((await readFile(out)).equals(Buffer.from(content))).toBe(true);
    expect(await readdir(folder)).toEqual(['there']);
  });

  it('takes an empty file, such as mktemp makes', async () => {
    const folder = await writeKeyFiles({ there: '' });
    const run = await runKey(['convert', '--to', 'pkcs8', '--out', join(folder, 'there')], { input: PEM });
    expect(run.exitCode).toBe(0);
    expect(await readFile(join(folder, 'there'), 'utf8')).toBe(PEM);
  });

  it('is opened before anything is read, and leaves nothing when that fails', async () => {
    const folder = await writeKeyFiles({});
    const missing = await runKey(['convert', '--to', 'jwk', 'none.pem', '--out', join(folder, 'a', 'b')]);
    expect(missing.stderr).toContain('in a folder that does not exist');
    const failed = await runKey(['convert', '--to', 'jwk', '--out', join(folder, 'b')], { input: 'x' });
    expect([missing.exitCode, failed.exitCode]).toEqual([3, 3]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not follow a symbolic link', async () => {
    const folder = await writeKeyFiles({ target: '' });
    await symlink(join(folder, 'target'), join(folder, 'link'));
    const run = await runKey(['convert', '--to', 'jwk', '--out', join(folder, 'link')], { input: PEM });
    expect(run).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('symbolic link') });
    expect(await readFile(join(folder, 'target'), 'utf8')).toBe('');
  });

  it('is a clear error on a full disk, and leaves nothing', async () => {
    const folder = await writeKeyFiles({});
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    const { files } = createFakePlatform().platform;
    const prepareOutput: typeof files.prepareOutput = async (path) => ({
      ...(await files.prepareOutput(path)),
      commit: () => Promise.reject(full),
    });
    const args = ['convert', '--to', 'der', '--out', join(folder, 'x')];
    const run = await runKey(args, { input: PEM, files: { prepareOutput } });
    expect(run).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('no space is left there') });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('bytes', () => {
  it.each(['pkcs12', 'der'])('are not written to a terminal: %s', async (target) => {
    for (const args of [['convert'], ['generate']]) {
      const run = await runKey([...args, '--to', target], { input: PEM, stdoutIsTerminal: true });
      expect(run).toMatchObject({ exitCode: 2, stdout: '' });
      expect(run.stderr).toContain('--out private.');
      expect(errorCodeOf(run)).toBe('ERR_USAGE');
    }
  });

  it('may go to a file from a terminal, as text may go to the terminal', async () => {
    const folder = await writeKeyFiles({});
    const options = { input: PEM, stdoutIsTerminal: true };
    const file = await runKey(['convert', '--to', 'der', '--out', join(folder, 'x.der')], options);
    const text = await runKey(['convert', '--to', 'pkcs8'], options);
    expect([file.exitCode, text.exitCode, text.stdout]).toEqual([0, 0, PEM]);
  });
});

describe('a warning goes to stderr', () => {
  it('when other users can read the key, or its passphrase', async () => {
    const folder = await writeKeyFiles({ 'k.p12': keyBytes('rsa-2048.modern.p12'), pass: PASSPHRASE });
    await chmod(join(folder, 'k.p12'), 0o644);
    await chmod(join(folder, 'pass'), 0o604);
    const passphrase = ['--passphrase-file', join(folder, 'pass')];
    const args = ['convert', '--to', 'pkcs8', join(folder, 'k.p12'), ...passphrase];
    const run = await runKey(args);
    expect(run).toMatchObject({ exitCode: 0, stdout: PEM });
    expect(run.stderr).toContain(`run: chmod 600 ${join(folder, 'k.p12')}`);
    expect(run.stderr).toContain(`run: chmod 600 ${join(folder, 'pass')}`);
    expect(await runKey(['-q', ...args])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('when the public key beside it is of another pair', async () => {
    for (const args of [['convert', '--to', 'pkcs8'], ['public']]) {
      const run = await runKey(args, { input: `${PEM}${OTHER_PUBLIC_KEY}` });
      expect(run.exitCode).toBe(0);
      expect(run.stderr).toBe(
        'warning: standard input: the public key in it does not belong to the private key\n',
      );
    }
  });

  it('when the passphrase was not needed', async () => {
    const folder = await writeKeyFiles({ passphrase: PASSPHRASE });
    const args = ['public', '--passphrase-file', join(folder, 'passphrase')];
    const run = await runKey(args, { input: PEM });
    expect(run).toMatchObject({ exitCode: 0, stdout: keyText('public.pem') });
    expect(run.stderr).toContain('--passphrase-file was not needed');
  });
});
