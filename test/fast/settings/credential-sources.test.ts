import { describe, expect, it } from 'vitest';
import { CREDENTIAL_FIELDS, type CredentialField, FIELD_IDS } from '../../../src/settings/fields.ts';
import { createFindings } from '../../../src/settings/settings.ts';
import {
  type CredentialFlags,
  type FoundValue,
  findValue,
  gatherSources,
} from '../../../src/settings/sources.ts';
import { failureOf, type MemoryFile, memoryFiles, TEST_KEY, wordsOf } from './in-memory.ts';

/** The places a value can come from, the one that wins first. */
const PLACES = ['flag', 'credentials-file', 'environment', 'dotenv'] as const;
type Place = (typeof PLACES)[number];

const FLAGGED = [
  'clientId',
  'clientSecretFile',
  'privateKeyFile',
  'redirectUri',
  'hostname',
  'scope',
] as const satisfies readonly (CredentialField & keyof CredentialFlags)[];

const PAIRS = FIELD_IDS.flatMap((field) =>
  PLACES.flatMap((winner, index) => PLACES.slice(index + 1).map((loser) => [field, winner, loser] as const)),
).filter(([field, winner]) => winner !== 'flag' || FLAGGED.some((flagged) => flagged === field));

/** Gives a field a text at each of the places named, and looks it up. */
async function find(
  field: CredentialField,
  texts: Readonly<Partial<Record<Place, string>>>,
  findings = createFindings(),
): Promise<FoundValue | undefined> {
  const [variable = ''] = CREDENTIAL_FIELDS[field].variables;
  const inCredentials = texts['credentials-file'];
  const inEnvFile = texts['dotenv'];
  const flags: CredentialFlags = {
    ...(texts.flag === undefined ? {} : { [field]: texts.flag }),
    ...(inCredentials === undefined ? {} : { credentials: 'sgid.json' }),
  };
  const files: Record<string, MemoryFile> = {
    'sgid.json': JSON.stringify({ [variable]: inCredentials }),
    '.env': `UNRELATED=1\n${inEnvFile === undefined ? '' : `${variable}="${inEnvFile}"`}`,
  };
  const from = { env: { [variable]: texts.environment }, files: memoryFiles(files) };
  return findValue(await gatherSources(flags, from, findings), [field], findings);
}

describe('findValue', () => {
  it.each(PAIRS)('%s: %s wins over %s', async (field, winner, loser) => {
    const both = await find(field, { [winner]: `from ${winner}`, [loser]: `from ${loser}` });
    expect(both).toMatchObject({ field, kind: winner, text: `from ${winner}` });
    expect(await find(field, { [loser]: `from ${loser}` })).toMatchObject({ kind: loser });
  });

  it.each(PAIRS.filter(([field]) => field !== 'passphrase'))(
    '%s: empty in %s counts as absent before %s, with a notice',
    async (field, winner, loser) => {
      const findings = createFindings();
      const found = await find(field, { [winner]: ' \t ', [loser]: 'used' }, findings);
      expect(found).toMatchObject({ kind: loser, text: 'used' });
      const [variable = ''] = CREDENTIAL_FIELDS[field].variables;
      const origin = {
        flag: CREDENTIAL_FIELDS[field].flag,
        'credentials-file': 'sgid.json',
        environment: variable,
        dotenv: `${variable} in .env`,
      }[winner];
      expect([...findings.notices]).toEqual([`${origin} is set but empty`]);
    },
  );

  it('says nothing about an empty value that is not reached', async () => {
    const findings = createFindings();
    await find('scope', { environment: 'openid', dotenv: '' }, findings);
    expect([...findings.notices]).toEqual([]);
  });

  it('leaves the white space of a passphrase alone, and an empty one unsaid', async () => {
    expect(await find('passphrase', { environment: ' test ' })).toMatchObject({ text: ' test ' });
    const findings = createFindings();
    expect(await find('passphrase', { environment: '' }, findings)).toBeUndefined();
    expect([...findings.notices]).toEqual([]);
  });

  it.each<CredentialField>(['clientSecret', 'privateKey', 'passphrase'])(
    'has no flag for %s',
    async (field) => {
      expect(await find(field, { flag: 'literal' })).toBeUndefined();
    },
  );
});

describe('gatherSources', () => {
  const redirectUris = ['http://localhost:1/a', 'http://localhost:2/b'];
  const files = memoryFiles({ 'sgid.json': JSON.stringify({ id: 'TEST', redirectUris }) });

  it('lists the redirect URIs of a credentials file with several, and takes none', async () => {
    const findings = createFindings();
    const sources = await gatherSources({ credentials: 'sgid.json' }, { env: {}, files }, findings);
    expect(findValue(sources, ['redirectUri'], findings)).toBeUndefined();
    expect([...findings.notices]).toEqual([
      `sgid.json holds several redirect URIs: ${redirectUris.join(', ')}; pass the one to use with --redirect-uri`,
    ]);
  });

  it('says nothing of them when --redirect-uri is there', async () => {
    const findings = createFindings();
    const flags = { credentials: 'sgid.json', redirectUri: 'http://localhost:2/b' };
    await gatherSources(flags, { env: {}, files }, findings);
    expect([...findings.notices]).toEqual([]);
  });

  it('notices an empty --credentials and --dotenv', async () => {
    const findings = createFindings();
    await gatherSources({ credentials: '', dotenv: '' }, { env: {}, files }, findings);
    expect([...findings.notices]).toEqual(['--credentials is set but empty', '--dotenv is set but empty']);
  });

  it.each(['credentials', 'dotenv'] as const)('refuses a missing file for %s', async (flag) => {
    const run = () => gatherSources({ [flag]: 'absent' }, { env: {}, files }, createFindings());
    const error = await failureOf(run);
    expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config' });
    expect(wordsOf(error)).toContain('absent does not exist');
  });

  it('gathers the secrets of every source, those that lose too, but no path', async () => {
    const findings = createFindings();
    const env = { SGID_CLIENT_SECRET: 'secret-1', SGID_PRIVATE_KEY: 'key.pem' };
    const all = memoryFiles({
      'sgid.json': JSON.stringify({ id: 'TEST', secret: 'secret-2', passphrase: 'secret-3' }),
      '.env': `SGID_CLIENT_SECRET=secret-4\nSGID_PRIVATE_KEY=${TEST_KEY}`,
    });
    await gatherSources({ credentials: 'sgid.json' }, { env, files: all }, findings);
    expect([...findings.secrets].toSorted()).toEqual(
      ['secret-1', 'secret-2', 'secret-3', 'secret-4', TEST_KEY.trim()].toSorted(),
    );
  });

  it.each<[string, CredentialFlags]>([
    ['.env', {}],
    ['sgid.env', { credentials: 'sgid.env' }],
    ['other.env', { dotenv: 'other.env' }],
  ])('warns when %s holds a secret and is open to others', async (path, flags) => {
    const noticesFor = async (open: string): Promise<readonly string[]> => {
      const findings = createFindings();
      await gatherSources(flags, { env: {}, files: memoryFiles({ [path]: { open } }) }, findings);
      return [...findings.notices];
    };
    expect(await noticesFor('SGID_CLIENT_SECRET=test')).toEqual([
      `${path} holds secrets and other users can access it; run: chmod 600 ${path}`,
    ]);
    expect(await noticesFor('SGID_CLIENT_ID=test')).toEqual([]);
  });

  it('tells whoever asks for details what a credentials file holds, and what of it means nothing', async () => {
    const findings = createFindings();
    const client = {
      id: 'TEST',
      secret: 'canary',
      name: 'canary',
      redirect_uris: 'canary',
      'x\u001b[2J': 'canary',
    };
    const agency = { id: 'canary' };
    const all = memoryFiles({ 'sgid.json': JSON.stringify({ ...client, agency }) });
    await gatherSources({ credentials: 'sgid.json' }, { env: {}, files: all }, findings);
    expect([...findings.details]).toEqual([
      'sgid.json: understood id as clientId, secret as clientSecret, redirect_uris as redirectUri',
      'sgid.json: ignored name, x, agency.id',
    ]);
  });

  it('does not tell endlessly many names', async () => {
    const findings = createFindings();
    const names = Array.from({ length: 50 }, (_, index) => [`name${index}`, 1]);
    const all = memoryFiles({ 'sgid.json': JSON.stringify({ id: 'TEST', ...Object.fromEntries(names) }) });
    await gatherSources({ credentials: 'sgid.json' }, { env: {}, files: all }, findings);
    expect([...findings.details][1]).toMatch(/name19, 30 more$/);
  });
});
