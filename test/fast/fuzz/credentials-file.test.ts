import fc from 'fast-check';
import { expect } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { TEST_PRIVATE_KEY, TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { parseCredentialsFile } from '../../../src/settings/credentials-file.ts';
import { formatProfile, parseProfile } from '../../../src/settings/profile.ts';
import { isContainer, isNestedTooDeep, parseJson } from '../../../src/text/guards.ts';
import { type Canaries, canariesOfKey, findCanaries } from '../../helpers/canaries.ts';
import { wordsOf } from '../../helpers/error-of.ts';
import { loadAll } from '../settings/in-memory.ts';
import { fuzz, orRefusal } from './fuzz.ts';
import { changedJson } from './hostile-json.ts';
import { changedBytes, encoded } from './hostile-text.ts';

const SECRET = 'CANARY-secret/1+2';
const PASSPHRASE = 'CANARY passphrase';
const SECRETS: Canaries = new Map([
  ['client secret', SECRET],
  ['passphrase', PASSPHRASE],
  ...canariesOfKey(TEST_PRIVATE_KEY),
]);

const CLIENT = {
  clientId: 'TEST-1a2b3c4d',
  clientSecret: SECRET,
  privateKey: TEST_PRIVATE_KEY,
  passphrase: PASSPHRASE,
  redirectUri: 'http://localhost:5001/callback',
  hostname: 'http://localhost:5157',
  scopes: ['openid', 'myinfo.name'],
  publicKey: TEST_PUBLIC_KEY,
};

const VARIABLES = Object.entries({
  SGID_CLIENT_ID: CLIENT.clientId,
  SGID_CLIENT_SECRET: SECRET,
  SGID_PRIVATE_KEY: `"${TEST_PRIVATE_KEY.replaceAll('\n', '\\n')}"`,
  SGID_REDIRECT_URI: CLIENT.redirectUri,
})
  .map((line) => line.join('='))
  .join('\n');

/** Clients in the shapes that the portal, or a person, may give them. */
const client = fc.constantFrom<unknown>(
  CLIENT,
  [CLIENT],
  { ...CLIENT, redirectUri: [CLIENT.redirectUri, 'http://localhost:3000/'] },
  { client: CLIENT, agency: { id: 'AGENCY', name: 'AN AGENCY' } },
  { client: CLIENT, other: { ...CLIENT, clientId: 'OTHER-5e6f7a8b' } },
  Object.fromEntries(
    Object.entries(CLIENT).map(([name, value]) => [name.replace(/[A-Z]/g, (upper) => `_${upper}`), value]),
  ),
  { Parameter: { Value: JSON.stringify(CLIENT) } },
);

const file = fc.oneof({ weight: 4, arbitrary: changedJson(client) }, fc.constant(VARIABLES));
const bytes = changedBytes(encoded(file));

/** Every text in a value, and the JSON of every object: what a credential may be taken from. */
function textsIn(root: unknown): readonly string[] {
  const texts: string[] = [];
  // Level by level: it may be nested deep.
  for (let level = [root]; level.length > 0; level = level.filter(isContainer).flatMap(Object.values))
    for (const value of level)
      if (typeof value === 'string') texts.push(value);
      else if (!isNestedTooDeep(value)) texts.push(JSON.stringify(value));
  return texts;
}

fuzz(
  'of any JSON, a credentials file gives what JSON.parse reads there, or is refused without a secret',
  { short: 60, long: 100_000 },
  fc.property(changedJson(client), (text) => {
    orRefusal(
      () => {
        const { values, redirectUris, recognised, ignored } = parseCredentialsFile(text, 'client.json');
        const texts = textsIn(parseJson(text.replace(/^\uFEFF/, '')));
        const { scope = '', ...others } = values;
        for (const value of [...Object.values(others), ...redirectUris]) expect(texts).toContain(value);
        for (const word of scope.split(' ')) expect(texts.join(' ')).toContain(word);
        expect(recognised.map(({ field }) => field)).toEqual(expect.arrayContaining(Object.keys(values)));
        expect(findCanaries([...ignored, ...recognised.map(({ name }) => name)].join(' '), SECRETS)).toEqual(
          [],
        );
      },
      /^ERR_CREDENTIALS_FILE$/,
      SECRETS,
    );
  }),
);

fuzz(
  'with any bytes for a credentials file, all credentials are there or an error says which is not; no secret is said',
  { short: 30, long: 100_000 },
  fc.asyncProperty(bytes, async (bytes) => {
    const files = { 'client.json': bytes };
    try {
      const { notices, details, clientSecret } = await loadAll({ credentials: 'client.json' }, { files });
      expect(findCanaries([...notices, ...details].join('\n'), SECRETS)).toEqual([]);
      expect(clientSecret).toBeTruthy();
    } catch (error) {
      if (!(error instanceof SgidError)) throw error;
      expect(findCanaries(wordsOf(error), SECRETS)).toEqual([]);
      expect(error.step).toBe('config');
    }
  }),
);

const profile = fc.constantFrom<unknown>(
  {
    version: 1,
    clientId: 'TEST-1a2b3c4d',
    redirectUri: 'http://localhost:5001/callback',
    scope: 'openid',
    hostname: 'http://localhost:5157',
    clientSecret: { value: SECRET },
    privateKey: { value: TEST_PRIVATE_KEY },
    passphrase: { source: 'command:get it' },
  },
  { version: 1, clientSecret: { source: 'env:SECRET' }, privateKey: { source: 'file:/keys/a.pem' } },
);

fuzz(
  'of any JSON, a profile is what JSON.parse reads, whole, or is refused without a secret',
  { short: 60, long: 100_000 },
  fc.property(changedJson(profile), (text) => {
    orRefusal(
      () => {
        const found = parseProfile(text, 'profiles/a.json');
        const json = parseJson(text.replace(/^\uFEFF/, ''));
        expect(isNestedTooDeep(json)).toBe(false);
        expect({ version: 1, ...found }).toEqual(json);
        expect(parseProfile(formatProfile(found), 'profiles/a.json')).toEqual(found);
      },
      /^ERR_(?:FILE|PROFILE)$/,
      SECRETS,
    );
  }),
);
