import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { parseEnv } from 'node:util';
import { convertPkcs1ToPkcs8 as convertWithOfficialSdk } from '@opengovsg/sgid-client';
import { describe, expect, it } from 'vitest';
import { loadPrivateKey, requireSoundKey } from '../../../src/keys/private-key.ts';
import {
  convertPkcs1ToPkcs8,
  generatePrivateKey,
  isEncryptedTarget,
  KEY_TARGETS,
  type KeyTarget,
  writeKey,
  writePublicKey,
} from '../../../src/keys/write-key.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { fingerprint, keyText, PASSPHRASE, RSA_2048, rsaJwk } from './key-fixtures.ts';

const key = createPrivateKey(keyText('rsa-2048.pkcs8.pem'));
const written = new Map(
  await Promise.all(
    KEY_TARGETS.map(async (target) => [target, await writeKey(key, target, PASSPHRASE)] as const),
  ),
);

/** Runs openssl and gives what it writes, to either stream. */
function openssl(args: readonly string[], input: string | Buffer = '', passphrase = PASSPHRASE): string {
  const command = 'exec openssl "$@" 2>&1';
  const env = { ...process.env, PASSPHRASE: passphrase };
  return execFileSync('/bin/sh', ['-c', command, 'sh', ...args], { input, env, stdio: 'pipe' }).toString();
}

const PKEY = ['pkey', '-passin', 'env:PASSPHRASE', '-pubout'];
const PKCS12 = ['pkcs12', '-passin', 'env:PASSPHRASE'];

describe('every form is read back and can be written as every other', () => {
  it.each(KEY_TARGETS)('%s', async (from) => {
    const read = await loadPrivateKey(written.get(from) ?? '', { passphrase: PASSPHRASE });
    expect(fingerprint(read)).toBe(RSA_2048);
    for (const to of KEY_TARGETS.filter((target) => !isEncryptedTarget(target)))
      expect(await writeKey(read, to, '')).toEqual(written.get(to));
  });
});

describe('openssl reads', () => {
  it.each<[KeyTarget, readonly string[]]>([
    ['pkcs1', PKEY],
    ['pkcs8', PKEY],
    ['pkcs8-encrypted', PKEY],
    ['der', [...PKEY, '-inform', 'DER']],
  ])('%s', (target, args) => {
    expect(openssl(args, written.get(target))).toBe(keyText('public.pem'));
  });

  it.each(['x', 'with "quotes" and $ign', 'pässwörd 密码🔑', 'a'.repeat(1024)])(
    'what is encrypted under %j, and so do we',
    async (passphrase) => {
      const pem = await writeKey(key, 'pkcs8-encrypted', passphrase);
      const pkcs12 = await writeKey(key, 'pkcs12', passphrase);
      expect(openssl(PKEY, pem, passphrase)).toBe(keyText('public.pem'));
      for (const input of [pem, pkcs12])
        expect(fingerprint(await loadPrivateKey(input, { passphrase }))).toBe(RSA_2048);
      // The command itself takes no more than 255 bytes.
      if (passphrase.length > 255) return;
      expect(openssl(PKEY, openssl([...PKCS12, '-nodes'], pkcs12, passphrase))).toBe(keyText('public.pem'));
    },
  );

  it('pkcs8-encrypted as AES-256-CBC under PBKDF2-HMAC-SHA256', () => {
    const outline = openssl(['asn1parse'], written.get('pkcs8-encrypted'));
    for (const part of [':PBES2', ':PBKDF2', ':hmacWithSHA256', ':aes-256-cbc'])
      expect(outline).toContain(part);
  });

  it('pkcs12 without legacy algorithms, and its MAC sees a changed byte', async () => {
    const file = Buffer.from(written.get('pkcs12') ?? '');
    const info = openssl([...PKCS12, '-info', '-noout'], file);
    expect(info).toContain('Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC');
    expect(info).toContain('MAC: sha256, Iteration 2048');
    const at = file.length - 200;
    file.writeUInt8(file.readUInt8(at) ^ 1, at);
    expect(() => openssl([...PKCS12, '-noout'], file)).toThrow();
  });
});

describe('env is one line', () => {
  const line = String(written.get('env'));

  it('in which a shell finds nothing to expand', () => {
    expect(line).toMatch(
      /^SGID_PRIVATE_KEY="-----BEGIN PRIVATE KEY-----\\n[\w+/=\\]+\\n-----END PRIVATE KEY-----"\n$/,
    );
  });

  it('that Node.js, dotenv and, once a shell has evaluated it, openssl read', () => {
    const asDotenv = /^SGID_PRIVATE_KEY="([^"$`]*)"\n$/.exec(line)?.[1]?.replaceAll('\\n', '\n') ?? '';
    for (const pem of [parseEnv(line)['SGID_PRIVATE_KEY'] ?? '', asDotenv])
      expect(fingerprint(createPrivateKey(pem))).toBe(RSA_2048);
    const command = ['-c', 'eval "$1"; printf %s "$SGID_PRIVATE_KEY"', 'sh', line];
    const evaluated = execFileSync('/bin/sh', command).toString();
    expect(openssl(PKEY, `${evaluated.replaceAll('\\n', '\n')}\n`)).toBe(keyText('public.pem'));
  });
});

it('text ends in one newline', () => {
  for (const target of ['pkcs1', 'pkcs8', 'pkcs8-encrypted', 'jwk', 'env'] as const)
    expect(written.get(target), target).toMatch(/[^\n]\n$/);
});

it('the public half is written as SPKI PEM and as a JWK without a single private number', () => {
  expect(writePublicKey(key, 'pem')).toBe(keyText('public.pem'));
  const { n, e } = rsaJwk();
  expect(JSON.parse(writePublicKey(key, 'jwk'))).toEqual({ kty: 'RSA', n, e });
  expect(writePublicKey(key, 'jwk')).toMatch(/^\{\n {2}"kty".*\n\}\n$/s);
});

it.each([2048, 3072] as const)('a new key has %i bits, the usual exponent, and works', async (bits) => {
  const made = requireSoundKey(await generatePrivateKey(bits));
  expect(made.asymmetricKeyDetails).toEqual({ modulusLength: bits, publicExponent: 65537n });
});

describe('convertPkcs1ToPkcs8', () => {
  const pkcs1 = keyText('rsa-2048.pkcs1.pem');
  const pkcs8 = keyText('rsa-2048.pkcs8.pem').trim();
  /** Shaped like PKCS#1, but its version does not fit into 32 bits: OpenSSL refuses to load it. */
  const hugeVersion = [
    '-----BEGIN RSA PRIVATE KEY-----',
    Buffer.from(`3023020901${'01'.repeat(8)}${'020100'.repeat(8)}`, 'hex').toString('base64'),
    '-----END RSA PRIVATE KEY-----',
  ].join('\n');

  it.each<[string, string]>([
    ['as it is', pkcs1],
    ['escaped newlines', pkcs1.replaceAll('\n', '\\n')],
    ['quotes and escaped newlines', JSON.stringify(pkcs1)],
    ['CRLF and a byte order mark', `\uFEFF${pkcs1.replaceAll('\n', '\r\n')}`],
    ['text around it', `${keyText('certificate.pem')}${pkcs1}the end`],
  ])('%s becomes the PKCS#8 that the official SDK makes', (_name, input) => {
    expect(convertPkcs1ToPkcs8(input)).toBe(convertWithOfficialSdk(pkcs1));
  });

  it('takes any size, as the official SDK does', () => {
    const small = createPrivateKey(keyText('rsa-1024.pem'));
    const converted = convertPkcs1ToPkcs8(small.export({ format: 'pem', type: 'pkcs1' }).toString());
    expect(converted).toBe(keyText('rsa-1024.pem').trim());
  });

  it.each<[string, string, string]>([
    ['nothing', '', 'not an unencrypted PKCS#1'],
    ['PKCS#8', pkcs8, 'not an unencrypted PKCS#1'],
    ['an encrypted PKCS#1', keyText('rsa-2048.pkcs1-encrypted.pem'), 'not an unencrypted PKCS#1'],
    ['a public key', keyText('public.pem'), 'not an unencrypted PKCS#1'],
    ['an EC key', keyText('ec.pem'), 'not an unencrypted PKCS#1'],
    ['PKCS#8 under the label of PKCS#1', pkcs8.replaceAll(' PRIVATE', ' RSA PRIVATE'), 'not an unencrypted'],
    ['a key that is cut off', pkcs1.slice(0, 800), 'not an unencrypted PKCS#1'],
    ['lines that are missing', pkcs1.replace(/(?:.+\n){3}(?=-----END)/, ''), 'is cut off'],
    ['a body that is not base64', pkcs1.replace('MII', '***'), 'not an unencrypted PKCS#1'],
    ['a version that is no small number', hugeVersion, 'is damaged'],
  ])('%s is ERR_PRIVATE_KEY', async (_name, input, message) => {
    const error = await errorOf(() => convertPkcs1ToPkcs8(input));
    expect(error.code).toBe('ERR_PRIVATE_KEY');
    expect(error.message).toContain(message);
  });
});
