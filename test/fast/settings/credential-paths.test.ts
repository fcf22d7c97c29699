import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CredentialFlags } from '../../../src/settings/sources.ts';
import { pretendPlatform } from '../../helpers/pretend-platform.ts';
import {
  COMPLETE,
  ENCRYPTED_TEST_KEY,
  failureFrom,
  failureOf,
  loadAll,
  memoryInputs,
  TEST_KEY,
  wordsOf,
} from './in-memory.ts';

type Variables = Readonly<Record<string, string | undefined>>;

it('standard input is claimed for each value that is to come from it, and for no other', async () => {
  const claimsOf = async (flags: CredentialFlags, env: Variables, stdin?: string) => {
    const claimed: string[] = [];
    const inputs = memoryInputs({ env, ...(stdin && { stdin }), files: { k: TEST_KEY } });
    const { notices } = await loadAll(flags, {
      ...inputs,
      claimStdin: (origin) => void claimed.push(origin),
    });
    expect(notices.filter((notice) => notice.includes('other users'))).toEqual([]);
    return claimed;
  };
  const { SGID_PRIVATE_KEY: _, ...withoutKey } = COMPLETE;
  expect(await claimsOf({ clientSecretFile: '-' }, COMPLETE, 'test')).toEqual(['--client-secret-file']);
  expect(await claimsOf({ privateKeyFile: '-' }, COMPLETE, TEST_KEY)).toEqual(['--private-key-file']);
  expect(await claimsOf({}, { ...COMPLETE, SGID_PRIVATE_KEY: '-' }, TEST_KEY)).toEqual(['SGID_PRIVATE_KEY']);
  expect(await claimsOf({ privateKeyFile: 'k' }, { ...withoutKey, SGID_CLIENT_SECRET: '-' })).toEqual([]);
});

it('a network path is refused of every file, and of nothing that the person names', async () => {
  pretendPlatform('win32');
  const unc = String.raw`\\host.test\share\key.pem`;
  const { SGID_PRIVATE_KEY: _, ...env } = COMPLETE;
  const files = {
    [unc]: TEST_KEY,
    '/keys/k.pem': TEST_KEY,
    'c.json': JSON.stringify({ SGID_PRIVATE_KEY_PATH: unc }),
  };
  const { message } = await failureFrom({ credentials: 'c.json' }, { env, files });
  expect(message).toContain('is a network path');
  await loadAll({ privateKeyFile: unc }, { env, files });
  await loadAll({}, { env: { ...env, SGID_PRIVATE_KEY_PATH: unc }, files });
  for (const path of ['/keys/k.pem', '/keys//k.pem'])
    await loadAll({}, { env, files: { ...files, '.env': `SGID_PRIVATE_KEY_PATH=${path}` } });
});

it('what is no key is no secret, though it stands where one belongs', async () => {
  const inputs = memoryInputs({ env: COMPLETE, files: { k: 'openid' } });
  expect((await failureOf(() => loadAll({ privateKeyFile: 'k' }, inputs))).code).toBe('ERR_PRIVATE_KEY');
  expect([...inputs.secrets]).not.toContain('openid');
});

describe('files with secrets', () => {
  const flags: CredentialFlags = { clientSecretFile: 'secret.txt', privateKeyFile: 'my key.pem' };

  it('are warned of when others can access them', async () => {
    const files = { 'secret.txt': { open: 'test-secret' }, 'my key.pem': { open: TEST_KEY } };
    expect((await loadAll(flags, { env: COMPLETE, files })).notices).toEqual([
      'secret.txt holds secrets and other users can access it; run: chmod 600 secret.txt',
      "my key.pem holds secrets and other users can access it; run: chmod 600 'my key.pem'",
    ]);
  });

  it('add what they hold to the secrets, beside the literals that they supersede', async () => {
    const files = { 'secret.txt': 'file-secret\n', 'my key.pem': `${TEST_KEY}\n` };
    const env = { ...COMPLETE, SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY };
    const { secrets } = await loadAll(flags, { env, files });
    expect(secrets.toSorted()).toEqual(
      ['file-secret', 'canary-secret', TEST_KEY.trim(), ENCRYPTED_TEST_KEY.trim()].toSorted(),
    );
  });
});

describe('what is wrong in the place of a path', () => {
  const jwk = JSON.stringify(createPrivateKey(TEST_KEY).export({ format: 'jwk' }));
  const body = TEST_KEY.replaceAll(/-----.*-----/g, '').replaceAll(/\s/g, '');

  it.each([
    ['a JWK', jwk],
    ['a PEM', TEST_KEY],
    ['a PEM body', body],
  ])('%s, is reported as such and not repeated', async (_, key) => {
    const withoutKey = { ...COMPLETE, SGID_PRIVATE_KEY: '' };
    for (const error of [
      await failureFrom({}, { env: { ...withoutKey, SGID_PRIVATE_KEY_PATH: key } }),
      await failureFrom({ privateKeyFile: key }, { env: COMPLETE }),
      await failureFrom({ clientSecretFile: key }, { env: COMPLETE }),
      await failureFrom({ credentials: key }, { env: COMPLETE }),
      await failureFrom({ dotenv: key }, { env: COMPLETE }),
    ]) {
      expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config' });
      expect(error.message).toContain('this is the text of a key or of JSON, not the path of a file');
      expect(wordsOf(error)).not.toContain(key.slice(key.length / 2, key.length / 2 + 8));
    }
    const used = await loadAll({}, { env: { ...COMPLETE, SGID_PRIVATE_KEY_PATH: key } });
    expect(used.secrets).toContain(key.trim());
  });

  it.each(['hunter2-canary', 'c2VjcmV0/canary+x=='])('%s, is not repeated', async (secret) => {
    const env = { ...COMPLETE, SGID_CLIENT_SECRET: '', SGID_CLIENT_SECRET_FILE: secret };
    const ofSecret = await failureFrom({}, { env });
    expect(ofSecret.message).toBe('SGID_CLIENT_SECRET_FILE: there is no such file (ENOENT)');
    expect(ofSecret.hint).toContain('SGID_CLIENT_SECRET.');
    const ofKey = await failureFrom({ privateKeyFile: secret }, { env: COMPLETE });
    expect(ofKey.message).toBe('--private-key-file: there is no such file (ENOENT)');
    expect(ofKey.hint).toContain('SGID_PRIVATE_KEY.');
    for (const error of [ofSecret, ofKey]) expect(wordsOf(error)).not.toContain('canary');
  });

  it.each(['MIIcanary/canary', 'canary', 'x\\ncanary\\n', '/canary+/='])(
    '%s, a piece of a key in SGID_PRIVATE_KEY, is not repeated',
    async (piece) => {
      const error = await failureFrom({}, { env: { ...COMPLETE, SGID_PRIVATE_KEY: piece } });
      expect(error.code).toBe('ERR_FILE');
      expect(error.message).toContain(
        'SGID_PRIVATE_KEY holds neither a private key nor the path of one (ENOENT)',
      );
      expect(error.causes).toHaveLength(2);
      expect(wordsOf(error)).not.toContain('canary');
    },
  );

  it('a value that is none at all, is called so', async () => {
    const env = { ...COMPLETE, SGID_CLIENT_SECRET: '', SGID_CLIENT_SECRET_FILE: '$CANARY' };
    expect(await failureFrom({}, { env })).toMatchObject({
      code: 'ERR_CREDENTIAL_VALUE',
      message: 'SGID_CLIENT_SECRET_FILE holds an unresolved reference ($NAME), not a path',
      hint: 'Set it to the value itself.',
    });
  });

  it('a text that cannot be opened for a reason without a name, is not repeated', async () => {
    const inputs = memoryInputs({ env: { ...COMPLETE, SGID_PRIVATE_KEY: 'canary' } });
    const readSecretFile = (): Promise<never> => Promise.reject(new Error('canary'));
    const error = await failureOf(() => loadAll({}, { ...inputs, files: { readSecretFile } }));
    expect(error.message).toMatch(/nor the path of one \(unknown error\)$/);
    expect(wordsOf(error)).not.toContain('canary');
  });

  it.each([
    ['keys', 'is a folder'],
    ['./keys/absent', 'does not exist'],
    ['absent.pem', 'does not exist'],
  ])('%s, plainly a path or there, is named', async (path, problem) => {
    const files = { keys: { fails: 'EISDIR' } };
    const { message } = await failureFrom({ privateKeyFile: path }, { env: COMPLETE, files });
    expect(message).toBe(`--private-key-file: the file ${path} ${problem}`);
  });
});
