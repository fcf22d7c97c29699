import { describe, expect, it } from 'vitest';
import { loadTestedCredentials, type TestedCredentials } from '../../../src/check/credentials.ts';
import type { Inputs } from '../../../src/settings/inputs.ts';
import { type CredentialFlags, loadSources } from '../../../src/settings/sources.ts';
import { ENCRYPTED_TEST_KEY, memoryInputs, TEST_KEY } from '../settings/in-memory.ts';

const ENV = {
  SGID_CLIENT_ID: 'APP-1a2b3c4d',
  SGID_CLIENT_SECRET: 'test-client-secret',
  SGID_PRIVATE_KEY: TEST_KEY,
  SGID_REDIRECT_URI: 'http://localhost:5001/callback',
};

async function load(flags: CredentialFlags, inputs: Inputs): Promise<TestedCredentials> {
  return loadTestedCredentials(await loadSources(flags, inputs), inputs);
}

describe('the credentials under test', () => {
  it('are loaded with their origins', async () => {
    expect(await load({}, memoryInputs({ env: ENV }))).toMatchObject({
      clientId: { ok: true, value: 'APP-1a2b3c4d', origin: 'SGID_CLIENT_ID' },
      clientSecret: { ok: true, value: 'test-client-secret', origin: 'SGID_CLIENT_SECRET' },
      privateKey: { ok: true, origin: 'SGID_PRIVATE_KEY' },
      hostname: { ok: true, value: 'https://api.id.gov.sg', origin: 'default' },
      scope: { ok: true, value: ['openid', 'myinfo.name'], origin: 'default' },
    });
  });

  it('may come from a pipe, which gives its content once', async () => {
    const file = { id: 'APP-1', secret: 's3cret', privateKey: TEST_KEY, redirectUri: 'http://localhost:1/x' };
    let reads = 0;
    const readSecretFile: Inputs['files']['readSecretFile'] = async (path) => {
      if (path === '.env') throw Object.assign(new Error('none'), { code: 'ENOENT' });
      reads += 1;
      return { bytes: Buffer.from(reads === 1 ? JSON.stringify(file) : ''), readableByOthers: false };
    };
    const sources = { ...memoryInputs(), files: { readSecretFile } };
    expect(await load({ credentials: '/dev/fd/63' }, sources)).toMatchObject({
      clientSecret: { value: 's3cret' },
      redirectUri: { value: 'http://localhost:1/x' },
    });
    expect(reads).toBe(1);
  });

  it('ask for a passphrase once, and report every secret that was seen, used or not', async () => {
    let asked = 0;
    const askPassphrase = async (): Promise<string> => {
      asked += 1;
      return 'test passphrase';
    };
    const files = { 'c.json': { open: JSON.stringify({ id: 'x', secret: 'of-the-file' }) } };
    const env = { ...ENV, SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY };
    const sources = memoryInputs({ files, env, askPassphrase });
    const { privateKey, secrets } = await load({ credentials: 'c.json' }, sources);
    expect(privateKey.ok).toBe(true);
    expect(asked).toBe(1);
    expect(secrets).toEqual(
      expect.arrayContaining([
        'of-the-file',
        'test-client-secret',
        'test passphrase',
        ENCRYPTED_TEST_KEY.trim(),
      ]),
    );
  });
});
