import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadPrivateKey } from '../../../src/keys/private-key.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { fingerprint, keyBytes, keyText, PASSPHRASE, RSA_2048 } from './key-fixtures.ts';
import { bag, pfx, pfxInBer, safeContents, sealedPfx } from './pfx.ts';

/** Answers a question for the passphrase, and counts how often it was asked. */
function asker(answer: string | undefined): { ask: () => Promise<string | undefined>; asked: () => number } {
  let count = 0;
  return {
    ask: async () => {
      count += 1;
      return answer;
    },
    asked: () => count,
  };
}

function pkcs8(name: string, passphrase?: string): Buffer {
  const encryption = passphrase === undefined ? {} : { cipher: 'aes-128-cbc', passphrase };
  return createPrivateKey(keyText(name)).export({ format: 'der', type: 'pkcs8', ...encryption });
}

const rsa = pkcs8('rsa-2048.pkcs8.pem');
const ec = pkcs8('ec.pem');

describe('loadPrivateKey reads', () => {
  it.each(['rsa-2048.modern.p12', 'rsa-2048.legacy.p12'])('%s', async (name) => {
    const bytes = keyBytes(name);
    for (const input of [bytes, new Uint8Array(bytes), bytes.toString('base64')]) {
      expect(fingerprint(await loadPrivateKey(input, { passphrase: PASSPHRASE }))).toBe(RSA_2048);
    }
  });

  it('a PKCS#12 file whose passphrase goes beyond ASCII', async () => {
    const bytes = keyBytes('rsa-2048.non-ascii-passphrase.p12');
    expect(fingerprint(await loadPrivateKey(bytes, { passphrase: 'pässwörd' }))).toBe(RSA_2048);
  });

  it('a PKCS#12 file whose MAC is PBMAC1 (RFC 9579)', async () => {
    const bytes = keyBytes('rsa-2048.modern.p12');
    const macAlgorithm = bytes.lastIndexOf(Buffer.from('608648016503040201', 'hex'));
    bytes.write('2a864886f70d01050e', macAlgorithm, 'hex');
    expect(fingerprint(await loadPrivateKey(bytes, { passphrase: PASSPHRASE }))).toBe(RSA_2048);
  });

  it('a PKCS#12 file with the empty passphrase, without asking', async () => {
    const { ask, asked } = asker('never used');
    const key = await loadPrivateKey(keyBytes('rsa-2048.empty-passphrase.p12'), { askPassphrase: ask });
    expect(fingerprint(key)).toBe(RSA_2048);
    expect(asked()).toBe(0);
  });

  it.each<[string, Buffer]>([
    ['an unencrypted key', pfx([bag(1, rsa)])],
    ['a newline after it', Buffer.concat([pfx([bag(1, rsa)]), Buffer.from('\n')])],
    ['BER with chunks', pfxInBer(bag(1, rsa))],
    ['the same key twice', pfx([bag(1, rsa)], [bag(1, rsa)])],
    ['certificates beside it', pfx([bag(3, Buffer.of(0x30, 0))], [bag(1, rsa)])],
    ['nested contents', pfx([bag(6, safeContents(bag(1, rsa)))])],
  ])('a PKCS#12 file with %s', async (_name, bytes) => {
    const { ask, asked } = asker('never used');
    expect(fingerprint(await loadPrivateKey(bytes, { askPassphrase: ask }))).toBe(RSA_2048);
    expect(asked()).toBe(0);
  });

  it('everything that readPrivateKey reads, without asking for unencrypted keys', async () => {
    const { ask, asked } = asker('never used');
    for (const name of [
      'rsa-2048.pkcs8.pem',
      'rsa-2048.pkcs1.pem',
      'rsa-2048.pkcs8.der',
      'rsa-2048.jwk.json',
    ]) {
      expect(fingerprint(await loadPrivateKey(keyBytes(name), { askPassphrase: ask }))).toBe(RSA_2048);
    }
    expect(asked()).toBe(0);
  });
});

describe('the passphrase', () => {
  const encrypted = ['rsa-2048.pkcs8-encrypted.pem', 'rsa-2048.pkcs1-encrypted.pem', 'rsa-2048.modern.p12'];

  it.each(encrypted)('is asked for once: %s', async (name) => {
    const { ask, asked } = asker(PASSPHRASE);
    expect(fingerprint(await loadPrivateKey(keyBytes(name), { askPassphrase: ask }))).toBe(RSA_2048);
    expect(asked()).toBe(1);
  });

  it.each(encrypted)('is not asked for when one was given, even a wrong one: %s', async (name) => {
    const { ask, asked } = asker(PASSPHRASE);
    const options = { passphrase: 'wrong', askPassphrase: ask };
    const error = await errorOf(() => loadPrivateKey(keyBytes(name), options));
    expect(error.code).toBe('ERR_PRIVATE_KEY_PASSPHRASE');
    expect(error.message).toContain('does not open');
    expect(asked()).toBe(0);
  });

  it.each(encrypted)('is not asked for again after a wrong answer: %s', async (name) => {
    const { ask, asked } = asker('wrong');
    const error = await errorOf(() => loadPrivateKey(keyBytes(name), { askPassphrase: ask }));
    expect(error.message).toContain('does not open');
    expect(asked()).toBe(1);
  });

  it.each(encrypted)('is missing when nobody can be asked or nothing is answered: %s', async (name) => {
    for (const options of [{}, { askPassphrase: asker(undefined).ask }]) {
      const error = await errorOf(() => loadPrivateKey(keyBytes(name), options));
      expect(error.code).toBe('ERR_PRIVATE_KEY_PASSPHRASE');
      expect(error.message).toContain('no passphrase was given');
    }
  });

  it('passes on the interruption of the question', async () => {
    const interrupted = new Error('interrupted');
    const askPassphrase = (): Promise<string> => Promise.reject(interrupted);
    const loading = loadPrivateKey(keyBytes('rsa-2048.modern.p12'), { askPassphrase });
    await expect(loading).rejects.toBe(interrupted);
  });
});

describe('a PKCS#12 file is refused', () => {
  let nested = bag(1, rsa);
  for (let depth = 0; depth < 8; depth += 1) nested = bag(6, safeContents(nested));

  it.each<[string, Buffer, string, string]>([
    ['with two different keys', pfx([bag(1, rsa), bag(1, ec)]), 'ERR_PRIVATE_KEY', 'more than one'],
    ['with two in two parts', pfx([bag(1, rsa)], [bag(1, ec)]), 'ERR_PRIVATE_KEY', 'more than one'],
    ['without a key', pfx([bag(3, Buffer.of(0x30, 0))]), 'ERR_PRIVATE_KEY', 'holds no private key'],
    ['without anything', pfx(), 'ERR_PRIVATE_KEY', 'holds no private key'],
    ['encrypted as a whole', sealedPfx(), 'ERR_PRIVATE_KEY', 'holds no private key'],
    ['nested too deeply', pfx([nested]), 'ERR_PRIVATE_KEY', 'holds no private key'],
    ['cut off', pfx([bag(1, rsa)]).subarray(0, 700), 'ERR_PRIVATE_KEY', 'cut off'],
    ['that is hollow', Buffer.from('3003020103', 'hex'), 'ERR_PRIVATE_KEY', 'damaged'],
    ['with empty parts', Buffer.from('30050201033000', 'hex'), 'ERR_PRIVATE_KEY', 'damaged'],
    ['with an empty bag', pfx([bag(1, Buffer.alloc(0))]), 'ERR_PRIVATE_KEY', 'damaged'],
    ['inside another', pfx([bag(1, pfx([bag(1, rsa)]))]), 'ERR_PRIVATE_KEY', 'damaged'],
    [
      'with a public key for a key',
      pfx([bag(1, Buffer.from('3006020101020101', 'hex'))]),
      'ERR_PRIVATE_KEY',
      'public key',
    ],
    ['with an EC key', pfx([bag(1, ec)]), 'ERR_PRIVATE_KEY_TYPE', 'of type EC'],
    ['with a small key', pfx([bag(1, pkcs8('rsa-1024.pem'))]), 'ERR_PRIVATE_KEY_SIZE', '1024 bits'],
  ])('%s', async (_name, bytes, code, message) => {
    const error = await errorOf(() => loadPrivateKey(bytes));
    expect(error).toMatchObject({ code, step: 'config' });
    expect(error.message).toContain(message);
  });

  it('with two different keys under one passphrase', async () => {
    const bags = [bag(2, pkcs8('rsa-2048.pkcs8.pem', 'x')), bag(2, pkcs8('rsa-1024.pem', 'x'))];
    const error = await errorOf(() => loadPrivateKey(pfx(bags), { passphrase: 'x' }));
    expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY' });
    expect(error.message).toContain('more than one');
  });
});
