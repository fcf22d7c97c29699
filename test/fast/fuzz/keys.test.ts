import { createPrivateKey, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { parsePrivateKey } from '../../../src/keys/private-key.ts';
import { findPublicKeys } from '../../../src/keys/public-key.ts';
import { attempt } from '../../../src/text/guards.ts';
import { type Canaries, canariesOfKey, findCanaries } from '../../helpers/canaries.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { fingerprint, keyBytes, keyText, PASSPHRASE, RSA_2048, rsaJwk } from '../keys/key-fixtures.ts';
import { fuzz, orRefusal } from './fuzz.ts';
import { changedJson } from './hostile-json.ts';
import { changedBytes, changedText, encoded } from './hostile-text.ts';

const PKCS8 = keyText('rsa-2048.pkcs8.pem').trim();
const PKCS1 = keyText('rsa-2048.pkcs1.pem').trim();
const ENCRYPTED = keyText('rsa-2048.pkcs8-encrypted.pem').trim();
const OTHERS = [
  'rsa-1024',
  'rsa-1024-encrypted',
  'rsa-pss',
  'ec',
  'ed25519',
  'openssh',
  'public',
  'certificate',
];
const JWK = rsaJwk();

const KEYS = [PKCS8, PKCS1, ENCRYPTED, ...OTHERS.slice(0, 6).map((name) => keyText(`${name}.pem`))];
const SECRETS: Canaries = new Map([
  ['passphrase', PASSPHRASE],
  ['d', JWK['d'] ?? ''],
  ...KEYS.flatMap((pem, at) =>
    Array.from(canariesOfKey(pem), ([name, line]) => [`key ${at}, ${name}`, line] as const),
  ),
]);

/** What surroundings make of a PEM, each in its place. */
const breaks = fc.constantFrom('\n', '\r\n', '\\n', '\\\\n', ' ', '\n\n', ' \n\t', '');
const around = fc.constantFrom<(pem: string) => string>(
  (pem) => pem,
  (pem) => `"${pem}"`,
  (pem) => `'"${pem}"'`,
  (pem) => ` \n${pem}\n\n`,
  (pem) => JSON.stringify(pem),
  (pem) => `SGID_PRIVATE_KEY="${pem}"`,
  (pem) => `Bag Attributes\n    friendlyName: test\n${pem}\nlocalKeyID: 01`,
  (pem) => `${keyText('certificate.pem')}\n${pem}`,
  (pem) => `${pem}\n${pem}`,
);
const carrier = fc.constantFrom<(text: string) => string | Uint8Array>(
  (text) => text,
  (text) => `\uFEFF${text}`,
  (text) => Buffer.from(text),
  (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  (text) => Buffer.from(text).toString('base64'),
  (text) => `"${Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\n')}"`,
  (text) => Buffer.from(text).toString('base64url'),
);

fuzz(
  'a key is read whatever is around it',
  { short: 40, long: 100_000 },
  fc.property(fc.constantFrom(PKCS8, PKCS1, ENCRYPTED), breaks, around, carrier, (pem, mark, wrap, carry) => {
    const key = parsePrivateKey(carry(wrap(pem.split('\n').join(mark))), PASSPHRASE);
    expect(fingerprint(key)).toBe(RSA_2048);
  }),
);

const text = fc.oneof(
  changedText(fc.constantFrom(PKCS8, PKCS1, ENCRYPTED, ...OTHERS.map((name) => keyText(`${name}.pem`)))),
  changedText(fc.constantFrom(`${PKCS8}\n${keyText('ec.pem')}`, `${keyText('rsa-1024.pem')}${PKCS8}`)),
  changedText(fc.constant(keyText('rsa-2048.pkcs1-encrypted.pem'))),
  changedJson(
    fc.constantFrom<unknown>(JWK, { keys: [{ ...JWK, d: undefined }, JWK] }, { kty: 'EC', d: 'AA' }),
  ),
);
const bytes = changedBytes(
  fc.constantFrom(
    ...[keyBytes('rsa-2048.pkcs8.der'), keyBytes('rsa-2048.modern.p12'), keyBytes('rsa-2048.legacy.p12')],
    ...OTHERS.map((name) => Buffer.from(keyText(`${name}.pem`).split('\n').slice(1, -2).join(''), 'base64')),
  ),
);
/** Files that a key is one value of, or a path in its place. */
const container = fc.oneof(
  changedText(
    fc.constantFrom(
      `A=1\nSGID_PRIVATE_KEY="${PKCS8}"\n`,
      `SGID_PRIVATE_KEY_PATH=${PKCS8.split('\n')[1]}\n`,
      `SGID_PRIVATE_KEY=${PKCS8.split('\n')[1]}\nSGID_PRIVATE_KEY_PASSPHRASE=${PASSPHRASE}`,
    ),
  ),
  changedJson(
    fc.constantFrom<unknown>({ privateKey: PKCS1, passphrase: PASSPHRASE }, { id: 'A', privateKey: JWK }),
  ),
);
const input: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  text,
  container,
  bytes,
  changedBytes(encoded(text)),
  bytes.map((found) => Buffer.from(found).toString('base64')),
);

const parse = (input: string | Uint8Array): KeyObject | SgidError =>
  orRefusal(() => parsePrivateKey(input, PASSPHRASE), /^ERR_PRIVATE_KEY/, SECRETS);

fuzz(
  'no change of a key makes another key of it',
  { short: 60, long: 100_000 },
  fc.property(input, (input) => {
    const read = parse(input);
    if (!(read instanceof SgidError)) expect(fingerprint(read)).toBe(RSA_2048);
    for (const key of findPublicKeys(input)) expect(key.type).toBe('public');
  }),
);

/** What we refuse, and Node.js reads. A PEM within braces is that of a file which is no key alone. */
const STRICTER =
  /is a JSON file|cannot be decoded|does not open|do not belong together|more than one private key|minimum is 2048|public exponent 1/;

fuzz(
  'what node:crypto reads as an RSA key is read to the same key, or refused for what is wrong with it',
  { short: 60, long: 100_000 },
  fc.property(text, (text) => {
    const key = attempt(() => createPrivateKey({ key: text, format: 'pem', passphrase: PASSPHRASE }));
    if (key?.asymmetricKeyType !== 'rsa') return;
    const read = parse(text);
    if (read instanceof SgidError) expect(read.message).toMatch(STRICTER);
    else expect(read.equals(key)).toBe(true);
  }),
);

fuzz(
  'sgid key inspect describes any key, or says what is wrong with it, without a secret',
  { short: 40, long: 100_000 },
  fc.asyncProperty(input, async (input) => {
    const run = await runSgid(['key', 'inspect', '--passphrase-file', 'passphrase'], {
      terminal: { readInput: async () => Buffer.from(input) },
      files: { readSecretFile: async () => ({ bytes: Buffer.from(PASSPHRASE), readableByOthers: false }) },
    });
    expect([0, 3]).toContain(run.exitCode);
    expect(findCanaries(run.stdout + run.stderr, SECRETS)).toEqual([]);
    if (run.exitCode === 0)
      expect(JSON.parse(run.stdout)).toMatchObject({ bits: 2048, fingerprint: RSA_2048 });
  }),
);
