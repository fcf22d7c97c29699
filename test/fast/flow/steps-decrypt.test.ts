import { describe, expect, it } from 'vitest';
import type { SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { MOCKPASS_PROFILE, SDK_PROFILE } from '../../../src/mock/encryption.ts';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { type RunOptions, type RunResult, runSgid } from '../../helpers/fake-platform.ts';
import { savedUserinfo, withHeader } from '../../helpers/saved-userinfo.ts';
import { SUB } from '../../helpers/sign-id-token.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';
import { keyText } from '../keys/key-fixtures.ts';

function decrypt(stdin: string, args: readonly string[] = [], options: RunOptions = {}): Promise<RunResult> {
  return runSgid(['decrypt', ...args], { env: { SGID_PRIVATE_KEY: TEST_PRIVATE_KEY }, stdin, ...options });
}

describe('sgid decrypt', () => {
  it.each([
    ['the official SDK', SDK_PROFILE],
    ['MockPass', MOCKPASS_PROFILE],
  ])('opens a reply with the algorithms of %s', async (_name, profile) => {
    const values = { 'myinfo.name': '陈伟明', 'myinfo.vehicles': '[{"vehicle_number":"SBA1"}]' };
    const { exitCode, stdout, stderr } = await decrypt(savedUserinfo(values, {}, profile));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const data = { ...values, 'myinfo.vehicles': [{ vehicle_number: 'SBA1' }] };
    expect(JSON.parse(stdout)).toEqual({ sub: SUB, data });
  });

  it('reads a file, standard input by its name, and one with a byte order mark', async () => {
    const path = await writeTemporaryFile('userinfo.json', savedUserinfo(), 0o644);
    expect(await decrypt('', [path])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await decrypt(savedUserinfo(), ['-'])).toMatchObject({ exitCode: 0 });
    expect(await decrypt(`\uFEFF${savedUserinfo()}`)).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['neither key nor data', { key: undefined, data: undefined }],
    ['null for both', { key: null, data: null }],
    ['no fields', { data: {} }],
    ['a key alone', { data: undefined }],
    ['a key, and null for data', { data: null }],
    ['no fields and no key', { key: undefined, data: {} }],
    ['no fields and an empty key', { key: '', data: {} }],
  ])('takes a reply with %s for one without data', async (_name, changes) => {
    const { exitCode, stdout } = await decrypt(savedUserinfo({}, changes));
    expect({ exitCode, data: JSON.parse(stdout).data }).toEqual({ exitCode: 0, data: {} });
  });

  it('prints as sgid login does', async () => {
    const reply = savedUserinfo({ 'myinfo.name': "O'TEST", 'myinfo.vehicles': '[]' });
    expect((await decrypt(reply, ['--field', 'myinfo.name'])).stdout).toBe("O'TEST\n");
    expect((await decrypt(reply, ['--format', 'env'])).stdout).toContain("MYINFO_NAME='O'\\''TEST'\n");
    expect(JSON.parse((await decrypt(reply, ['--raw'])).stdout).data['myinfo.vehicles']).toBe('[]');
    expect(await decrypt(reply, ['--expect', 'myinfo.sex'])).toMatchObject({ exitCode: 9 });
  });

  it('takes a pattern of 1,000 characters, and refuses a longer one before it opens anything', async () => {
    const nest = (depth: number): string => `myinfo.name~${'('.repeat(depth)}${')'.repeat(depth)}`;
    expect(await decrypt(savedUserinfo(), ['--expect', nest(500)])).toMatchObject({ exitCode: 0 });
    // What would end as a bug, or abort V8 when it is compiled.
    for (const pattern of [`${nest(500)}x`, nest(20_000)]) {
      const refused = await decrypt('no reply', ['--expect', pattern]);
      expectError(refused, 2, 'ERR_USAGE', '--expect myinfo.name~... is longer than 1,000 characters');
      expect(refused.stderr).not.toContain('((');
    }
  });

  it('keeps a claim as text whose numbers no JavaScript has', async () => {
    const values = { 'my.list': '[1e400, 12345678901234567890]', 'my.other': '[1.50, "1e400"]' };
    const { data } = JSON.parse((await decrypt(savedUserinfo(values))).stdout);
    expect(data).toEqual({ 'my.list': values['my.list'], 'my.other': [1.5, '1e400'] });
  });

  it('takes the claim names for data', async () => {
    const values = JSON.parse('{"__proto__": "a", "constructor": "b"}');
    expect((await decrypt(savedUserinfo(values))).stdout).toContain(
      '"__proto__": "a",\n    "constructor": "b"',
    );
  });

  it('needs the private key, and nothing else', async () => {
    const result = await decrypt(savedUserinfo(), [], { env: {} });
    const words = 'missing:\n    private key (--private-key-file, SGID_PRIVATE_KEY';
    expectError(result, 3, 'ERR_MISSING_CREDENTIALS', words);
    expect(result.stderr).not.toMatch(/client|redirect/i);
  });

  it('has standard input for one of both only', async () => {
    const refused = await decrypt(savedUserinfo(), ['--private-key-file', '-'], { env: {} });
    const words = 'the userinfo reply and --private-key-file cannot both read standard input';
    expectError(refused, 2, 'ERR_USAGE', words);
    const path = await writeTemporaryFile('userinfo.json', savedUserinfo());
    const result = await decrypt(TEST_PRIVATE_KEY, [path, '--private-key-file', '-'], { env: {} });
    expect(result).toMatchObject({ exitCode: 0 });
  });
});

describe('sgid decrypt refuses', () => {
  const { key, data } = JSON.parse(savedUserinfo());

  const PBES2 = { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 1, p2s: 'AA' };
  const field = { data: { a: withHeader(data['myinfo.name'], PBES2) } };
  const tooMany = Object.fromEntries([...'abcdefghijkl'].map((name) => [name, 1]));
  const INVALID = [8, 'ERR_JWE_INVALID'] as const;
  const ALGORITHM = [8, 'ERR_JWE_ALGORITHM'] as const;
  const KEY = [8, 'ERR_DECRYPT_KEY'] as const;
  const FILE = [3, 'ERR_FILE'] as const;
  const keyAs = (alg: string, enc: string) => ({ key: withHeader(key, { alg, enc }) });

  it.each<[string, Record<string, unknown>, number, SgidErrorCode, string]>([
    ['a key that is no JWE', { key: 'x' }, ...INVALID, 'the payload key is not a well-formed'],
    ['a field that is no JWE', { data: { a: 'x' } }, ...INVALID, 'the claim a is not a well-formed'],
    ['a key by RSA1_5', keyAs('RSA1_5', 'A256GCM'), ...ALGORITHM, 'Accepted: RSA-OAEP-256'],
    ['a field by PBES2', field, ...ALGORITHM, 'the claim a is encrypted with an algorithm'],
    ['an unknown content encryption', keyAs('RSA-OAEP', 'A128OFB'), ...ALGORITHM, 'not accepted'],
    ['another algorithm than it was', keyAs('RSA-OAEP', 'A256GCM'), ...KEY, 'cannot decrypt the data'],
    ['data without a key', { key: undefined }, 8, 'ERR_JWE_KEY_MISSING', 'not the key to decrypt it'],
    ['data with an empty key', { key: '' }, 8, 'ERR_JWE_KEY_MISSING', 'not the key to decrypt it'],
    ['no subject', { sub: undefined }, ...FILE, '$.sub is missing'],
    ['an empty subject', { sub: '' }, ...FILE, '$.sub must not be empty'],
    ['a list for data', { data: ['x'] }, ...FILE, '$.data must be an object, got a list'],
    ['a number for a field', { data: { 'my.a': 1 } }, ...FILE, '$.data["my.a"] must be text, got a number'],
    ['an object for the key', { key: {} }, ...FILE, '$.key must be text, got an object'],
    ['many problems', { data: tooMany }, ...FILE, 'and 2 more'],
  ])('%s', async (_name, changes, exitCode, code, words) => {
    expectError(await decrypt(savedUserinfo(undefined, changes)), exitCode, code, words);
  });

  it('the private key of another client', async () => {
    const env = { SGID_PRIVATE_KEY: keyText('rsa-2048.pkcs8.pem') };
    expectError(await decrypt(savedUserinfo(), [], { env }), ...KEY);
  });

  it('what sgid callback prints, and says what it expects', async () => {
    const result = await decrypt('{"sub":"u=x","accessToken":"CANARY","data":"CANARY"}');
    expectError(result, 3, 'ERR_FILE', 'next: Expected: a reply of the userinfo endpoint');
    expect(result.stderr).not.toContain('CANARY');
  });
});
