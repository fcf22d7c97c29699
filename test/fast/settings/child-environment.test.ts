import { expect, it } from 'vitest';
import { withoutSecrets } from '../../../src/settings/child-environment.ts';
import { runSgid } from '../../helpers/fake-platform.ts';

const KEPT = { PATH: '/bin', SGID_SCOPE: 'openid' };
const OURS = { SGID_CLIENT_ID: 'CANARY', SGID_HOST_NAME: 'CANARY', SGID_PRIVATE_KEY_PATH: 'CANARY' };
// Windows gives a program the variables in any case.
const SECRET = {
  SGID_CLIENT_SECRET: 'CANARY',
  sgid_client_secret: 'CANARY',
  Sgid_Private_Key_Passphrase: 'CANARY',
};

it('a browser or a command of a profile gets no secret, and no variable that the profile names', () => {
  const env = { ...KEPT, ...OURS, ...SECRET, vault: 'CANARY', VAULT: 'CANARY' };
  expect(withoutSecrets(env, ['Vault'])).toEqual({ ...KEPT, ...OURS });
});

it('the command of "sgid mock --" gets the credentials of the mock alone', async () => {
  const env = { ...KEPT, ...OURS, ...SECRET, SGID_PROFILE: 'CANARY', sgid_profile: 'CANARY' };
  let given: Readonly<Record<string, string | undefined>> = {};
  const runForeground = async (_command: readonly string[], variables: typeof given) => {
    given = variables;
    return 0;
  };
  const { exitCode } = await runSgid(['mock', '--', 'x'], { env, runForeground });
  expect({ exitCode, ...given }).toMatchObject({ exitCode: 0, ...KEPT, SGID_CLIENT_ID: 'MOCK-7e57c11e' });
  expect(Object.values(given)).not.toContain('CANARY');
});
