import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { errorCodeOf } from '../../helpers/fake-platform.ts';
import { type KeyRun, runKey, writeKeyFiles } from '../../helpers/run-key.ts';
import { keyBytes, keyText, RSA_2048 } from '../keys/key-fixtures.ts';

const PEM = keyText('rsa-2048.pkcs8.pem');
const PUBLIC = keyText('public.pem');
const JWK = keyText('rsa-2048.jwk.json');
const PUBLIC_JWK = { kty: 'RSA', n: JSON.parse(JWK).n, e: 'AQAB' };

function idsOf({ stdout }: KeyRun): readonly string[] {
  return JSON.parse(stdout).problems.map(({ id }: { id: string }) => id);
}

describe('sgid key inspect', () => {
  it('prints a report of a good key', async () => {
    const run = await runKey('inspect', { input: PEM });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toMatch(/^\{\n {2}"format".*\n\}\n$/s);
    expect(JSON.parse(run.stdout)).toEqual({
      format: 'pkcs8-pem',
      bits: 2048,
      publicExponent: 65537,
      fingerprint: RSA_2048,
      encrypted: false,
      problems: [],
    });
  });

  it('reports that other users can read the file', async () => {
    const folder = await writeKeyFiles({ 'my key.pem': PEM });
    const path = join(folder, 'my key.pem');
    await chmod(path, 0o640);
    const { exitCode, stdout } = await runKey(['inspect', path]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).problems).toEqual([
      expect.objectContaining({ id: 'readable-by-others', hint: `Restrict it: chmod 600 '${path}'` }),
    ]);
  });

  it('reports escapes and quotes in a pipe, but not in a .env, where they belong', async () => {
    const line = `"${PEM.trim().replaceAll('\n', '\\n')}"`;
    expect(idsOf(await runKey('inspect', { input: line }))).toEqual(['quoted', 'escaped']);
    expect(idsOf(await runKey('inspect', { input: `SGID_PRIVATE_KEY=${line}\n` }))).toEqual([]);
  });

  it('reports a small key, and then that it cannot be used', async () => {
    const run = await runKey('inspect', { input: keyText('rsa-1024.pem') });
    expect(JSON.parse(run.stdout)).toMatchObject({ bits: 1024, problems: [{ id: 'too-small' }] });
    expect(run.stderr).toContain('standard input: the private key has 1024 bits; the minimum is 2048');
    expect([run.exitCode, errorCodeOf(run)]).toEqual([3, 'ERR_PRIVATE_KEY_SIZE']);
  });
});

describe('the public key', () => {
  it.each<[string, string | Uint8Array]>([
    ['SPKI', PUBLIC],
    ['a certificate', keyText('certificate.pem')],
    ['a JWK', JSON.stringify(PUBLIC_JWK)],
    ['DER', Buffer.from(PUBLIC.replace(/-----[^-]+-----|\s/g, ''), 'base64')],
  ])('of --public-key is the other half: %s', async (_name, content) => {
    const run = await runKey('inspect --public-key @public', { folder: { public: content }, input: PEM });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({ matchesPublicKey: true, problems: [] });
  });

  it('of --public-key may come from standard input', async () => {
    const run = await runKey('inspect @key --public-key -', { folder: { key: PEM }, input: PUBLIC });
    expect(JSON.parse(run.stdout).matchesPublicKey).toBe(true);
  });

  it('of another pair is reported, and ends with 3', async () => {
    const files = { 'other.pem': TEST_PUBLIC_KEY };
    const run = await runKey('inspect --public-key @other.pem', { folder: files, input: PEM });
    expect(JSON.parse(run.stdout)).toMatchObject({
      fingerprint: RSA_2048,
      matchesPublicKey: false,
      problems: [{ id: 'public-key-mismatch' }],
    });
    expect(run.stderr).toContain('other.pem does not belong to the private key');
    expect([run.exitCode, errorCodeOf(run)]).toEqual([3, 'ERR_PRIVATE_KEY']);
  });

  it.each<[string, string, boolean]>([
    ['a PEM bundle', `${PEM}${PUBLIC}`, true],
    ['a PEM bundle with a chain', `${PEM}${keyText('certificate.pem')}${TEST_PUBLIC_KEY}`, true],
    ['JSON', JSON.stringify({ id: 'X', privateKey: PEM, publicKey: PUBLIC }), true],
    ['nested JSON', JSON.stringify({ client: { id: 'X', privateKey: PEM, public_key: PUBLIC } }), true],
    ['JSON with JWKs', JSON.stringify({ privateKey: JSON.parse(JWK), publicKey: PUBLIC_JWK }), true],
    ['a .env', `SGID_PRIVATE_KEY="${PEM}"\nSGID_PUBLIC_KEY="${PUBLIC}"\n`, true],
    ['a PEM bundle', `${TEST_PUBLIC_KEY}${PEM}`, false],
    ['JSON', JSON.stringify({ id: 'X', privateKey: PEM, publicKey: TEST_PUBLIC_KEY }), false],
    ['a .env', `SGID_PRIVATE_KEY="${PEM}"\nPUBLIC_KEY="${TEST_PUBLIC_KEY}"\n`, false],
  ])('that stands in the same file, %s, is compared: #%#', async (_name, input, matches) => {
    const run = await runKey('inspect', { input });
    expect(JSON.parse(run.stdout).matchesPublicKey).toBe(matches);
    expect(idsOf(run)).toEqual(matches ? [] : ['public-key-mismatch']);
    expect([run.exitCode, errorCodeOf(run)]).toEqual(matches ? [0, ''] : [3, 'ERR_PRIVATE_KEY']);
  });

  const unreadable = JSON.stringify({ id: 'X', privateKey: PEM, publicKey: 'see the portal' });
  const otherJwk = { ...PUBLIC_JWK, n: PUBLIC_JWK.n.replace(/^./, 'z') };

  it.each<[string, string, readonly string[]]>([
    ['cannot be read is reported', unreadable, ['public-key-unreadable']],
    ['is another one of a JWKS', JSON.stringify({ keys: [otherJwk, JSON.parse(JWK)] }), []],
  ])('that %s, and not compared', async (_name, input, ids) => {
    const run = await runKey('inspect', { input });
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout).matchesPublicKey).toBeUndefined();
    expect(idsOf(run)).toEqual(ids);
  });

  it.each<[string, string | Uint8Array]>([
    ['a private key', PEM],
    ['words', 'no key'],
    ['binary garbage', Buffer.from('00ff13379c00aa', 'hex')],
  ])('of --public-key is refused when it is %s', async (_name, content) => {
    const run = await runKey('inspect --public-key @x', { folder: { x: content }, input: PEM });
    expectError(run, 3, 'ERR_FILE', 'holds no public key');
  });
});

describe('a file that cannot be read ends with 3', () => {
  it.each([
    ['missing.pem', 'does not exist', 'Check the path'],
    ['folder.pem', 'is a folder', 'Name the file in it'],
    ['large.pem', 'is larger than 1 MiB', 'the right file'],
    ['file/x.pem', 'does not exist: a part of its path is not a folder', 'Check the path'],
  ])('%s', async (name, message, hint) => {
    const folder = await writeKeyFiles({ 'large.pem': Buffer.alloc(2 * 1024 * 1024, 'A'), file: '' });
    await mkdir(join(folder, 'folder.pem'));
    expectError(await runKey(`inspect @${name}`, { folder }), 3, 'ERR_FILE', `${name} ${message}`, hint);
  });

  it('an endless pipe', async () => {
    const tooLarge = Object.assign(new Error('EFBIG'), { code: 'EFBIG' });
    const run = await runKey('inspect', { terminal: { readInput: () => Promise.reject(tooLarge) } });
    expectError(run, 3, 'ERR_FILE', 'the key: standard input is larger than 1 MiB');
  });

  it('a key in the place of its path, which is not repeated', async () => {
    const line = keyBytes('rsa-2048.pkcs8.der').toString('base64');
    const run = await runKey(['inspect', line]);
    expectError(run, 3, 'ERR_FILE', 'not the path of a file');
    expect(run.stderr).not.toContain(line.slice(0, 40));
  });

  it.each(['inspect', 'convert --to jwk -', 'public'])('nor is a key typed: sgid key %s', async (line) => {
    const run = await runKey(line, { answers: [] });
    expectError(run, 2, 'ERR_USAGE', 'standard input, which is a terminal');
  });
});
