import { createHash, createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import {
  makeProfileHome,
  runProfile as profile,
  STAGING,
  makeTwoProfiles as setUp,
} from '../../helpers/profile-folder.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';

describe('sgid profile show', () => {
  it('prints each value with where it comes from, and of secrets only where they are', async () => {
    const home = await setUp();
    const { exitCode, stdout, stderr } = await profile(home, ['show', 'staging']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const spki = createPublicKey(TEST_PUBLIC_KEY).export({ type: 'spki', format: 'der' });
    expect(JSON.parse(stdout)).toEqual({
      name: 'staging',
      path: home.fileOf('staging'),
      clientId: { value: 'STAGING-1a2b3c4d', from: 'profile' },
      redirectUri: { value: 'http://localhost:5001/callback', from: 'profile' },
      scope: { value: 'openid myinfo.name', from: 'default' },
      hostname: { value: 'http://localhost:5157', from: 'profile' },
      clientSecret: { stored: true },
      privateKey: { stored: true, fingerprint: createHash('sha256').update(spki).digest('hex') },
      passphrase: { source: 'command:get canary' },
    });
  });

  it('shows what is not there as null, and the default provider', async () => {
    const { stdout } = await profile(await setUp(), ['show', 'production']);
    expect(JSON.parse(stdout)).toMatchObject({
      redirectUri: null,
      privateKey: null,
      passphrase: null,
      clientSecret: { source: 'keyring' },
      hostname: { value: 'https://api.id.gov.sg', from: 'default' },
    });
  });

  it('without a name shows that of SGID_PROFILE, else the current one', async () => {
    const home = await setUp();
    await home.store.use('staging');
    expect(JSON.parse((await profile(home, ['show'])).stdout).name).toBe('staging');
    const { stdout } = await profile(home, ['show'], { env: { SGID_PROFILE: 'production' } });
    expect(JSON.parse(stdout).name).toBe('production');
    await home.store.use(undefined);
    const run = await profile(home, ['show']);
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toContain('no profile is chosen');
  });

  it('takes a secret out of a value where it does not belong', async () => {
    const home = await makeProfileHome({ odd: { ...STAGING, scope: 'openid canary-secret' } });
    const { stdout } = await profile(home, ['show', 'odd']);
    expect(JSON.parse(stdout).scope.value).toBe('openid [redacted]');
  });

  it('prints nothing that a terminal would obey', async () => {
    const home = await makeProfileHome({ odd: { clientId: '\u009b2J\u202eTEST' } });
    const { stdout } = await profile(home, ['show', 'odd']);
    expect(stdout).not.toMatch(/[\u0080-\u009f\u202e]/);
    expect(JSON.parse(stdout).clientId.value).toBe('\u009b2J\u202eTEST');
  });

  it('needs --resolved for the options of a login', async () => {
    const run = await profile(await setUp(), ['show', 'staging', '-e', 'x.env']);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

describe('sgid profile show --resolved', () => {
  it('prints what a command would use, where it comes from and what that overrides, and runs nothing', async () => {
    const home = await setUp();
    const envFile = await writeTemporaryFile(
      'own.env',
      'SGID_SCOPE=openid\nSGID_CLIENT_SECRET=canary-in-file\n',
    );
    const env = { SGID_CLIENT_ID: 'ENV-1', SGID_PRIVATE_KEY_PATH: './keys/test.pem' };
    const args = ['show', 'staging', '--resolved', '-e', envFile];
    const { exitCode, stdout, stderr } = await profile(home, args, { env });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      name: 'staging',
      clientId: { value: 'ENV-1', from: 'SGID_CLIENT_ID', overrides: ['profile staging'] },
      clientSecret: {
        value: '(hidden)',
        from: `SGID_CLIENT_SECRET in ${envFile}`,
        overrides: ['profile staging'],
      },
      privateKey: {
        value: '(hidden)',
        from: 'SGID_PRIVATE_KEY_PATH',
        file: './keys/test.pem',
        overrides: ['profile staging'],
      },
      passphrase: { value: '(hidden)', from: 'profile staging', source: 'command:get canary', overrides: [] },
      redirectUri: { value: 'http://localhost:5001/callback', from: 'profile staging', overrides: [] },
      hostname: { value: 'http://localhost:5157', from: 'profile staging', overrides: ['default'] },
      scope: {
        value: 'openid',
        from: `SGID_SCOPE in ${envFile}`,
        overrides: ['default'],
      },
    });
    expect(stderr).toContain('the client secret comes from SGID_CLIENT_SECRET in');
    expect(stderr).toContain('it is not sent there');
    expect(stderr).toContain('warning: SGID_CLIENT_ID overrides the client id of profile staging');
    expect(stdout + stderr).not.toContain('canary-');
  });

  it('works without any profile', async () => {
    const { exitCode, stdout } = await runSgid(['profile', 'show', '--resolved']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      name: null,
      clientId: { value: null, from: null, overrides: [] },
      hostname: { value: 'https://api.id.gov.sg', from: 'default', overrides: [] },
    });
  });

  it('hides a secret in the place of another value, and what is no plain path', async () => {
    const home = await setUp();
    const env = { SGID_SCOPE: 'canary-secret', SGID_CLIENT_SECRET_FILE: 'Canary0123456789ABCDEFabcdef' };
    const { stdout } = await profile(home, ['show', 'staging', '--resolved'], { env });
    expect(JSON.parse(stdout).scope.value).toBe('[redacted]');
    expect(stdout).not.toMatch(/canary[-0]/i);
  });
});
