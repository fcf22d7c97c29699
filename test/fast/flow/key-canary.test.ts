import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { type Canaries, canariesOfKey, findCanaries } from '../../helpers/canaries.ts';
import { runKey } from '../../helpers/run-key.ts';
import { keyText, rsaJwk } from '../keys/key-fixtures.ts';

const PASSPHRASE = 'CANARY-old pass/phrase+1';
const NEW_PASSPHRASE = 'CANARY-new pass/phrase+2';
const CLIENT_SECRET = 'CANARY-client-secret/3+4';
const PEM = keyText('rsa-2048.pkcs8.pem');
const KEY = createPrivateKey(PEM);
const CIPHER = { cipher: 'aes-256-cbc', passphrase: PASSPHRASE };
const LOCKED = KEY.export({ type: 'pkcs8', format: 'pem', ...CIPHER }).toString();
const CLIENT = { id: 'X', secret: CLIENT_SECRET, privateKey: LOCKED, passphrase: PASSPHRASE };
const CREDENTIALS = JSON.stringify(CLIENT);

const isLikePath = (line: string): boolean => line.includes('/') && !/[+=-]/.test(line);

const FILES = {
  'open.pem': PEM,
  'locked.pem': LOCKED,
  'pkcs1.pem': keyText('rsa-2048.pkcs1.pem'),
  'open.jwk': JSON.stringify(rsaJwk()),
  'open.der': KEY.export({ type: 'pkcs8', format: 'der' }),
  'client.json': CREDENTIALS,
  'broken.json': CREDENTIALS.slice(0, -20),
  '.env': `SGID_CLIENT_SECRET=${CLIENT_SECRET}\nSGID_PRIVATE_KEY="${PEM.trim().replaceAll('\n', '\\n')}"\n`,
  'truncated.pem': PEM.slice(0, 1000),
  'damaged.pem': PEM.replace('MII', '*MII'),
  // Pieces of a key, with escaped line breaks: no key, and nothing to show as a path.
  'pieces.json': JSON.stringify({ privateKey: PEM.split('\n').filter(isLikePath).slice(0, 10).join('\\n') }),
  'half.jwk': JSON.stringify({ ...rsaJwk(), p: undefined }),
  'two.pem': `${PEM}${keyText('rsa-1024.pem')}`,
  'small.pem': keyText('rsa-1024.pem'),
  'other-public.pem': TEST_PUBLIC_KEY,
  'bundle.pem': `${PEM}${TEST_PUBLIC_KEY}`,
  'secret.txt': CLIENT_SECRET,
  pass: `${PASSPHRASE}\n`,
  'new-pass': `${NEW_PASSPHRASE}\n`,
  wrong: `${PASSPHRASE} not\n`,
};

const SCENARIOS: readonly (readonly [commandLine: string, exitCode: number])[] = [
  ['inspect @open.pem', 0],
  ['inspect @client.json', 0],
  ['inspect @.env', 0],
  ['inspect @open.jwk', 0],
  ['inspect @locked.pem --passphrase-file @pass', 0],
  ['inspect @locked.pem --passphrase-file @wrong', 3],
  ['inspect @locked.pem --passphrase-file @client.json', 3],
  ['inspect @locked.pem', 3],
  ['inspect @open.pem --public-key @other-public.pem', 3],
  ['inspect @open.pem --public-key @open.der', 3],
  ['inspect @bundle.pem', 3],
  ['inspect @small.pem', 3],
  ['inspect @truncated.pem', 3],
  ['inspect @damaged.pem', 3],
  ['inspect @half.jwk', 3],
  ['inspect @broken.json', 3],
  ['inspect @two.pem', 3],
  ['inspect @pieces.json', 3],
  ['inspect @secret.txt', 3],
  [`inspect ${CLIENT_SECRET}`, 3],
  [`inspect @locked.pem --passphrase-file ${NEW_PASSPHRASE.replace(' ', '')}`, 3],
  [`inspect --passphrase=${PASSPHRASE.replace(' ', '')}`, 2],
  ['convert --to pkcs8 @client.json', 0],
  ['convert --to jwk @.env', 0],
  ['convert --to pkcs8-encrypted @open.der --out-passphrase-file @new-pass', 0],
  ['convert --to pkcs12 @locked.pem --passphrase-file @pass --out-passphrase-file @new-pass', 0],
  ['convert --to env @pkcs1.pem --out @new.env', 0],
  ['convert --to env @pkcs1.pem --out @client.json', 3],
  ['convert --to pkcs12 @open.pem', 3],
  ['convert --to pkcs12 @open.pem --out-passphrase-file @open.pem', 3],
  ['convert --to pkcs8 @truncated.pem', 3],
  ['convert --to pkcs8 @small.pem', 3],
  ['convert --to pkcs8 @bundle.pem', 0],
  ['convert --to pkcs8 @locked.pem --passphrase-file @wrong', 3],
  ['convert --to pkcs8 @open.pem --out-passphrase-file @new-pass', 2],
  ['public @client.json', 0],
  ['public @half.jwk', 3],
  ['public @locked.pem --passphrase-file @wrong', 3],
  ['generate', 0],
  ['generate --to pkcs8-encrypted --out-passphrase-file @new-pass --out @made.pem', 0],
];

const VERBOSITIES = ['', '-v', '-v --json-errors'];

function secrets(): Canaries {
  const members = Object.entries(rsaJwk()).filter(([name]) => !['kty', 'n', 'e'].includes(name));
  const lines = [PEM, FILES['pkcs1.pem'], LOCKED, FILES['small.pem']].flatMap((pem) => [
    ...canariesOfKey(pem).values(),
  ]);
  return new Map([
    ...lines.map((line, index) => [`line ${index} of the keys`, line] as const),
    ...members,
    ['old passphrase', PASSPHRASE],
    ['old passphrase without its space', PASSPHRASE.replace(' ', '')],
    ['new passphrase', NEW_PASSPHRASE],
    ['new passphrase without its space', NEW_PASSPHRASE.replace(' ', '')],
    ['client secret', CLIENT_SECRET],
  ]);
}

describe('no secret is said', () => {
  it.each(SCENARIOS.flatMap(([line, exit]) => VERBOSITIES.map((extra) => [line, extra, exit] as const)))(
    'by sgid key %s %s',
    async (line, extra, exitCode) => {
      const run = await runKey(`${line} ${extra}`, { folder: FILES });
      expect(run.exitCode).toBe(exitCode);
      expect(findCanaries(run.stderr, secrets())).toEqual([]);
      for (const made of run.stdout.match(/^[\w+/]{40,}=*$/gm) ?? []) expect(run.stderr).not.toContain(made);
      // Only these print a private key; inspect and public have nothing secret to say.
      if (!/^(convert|generate)/.test(line)) expect(findCanaries(run.stdout, secrets())).toEqual([]);
      if (exitCode !== 0 && !line.startsWith('inspect')) expect(run.stdout).toBe('');
    },
  );

  it.each([
    [[PASSPHRASE, NEW_PASSPHRASE, NEW_PASSPHRASE]],
    [[PASSPHRASE, NEW_PASSPHRASE, PASSPHRASE]],
    [[NEW_PASSPHRASE]],
  ])('by a person who types passphrases: #%#', async (answers) => {
    const line = 'convert --to pkcs8-encrypted @locked.pem -v';
    const { stderr, stdout } = await runKey(line, { folder: FILES, answers });
    expect(findCanaries(stderr + stdout, secrets())).toEqual([]);
  });
});
