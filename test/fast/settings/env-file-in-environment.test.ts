import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { failureOf, type MemoryFile, memorySources, readAllSettings, TEST_KEY } from './in-memory.ts';

const HOST = 'https://sgid.example.test';
const OWN = {
  SGID_CLIENT_ID: 'TEST',
  SGID_CLIENT_SECRET: 'canary-secret',
  SGID_PRIVATE_KEY: TEST_KEY,
  SGID_REDIRECT_URI: 'http://localhost:5001/callback',
};

/** What a program finds that is run with `--env-file`: the person's own variables win over the file's. */
function environment(
  file: string,
  own: Readonly<Record<string, string>>,
): Record<string, string | undefined> {
  return { ...parseEnv(file), ...own };
}

function sourcesFor(file: string, own: Readonly<Record<string, string>>, content: MemoryFile = file) {
  return memorySources({ 'other.env': content, '.env': file }, environment(file, own));
}

const flags = { dotenv: 'other.env' };

/** The variables of `OWN`, without those that a test puts into the file. */
function ownBut(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(OWN).filter(([name]) => !names.includes(name)));
}

describe('variables that Node has put into the environment from --env-file', () => {
  it.each([
    ['plain', `SGID_HOSTNAME=${HOST}`],
    ['in quotes, with white space', `SGID_HOSTNAME=" ${HOST} "`],
    ['after a comment and export', `# test\nexport SGID_HOSTNAME=${HOST} # test`],
  ])('bind no secret of the environment to the provider of the file: %s', async (_, file) => {
    const error = await failureOf(() => readAllSettings(flags, sourcesFor(file, OWN)));
    expect(error).toMatchObject({ code: 'ERR_PROVIDER_BINDING', step: 'config' });
    expect(error.message).toContain('comes from SGID_CLIENT_SECRET,');
    expect(error.message).toContain('from SGID_HOSTNAME in other.env');
  });

  it('bind no secret of the file to the provider of the environment', async () => {
    const own = { ...ownBut('SGID_CLIENT_SECRET'), SGID_HOSTNAME: HOST };
    const sources = sourcesFor('SGID_CLIENT_SECRET="canary secret "', own);
    const error = await failureOf(() => readAllSettings(flags, sources));
    expect(error.code).toBe('ERR_PROVIDER_BINDING');
    expect(error.message).toContain('comes from SGID_CLIENT_SECRET in other.env,');
  });

  it('go with each other, and are reported as the file says', async () => {
    const file = `SGID_HOSTNAME=${HOST}\nSGID_CLIENT_SECRET=canary-secret`;
    const { origins, hostname } = await readAllSettings(
      flags,
      sourcesFor(file, ownBut('SGID_CLIENT_SECRET')),
    );
    expect(hostname).toBe(HOST);
    expect(origins).toMatchObject({
      clientId: 'SGID_CLIENT_ID',
      clientSecret: 'SGID_CLIENT_SECRET in other.env',
      hostname: 'SGID_HOSTNAME in other.env',
    });
  });

  it.each([
    ['in quotes', `"${TEST_KEY}"`],
    ['in one line', `"${TEST_KEY.replaceAll('\n', '\\n')}"`],
    ['without quotes, of which Node takes the first line alone', TEST_KEY],
  ])('may be a key of several lines: %s', async (_, value) => {
    const file = `SGID_PRIVATE_KEY=${value}\n`;
    const { origins, privateKey } = await readAllSettings(
      flags,
      sourcesFor(file, ownBut('SGID_PRIVATE_KEY')),
    );
    expect(origins.privateKey).toBe('SGID_PRIVATE_KEY in other.env');
    expect(privateKey.export({ type: 'pkcs8', format: 'pem' })).toBe(TEST_KEY);
  });

  it('still give way to what the person has set otherwise', async () => {
    const sources = sourcesFor('SGID_CLIENT_ID=FILE\nSGID_SCOPE=openid', OWN);
    const { clientId, origins } = await readAllSettings(flags, sources);
    expect(clientId).toBe('TEST');
    expect(origins).toMatchObject({ clientId: 'SGID_CLIENT_ID', scope: 'SGID_SCOPE in other.env' });
  });

  it('are told apart in a file with a byte order mark as well', async () => {
    const file = `SGID_HOSTNAME=${HOST}`;
    const error = await failureOf(() => readAllSettings(flags, sourcesFor(file, OWN, `\uFEFF${file}`)));
    expect(error.code).toBe('ERR_PROVIDER_BINDING');
  });

  it('leave the environment as it is when no file is named: Node reads no ./.env by itself', async () => {
    const { origins } = await readAllSettings({}, sourcesFor('SGID_CLIENT_ID=TEST', OWN));
    expect(origins.clientId).toBe('SGID_CLIENT_ID');
  });
});
