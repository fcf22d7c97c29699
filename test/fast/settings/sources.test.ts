import { describe, expect, it } from 'vitest';
import { FIELD_NAMES, FIELDS, type FieldName } from '../../../src/settings/fields.ts';
import { type CredentialFlags, findValue, loadSources } from '../../../src/settings/sources.ts';
import { failureOf, type MemoryFile, memoryInputs, TEST_KEY, wordsOf } from './in-memory.ts';

/** The places a value can come from, the one that wins first. */
const PLACES = ['flag', 'credentials-file', 'environment', 'dotenv'] as const;
type Place = (typeof PLACES)[number];

const FIELDS_WITH_VARIABLES = FIELD_NAMES.filter((field) => FIELDS[field].env.length > 0);
const PAIRS = FIELDS_WITH_VARIABLES.flatMap((field) =>
  PLACES.flatMap((winner, index) => PLACES.slice(index + 1).map((loser) => [field, winner, loser] as const)),
).filter(([field, winner]) => winner !== 'flag' || FIELDS[field].flag !== undefined);

/** Gives a field a text at each of the places named, and looks it up. */
async function find(field: FieldName, texts: Readonly<Partial<Record<Place, string>>>) {
  const [variable = ''] = FIELDS[field].env;
  const inCredentials = texts['credentials-file'];
  const flags: CredentialFlags = {
    ...(texts.flag === undefined ? {} : { [field]: texts.flag }),
    ...(inCredentials === undefined ? {} : { credentials: 'sgid.json' }),
  };
  const files: Record<string, MemoryFile> = {
    'sgid.json': JSON.stringify({ [variable]: inCredentials }),
    '.env': `UNRELATED=1\n${texts.dotenv === undefined ? '' : `${variable}="${texts.dotenv}"`}`,
  };
  const inputs = memoryInputs({ env: { [variable]: texts.environment }, files });
  const name = FIELDS[field].fileOf ?? field;
  const value = findValue(await loadSources(flags, inputs), name, inputs.notices);
  return { value, notices: [...inputs.notices] };
}

describe('the first source that has a value', () => {
  it.each(PAIRS)('%s: %s overrides %s', async (field, winner, loser) => {
    const { value } = await find(field, { [winner]: `from ${winner}`, [loser]: `from ${loser}` });
    expect(value).toMatchObject({ field, kind: winner, text: `from ${winner}` });
    expect((await find(field, { [loser]: `from ${loser}` })).value).toMatchObject({ kind: loser });
  });

  it.each(PAIRS.filter(([field]) => field !== 'passphrase'))(
    '%s: empty in %s counts as absent before %s, with a notice',
    async (field, winner, loser) => {
      const { value, notices } = await find(field, { [winner]: ' \t ', [loser]: 'used' });
      expect(value).toMatchObject({ kind: loser, text: 'used' });
      const [variable = ''] = FIELDS[field].env;
      const origin = {
        flag: FIELDS[field].flag,
        'credentials-file': 'sgid.json',
        environment: variable,
        dotenv: `${variable} in .env`,
      }[winner];
      expect(notices).toEqual([`${origin} is set but empty`]);
    },
  );

  it('hides an empty value behind it', async () => {
    expect((await find('scope', { environment: 'openid', dotenv: '' })).notices).toEqual([]);
  });

  it('may have white space in a passphrase, and an empty one, which is not spoken of', async () => {
    expect((await find('passphrase', { environment: ' test ' })).value?.text).toBe(' test ');
    expect(await find('passphrase', { environment: '' })).toEqual({ value: undefined, notices: [] });
  });

  it.each<FieldName>(['clientSecret', 'privateKey', 'passphrase'])('is no flag for %s', async (field) => {
    expect((await find(field, { flag: 'literal' })).value).toBeUndefined();
  });

  it.each([
    ['SGID_HOSTNAME', 'SGID_API_HOSTNAME'],
    ['SGID_API_HOSTNAME', 'SGID_HOST_NAME'],
  ])('may call it %s rather than %s', async (first, second) => {
    const hostnameOf = async (value: string): Promise<string | undefined> => {
      const inputs = memoryInputs({ env: { [second]: 'http://localhost:2', [first]: value } });
      return findValue(await loadSources({}, inputs), 'hostname', new Set())?.text;
    };
    expect(await hostnameOf('http://localhost:1')).toBe('http://localhost:1');
    expect(await hostnameOf('')).toBe('http://localhost:2');
  });
});

describe('loadSources', () => {
  /** What turns up while these files are loaded. */
  async function load(flags: CredentialFlags, files: Readonly<Record<string, MemoryFile>>, env = {}) {
    const inputs = memoryInputs({ env, files });
    const sources = await loadSources(flags, inputs);
    const { notices, details, secrets } = inputs;
    return { sources, notices: [...notices], details: [...details], secrets: [...secrets] };
  }

  it('takes none of several redirect URIs of a credentials file, and lists them', async () => {
    const redirectUris = ['http://localhost:1/a', 'http://localhost:2/b'];
    const files = { 'sgid.json': JSON.stringify({ id: 'TEST', redirectUris }) };
    const { sources, notices } = await load({ credentials: 'sgid.json' }, files);
    expect(findValue(sources, 'redirectUri', new Set())).toBeUndefined();
    expect(notices).toEqual([
      `sgid.json holds several redirect URIs: ${redirectUris.join(', ')}; pass the one to use with --redirect-uri`,
    ]);
    const chosen = { credentials: 'sgid.json', redirectUri: 'http://localhost:2/b' };
    expect((await load(chosen, files)).notices).toEqual([]);
  });

  it.each<[string, CredentialFlags]>([
    ['.env', {}],
    ['c.env', { credentials: 'c.env' }],
  ])('notices what of ours a comment cuts short or an open quote takes in, in %s', async (path, flags) => {
    const text =
      'SGID_CLIENT_ID=TEST # x\nOTHER=1 # x\nSGID_SCOPE="openid\nSGID_CLIENT_SECRET=x\nOTHER=1\nOTHER="x"\n';
    const { notices } = await load(flags, { [path]: text });
    expect(notices).toEqual([
      expect.stringContaining(`SGID_CLIENT_ID in ${path}: the text after " #" is read as a comment`),
      `SGID_CLIENT_SECRET in ${path}: it is inside the quotes of SGID_SCOPE; close them before it`,
    ]);
  });

  it('notices an empty --credentials and --dotenv', async () => {
    const { notices } = await load({ credentials: '', dotenv: '' }, {});
    expect(notices).toEqual(['--credentials is set but empty', '--dotenv is set but empty']);
  });

  it.each(['credentials', 'dotenv'] as const)('refuses a missing file for %s', async (flag) => {
    const error = await failureOf(() => load({ [flag]: 'absent' }, {}));
    expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config' });
    expect(wordsOf(error)).toContain('absent does not exist');
  });

  it('gathers the secrets of every source, those that lose too, but no path', async () => {
    const env = { SGID_CLIENT_SECRET: 'secret-1', SGID_PRIVATE_KEY: 'key.pem' };
    const { secrets } = await load(
      { credentials: 'sgid.json' },
      {
        'sgid.json': JSON.stringify({ id: 'TEST', secret: 'secret-2', passphrase: 'secret-3' }),
        '.env': `SGID_CLIENT_SECRET=secret-4\nSGID_PRIVATE_KEY=${TEST_KEY}`,
      },
      env,
    );
    expect(secrets.toSorted()).toEqual(
      ['secret-1', 'secret-2', 'secret-3', 'secret-4', TEST_KEY.trim()].toSorted(),
    );
  });

  it.each<[string, CredentialFlags]>([
    ['.env', {}],
    ['sgid.env', { credentials: 'sgid.env' }],
    ['other.env', { dotenv: 'other.env' }],
  ])('warns when %s holds a secret and is open to others', async (path, flags) => {
    expect((await load(flags, { [path]: { open: 'SGID_CLIENT_SECRET=test' } })).notices).toEqual([
      `${path} holds secrets and other users can access it; run: chmod 600 ${path}`,
    ]);
    expect((await load(flags, { [path]: { open: 'SGID_CLIENT_ID=test' } })).notices).toEqual([]);
  });

  it('gives in detail what a credentials file holds, and what of it means nothing', async () => {
    const client = {
      id: 'TEST',
      secret: 'canary',
      name: 'canary',
      redirect_uris: 'canary',
      'x\u001b[2J': 'canary',
    };
    const files = { 'sgid.json': JSON.stringify({ ...client, agency: { id: 'canary' } }) };
    expect((await load({ credentials: 'sgid.json' }, files)).details).toEqual([
      'sgid.json: understood id as clientId, secret as clientSecret, redirect_uris as redirectUri',
      'sgid.json: ignored name, x, agency.id',
    ]);
  });

  it('does not list endlessly many names', async () => {
    const detailsOf = async (length: number) => {
      const names = Array.from({ length }, (_, index) => [`name${index}`, 1]);
      const files = { 'sgid.json': JSON.stringify({ id: 'TEST', ...Object.fromEntries(names) }) };
      return (await load({ credentials: 'sgid.json' }, files)).details.slice(1);
    };
    expect(await detailsOf(50)).toEqual([expect.stringMatching(/name19, 30 more$/)]);
    expect(await detailsOf(20)).toEqual([expect.stringMatching(/name19$/)]);
    expect(await detailsOf(0)).toEqual([]);
  });
});
