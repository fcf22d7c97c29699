import { createPrivateKey, createPublicKey } from 'node:crypto';
import { appendFile, chmod, lstat, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { loadPrivateKey } from '../../../src/keys/private-key.ts';
import { KEY_TARGETS } from '../../../src/keys/write-key.ts';
import { TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { createFakePlatform } from '../../helpers/fake-platform.ts';
import { type KeyRun, runKey, writeKeyFiles } from '../../helpers/run-key.ts';
import { fingerprint, keyBytes, keyText, PASSPHRASE, RSA_2048, rsaJwk } from '../keys/key-fixtures.ts';

const PEM = keyText('rsa-2048.pkcs8.pem');

describe('sgid key convert', () => {
  it.each(KEY_TARGETS)('writes %s to a pipe', async (target) => {
    const encrypted = target === 'pkcs8-encrypted' || target === 'pkcs12';
    const line = `convert --to ${target} ${encrypted ? '--out-passphrase-file @pass' : ''}`;
    const run = await runKey(line, { folder: { pass: `${PASSPHRASE}\n` }, input: PEM });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(fingerprint(await loadPrivateKey(run.bytes, { passphrase: PASSPHRASE }))).toBe(RSA_2048);
  });

  it('writes a new file that only its owner can read, and nothing else', async () => {
    const folder = await writeKeyFiles({ 'old.pem': keyText('rsa-2048.pkcs1.pem') });
    const run = await runKey('convert --to der @old.pem --out @new.der', { folder });
    expect(run).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(await readFile(join(folder, 'new.der'))).toEqual(keyBytes('rsa-2048.pkcs8.der'));
    expect((await lstat(join(folder, 'new.der'))).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).sort()).toEqual(['new.der', 'old.pem']);
  });

  it('takes a key out of a .env, and puts it back', async () => {
    const env = (await runKey('convert --to env', { input: PEM })).stdout;
    expect((await runKey('convert --to pkcs8', { input: `A=1\n${env}B=2\n` })).stdout).toBe(PEM);
  });
});

describe('sgid key generate', () => {
  it('prints a PKCS#8 PEM of 2048 bits, another one each time', async () => {
    const [one, two] = [await runKey('generate'), await runKey('generate')];
    for (const { exitCode, stdout, stderr } of [one, two]) {
      const key = createPrivateKey(stdout);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^-----BEGIN PRIVATE KEY-----\n[^-]+\n-----END PRIVATE KEY-----\n$/);
      expect(key.asymmetricKeyDetails).toEqual({ modulusLength: 2048, publicExponent: 65537n });
      expect(stderr).toBe(`A new key of 2048 bits, fingerprint ${fingerprint(key)}.\n`);
    }
    expect(one.stdout).not.toBe(two.stdout);
  });

  it('makes as many bits as it is told', async () => {
    const { stdout } = await runKey('generate --bits 3072 --to jwk -q');
    const key = createPrivateKey({ key: JSON.parse(stdout), format: 'jwk' });
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(3072);
  });

  it('writes a file, and says what to register', async () => {
    const run = await runKey('generate --out @private.pem');
    const out = join(run.folder, 'private.pem');
    expect(run).toMatchObject({ exitCode: 0, stdout: '' });
    const next = `Register its public half in the developer portal: sgid key public ${out}\n`;
    expect(run.stderr).toContain(next);
    expect(createPrivateKey(await readFile(out)).asymmetricKeyType).toBe('rsa');
  });

  it.each(['-', '/dev/null'])('says nothing of a file where there is none: --out %s', async (out) => {
    const { exitCode, stderr } = await runKey(`generate --out ${out}`);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^A new key of 2048 bits, fingerprint \w+\.\n$/);
  });

  it('encrypts it', async () => {
    const run = await runKey('generate --to pkcs12 --out-passphrase-file -', { input: PASSPHRASE });
    expect(run.exitCode).toBe(0);
    expect((await loadPrivateKey(run.bytes, { passphrase: PASSPHRASE })).asymmetricKeyType).toBe('rsa');
  });

  it('prints nothing when it was interrupted meanwhile', async () => {
    const controller = new AbortController();
    const running = runKey('generate', { signal: controller.signal });
    controller.abort(new SgidError('ERR_INTERRUPTED', 'interrupted', { step: 'program' }));
    expect(await running).toMatchObject({ exitCode: 130, stdout: '' });
  });
});

describe('sgid key public', () => {
  it.each(['rsa-2048.pkcs1.pem', 'rsa-2048.pkcs8.der', 'rsa-2048.jwk.json', 'rsa-2048.modern.p12'])(
    'prints the SPKI PEM that openssl prints: %s',
    async (name) => {
      const env = { SGID_PRIVATE_KEY_PASSPHRASE: PASSPHRASE };
      const run = await runKey('public', { input: keyBytes(name), env });
      expect(run).toMatchObject({ exitCode: 0, stdout: keyText('public.pem'), stderr: '' });
    },
  );

  it('prints a JWK with public numbers only', async () => {
    const jwk = JSON.parse((await runKey('public --format jwk', { input: PEM })).stdout);
    const { n, e } = rsaJwk();
    expect(jwk).toEqual({ kty: 'RSA', n, e });
    expect(createPublicKey({ key: jwk, format: 'jwk' }).asymmetricKeyType).toBe('rsa');
  });
});

describe('--out', () => {
  it.each([
    ['another key', PEM],
    ['a .env', 'SGID_CLIENT_SECRET=x\n'],
  ])('does not write over %s', async (_name, content) => {
    const folder = await writeKeyFiles({ there: content });
    const out = join(folder, 'there');
    for (const line of ['convert --to env', 'generate']) {
      const run = await runKey(`${line} --out @there`, { folder, input: PEM });
      expectError(run, 3, 'ERR_OUTPUT', 'already exists', `mv -n ${out} ${out}.old`);
    }
    expect(await readFile(out, 'utf8')).toBe(content);
    expect(await readdir(folder)).toEqual(['there']);
  });

  it('takes an empty file, such as mktemp makes', async () => {
    const run = await runKey('convert --to pkcs8 --out @there', { folder: { there: '' }, input: PEM });
    expect(run.exitCode).toBe(0);
    expect(await readFile(join(run.folder, 'there'), 'utf8')).toBe(PEM);
  });

  it('is the key of one of two that are made at once, and the other fails', async () => {
    const folder = await writeKeyFiles({});
    const runs = await Promise.all(['one', 'two'].map(() => runKey('generate --out @k.pem', { folder })));
    const [made, refused] = runs.sort((a, b) => a.exitCode - b.exitCode) as [KeyRun, KeyRun];
    expect(made.exitCode).toBe(0);
    expectError(refused, 3, 'ERR_OUTPUT', 'already exists');
    expect(made.stderr).toContain(fingerprint(createPrivateKey(await readFile(join(folder, 'k.pem')))));
    expect(await readdir(folder)).toEqual(['k.pem']);
  });

  it.each([
    ['--to jwk --out @there', undefined, 'already exists'],
    ['--to jwk --out @there', '', 'already exists'],
    ['--to env --into @there', undefined, 'was changed meanwhile'],
    ['--to env --into @there', '', 'was changed meanwhile'],
    ['--to env --into @there', 'A=1\n', 'was changed meanwhile'],
  ])('or --into leaves what somebody else writes meanwhile: %s, %j', async (line, before, words) => {
    const folder = await writeKeyFiles(before === undefined ? {} : { there: before });
    const readInput = async (): Promise<Buffer> => {
      await appendFile(join(folder, 'there'), 'B=2\n');
      return Buffer.from(PEM);
    };
    const run = await runKey(`convert ${line}`, { folder, terminal: { readInput } });
    expectError(run, 3, 'ERR_OUTPUT', words);
    expect(await readFile(join(folder, 'there'), 'utf8')).toBe(`${before ?? ''}B=2\n`);
    expect(await readdir(folder)).toEqual(['there']);
  });

  it('of --into is not put in the place of a file that comes at the last moment', async () => {
    const folder = await writeKeyFiles({});
    const there = join(folder, 'there');
    const { files } = createFakePlatform().platform;
    const prepareOutput: typeof files.prepareOutput = async (...how) => {
      const output = await files.prepareOutput(...how);
      const commit: typeof output.commit = async (content) => {
        await writeFile(there, 'B=2\n');
        await output.commit(content);
      };
      return { ...output, commit };
    };
    const run = await runKey('convert --to env --into @there', {
      folder,
      input: PEM,
      files: { prepareOutput },
    });
    expectError(run, 3, 'ERR_OUTPUT', 'already exists');
    expect(await readFile(there, 'utf8')).toBe('B=2\n');
    expect(await readdir(folder)).toEqual(['there']);
  });

  it('is opened before anything is read, and leaves nothing when that fails', async () => {
    const missing = await runKey('convert --to jwk none.pem --out @a/b');
    expectError(missing, 3, 'ERR_OUTPUT', 'in a folder that does not exist');
    const failed = await runKey('convert --to jwk --out @b', { input: 'x' });
    expectError(failed, 3, 'ERR_PRIVATE_KEY');
    for (const { folder } of [missing, failed]) expect(await readdir(folder)).toEqual([]);
  });

  it('does not follow a symbolic link', async () => {
    const folder = await writeKeyFiles({ target: '' });
    await symlink(join(folder, 'target'), join(folder, 'link'));
    const run = await runKey('convert --to jwk --out @link', { folder, input: PEM });
    expectError(run, 3, 'ERR_OUTPUT', 'symbolic link');
    expect(await readFile(join(folder, 'target'), 'utf8')).toBe('');
  });

  it('is a clear error on a full disk, and leaves nothing', async () => {
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    const { files } = createFakePlatform().platform;
    const prepareOutput: typeof files.prepareOutput = async (path) => ({
      ...(await files.prepareOutput(path)),
      commit: () => Promise.reject(full),
    });
    const run = await runKey('convert --to der --out @x', { input: PEM, files: { prepareOutput } });
    expectError(run, 3, 'ERR_OUTPUT', 'no space is left there');
    expect(await readdir(run.folder)).toEqual([]);
  });
});

describe('bytes', () => {
  const terminal = { stdoutIsTerminal: true };

  it.each(['pkcs12', 'der'])('are not written to a terminal: %s', async (target) => {
    for (const command of ['convert', 'generate']) {
      const run = await runKey(`${command} --to ${target}`, { input: PEM, terminal });
      expectError(run, 2, 'ERR_USAGE', '--out private.');
    }
  });

  it('may go to a file from a terminal, as text may go to the terminal', async () => {
    const file = await runKey('convert --to der --out @x.der', { input: PEM, terminal });
    const text = await runKey('convert --to pkcs8', { input: PEM, terminal });
    expect([file.exitCode, text.exitCode, text.stdout]).toEqual([0, 0, PEM]);
  });
});

describe('a warning goes to stderr', () => {
  it('when other users can read the key, or its passphrase', async () => {
    const folder = await writeKeyFiles({ 'k.p12': keyBytes('rsa-2048.modern.p12'), pass: PASSPHRASE });
    await chmod(join(folder, 'k.p12'), 0o644);
    await chmod(join(folder, 'pass'), 0o604);
    const line = 'convert --to pkcs8 @k.p12 --passphrase-file @pass';
    const run = await runKey(line, { folder });
    expect(run).toMatchObject({ exitCode: 0, stdout: PEM });
    for (const name of ['k.p12', 'pass'])
      expect(run.stderr).toContain(`run: chmod 600 ${join(folder, name)}`);
    expect(await runKey(`-q ${line}`, { folder })).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it.each(['convert --to pkcs8', 'public'])(
    'when the public key beside it is of another pair: %s',
    async (line) => {
      const { exitCode, stderr } = await runKey(line, { input: `${PEM}${TEST_PUBLIC_KEY}` });
      const words = 'standard input: the public key in it does not belong to the private key';
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `warning: ${words}\n` });
    },
  );

  it('when the passphrase was not needed', async () => {
    const run = await runKey('public --passphrase-file @pass', { folder: { pass: PASSPHRASE }, input: PEM });
    expect(run).toMatchObject({ exitCode: 0, stdout: keyText('public.pem') });
    expect(run.stderr).toContain('--passphrase-file is not needed');
  });
});
