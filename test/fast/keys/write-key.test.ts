import { execFileSync } from 'node:child_process';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isEncryptedTarget, KEY_TARGETS, type KeyTarget } from '../../../src/keys/key-format.ts';
import { loadPrivateKey } from '../../../src/keys/private-key.ts';
import { writeEncryptedKey, writePlainKey } from '../../../src/keys/write-key.ts';
import { fingerprint, keyText, PASSPHRASE, RSA_2048 } from './key-fixtures.ts';

const key = createPrivateKey(keyText('rsa-2048.pkcs8.pem'));

function write(privateKey: KeyObject, target: KeyTarget): string | Buffer {
  return isEncryptedTarget(target)
    ? writeEncryptedKey(privateKey, target, PASSPHRASE)
    : writePlainKey(privateKey, target);
}

/** Each form written once; the encrypted ones take their time on purpose. */
const WRITTEN = new Map(KEY_TARGETS.map((target) => [target, write(key, target)] as const));

function written(target: KeyTarget): string | Buffer {
  return WRITTEN.get(target) ?? '';
}

function openssl(args: readonly string[], input: string | Buffer): string {
  return execFileSync('openssl', args, { input, env: { ...process.env, PASSPHRASE } }).toString();
}

function evaluated(env: string): string {
  return execFileSync('/bin/sh', ['-c', 'eval "$1"; printf %s "$SGID_PRIVATE_KEY"', 'sh', env]).toString();
}

/** The rules of dotenv: in double quotes, \n is a line break. */
function asDotenv(env: string): string {
  return /^SGID_PRIVATE_KEY="([^"$`]*)"\n$/.exec(env)?.[1]?.replaceAll('\\n', '\n') ?? '';
}

describe('every form is read back and can be written as every other', () => {
  it.each(KEY_TARGETS.flatMap((from) => KEY_TARGETS.map((to) => [from, to] as const)))(
    '%s to %s',
    async (from, to) => {
      const read = await loadPrivateKey(written(from), { passphrase: PASSPHRASE });
      expect(fingerprint(read)).toBe(RSA_2048);
      const again = write(read, to);
      if (isEncryptedTarget(to))
        expect(fingerprint(await loadPrivateKey(again, { passphrase: PASSPHRASE }))).toBe(RSA_2048);
      else expect(again).toEqual(written(to));
    },
  );
});

describe('openssl reads', () => {
  const PKEY = ['pkey', '-passin', 'env:PASSPHRASE', '-pubout'];

  it.each<[KeyTarget, readonly string[]]>([
    ['pkcs1', PKEY],
    ['pkcs8', PKEY],
    ['pkcs8-encrypted', PKEY],
    ['der', [...PKEY, '-inform', 'DER']],
  ])('%s', (target, args) => {
    expect(openssl(args, written(target))).toBe(keyText('public.pem'));
  });

  it('pkcs12, without legacy algorithms and with its MAC', () => {
    const pem = openssl(['pkcs12', '-passin', 'env:PASSPHRASE', '-nodes'], written('pkcs12'));
    expect(openssl(PKEY, pem)).toBe(keyText('public.pem'));
  });

  it('env, once a shell has evaluated it', () => {
    const pem = evaluated(String(written('env'))).replaceAll('\\n', '\n');
    expect(openssl(PKEY, `${pem}\n`)).toBe(keyText('public.pem'));
  });
});

describe('node:crypto reads', () => {
  it.each<[KeyTarget, () => KeyObject]>([
    ['pkcs1', () => createPrivateKey(written('pkcs1'))],
    ['pkcs8', () => createPrivateKey(written('pkcs8'))],
    ['pkcs8-encrypted', () => createPrivateKey({ key: written('pkcs8-encrypted'), passphrase: PASSPHRASE })],
    ['der', () => createPrivateKey({ key: Buffer.from(written('der')), format: 'der', type: 'pkcs8' })],
    ['jwk', () => createPrivateKey({ key: JSON.parse(String(written('jwk'))), format: 'jwk' })],
    ['env', () => createPrivateKey(parseEnv(String(written('env')))['SGID_PRIVATE_KEY'] ?? '')],
  ])('%s', (_target, read) => {
    expect(fingerprint(read())).toBe(RSA_2048);
  });
});

describe('env is one line', () => {
  it('which dotenv reads', () => {
    expect(fingerprint(createPrivateKey(asDotenv(String(written('env')))))).toBe(RSA_2048);
  });

  it('in which a shell finds nothing to expand', () => {
    expect(written('env')).toMatch(
      /^SGID_PRIVATE_KEY="-----BEGIN PRIVATE KEY-----\\n[\w+/=\\]+\\n-----END PRIVATE KEY-----"\n$/,
    );
  });
});

it('text ends in one newline', () => {
  for (const target of ['pkcs1', 'pkcs8', 'pkcs8-encrypted', 'jwk', 'env'] as const)
    expect(written(target), target).toMatch(/[^\n]\n$/);
});
