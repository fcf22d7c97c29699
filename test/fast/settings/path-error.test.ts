import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { failureOf, memorySources, readAllSettings, TEST_KEY, wordsOf } from './in-memory.ts';

const COMPLETE = {
  SGID_CLIENT_ID: 'TEST',
  SGID_CLIENT_SECRET: 'test-secret',
  SGID_PRIVATE_KEY: TEST_KEY,
  SGID_REDIRECT_URI: 'http://localhost:5001/callback',
};
const WITHOUT_KEY = { ...COMPLETE, SGID_PRIVATE_KEY: '' };
const WITHOUT_SECRET = { ...COMPLETE, SGID_CLIENT_SECRET: '' };
const body = TEST_KEY.replaceAll(/-----.*-----/g, '').replaceAll(/\s/g, '');
const jwk = JSON.stringify(createPrivateKey(TEST_KEY).export({ format: 'jwk' }));

/** Long enough to be a piece of the value, short enough to show that any was repeated. */
function middleOf(text: string): string {
  return text.slice(text.length / 2, text.length / 2 + 8);
}

describe('the text of a key in the place of its path is told and not repeated', () => {
  it.each([
    ['a JWK', jwk],
    ['a PEM', TEST_KEY],
    ['a PEM body', body],
  ])('%s', async (_, key) => {
    for (const error of [
      await failureOf(() =>
        readAllSettings({}, memorySources({}, { ...WITHOUT_KEY, SGID_PRIVATE_KEY_PATH: key })),
      ),
      await failureOf(() => readAllSettings({ privateKeyFile: key }, memorySources({}, COMPLETE))),
      await failureOf(() => readAllSettings({ clientSecretFile: key }, memorySources({}, COMPLETE))),
      await failureOf(() => readAllSettings({ credentials: key }, memorySources({}, COMPLETE))),
      await failureOf(() => readAllSettings({ dotenv: key }, memorySources({}, COMPLETE))),
    ]) {
      expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config' });
      expect(error.message).toContain('this is the text of a key or of JSON, not the path of a file');
      expect(wordsOf(error)).not.toContain(middleOf(key));
    }
  });

  it('and is hidden from all output when something else is used', async () => {
    const env = { ...COMPLETE, SGID_PRIVATE_KEY_PATH: jwk };
    expect((await readAllSettings({}, memorySources({}, env))).secrets).toContain(jwk);
  });
});

describe('what is not plainly a path is not repeated', () => {
  it.each(['hunter2-canary', 'c2VjcmV0/canary+x=='])('%s', async (secret) => {
    const ofSecret = { ...WITHOUT_SECRET, SGID_CLIENT_SECRET_FILE: secret };
    const error = await failureOf(() => readAllSettings({}, memorySources({}, ofSecret)));
    expect(error.message).toBe('SGID_CLIENT_SECRET_FILE does not hold the path of a file (ENOENT)');
    expect(error.hint).toContain('SGID_CLIENT_SECRET.');
    expect(wordsOf(error)).not.toContain('canary');
    const ofKey = await failureOf(() =>
      readAllSettings({ privateKeyFile: secret }, memorySources({}, COMPLETE)),
    );
    expect(ofKey.message).toBe('--private-key-file does not hold the path of a file (ENOENT)');
    expect(wordsOf(ofKey)).not.toContain('canary');
  });

  it('unless there is something of that name', async () => {
    const sources = memorySources({ keys: { fails: 'EISDIR' } }, COMPLETE);
    const error = await failureOf(() => readAllSettings({ privateKeyFile: 'keys' }, sources));
    expect(error.message).toBe('--private-key-file: the file keys is a folder');
  });

  it.each(['./keys/absent', 'absent.pem'])('a real path is: %s', async (path) => {
    const error = await failureOf(() =>
      readAllSettings({ privateKeyFile: path }, memorySources({}, COMPLETE)),
    );
    expect(error.message).toBe(`--private-key-file: the file ${path} does not exist`);
  });
});

it('says that standard input holds too much', async () => {
  const sources = {
    ...memorySources({}, COMPLETE),
    readStdin: () => Promise.reject(Object.assign(new Error('test failure'), { code: 'EFBIG' })),
  };
  const error = await failureOf(() => readAllSettings({ clientSecretFile: '-' }, sources));
  expect(error).toMatchObject({
    code: 'ERR_FILE',
    message: '--client-secret-file: standard input is larger than 1 MiB',
  });
});
