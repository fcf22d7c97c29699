import { createPrivateKey } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { loadPrivateKey, unlockPrivateKey } from '../../../src/keys/private-key.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { fingerprint, keyBytes, keyText, PASSPHRASE, RSA_2048 } from './key-fixtures.ts';
import { bag, pfx, pfxInBer, safeContents, sealedPfx } from './pfx.ts';

function pkcs8(name: string, passphrase?: string): Buffer {
  const encryption = passphrase === undefined ? {} : { cipher: 'aes-128-cbc', passphrase };
  return createPrivateKey(keyText(name)).export({ format: 'der', type: 'pkcs8', ...encryption });
}

const rsa = pkcs8('rsa-2048.pkcs8.pem');
const ec = pkcs8('ec.pem');
const publicDer = Buffer.from(keyText('public.pem').replace(/-----[^-]+-----|\s/g, ''), 'base64');

/** The key so many levels down. */
const nest = (depth: number): Buffer => (depth === 0 ? bag(1, rsa) : bag(6, safeContents(nest(depth - 1))));

describe('loadPrivateKey reads', () => {
  it.each(['rsa-2048.modern.p12', 'rsa-2048.legacy.p12'])('%s', async (name) => {
    const bytes = keyBytes(name);
    for (const input of [bytes, new Uint8Array(bytes), bytes.toString('base64')]) {
      expect(fingerprint(await loadPrivateKey(input, { passphrase: PASSPHRASE }))).toBe(RSA_2048);
      const unlocked = await unlockPrivateKey(input, { passphrase: PASSPHRASE });
      expect(unlocked).toMatchObject({ format: 'pkcs12', encrypted: true, emptyPassphrase: false });
    }
  });

  it('a passphrase that goes beyond ASCII', async () => {
    const bytes = keyBytes('rsa-2048.non-ascii-passphrase.p12');
    expect(fingerprint(await loadPrivateKey(bytes, { passphrase: 'pässwörd' }))).toBe(RSA_2048);
  });

  it('a MAC that is PBMAC1 (RFC 9579)', async () => {
    const bytes = keyBytes('rsa-2048.modern.p12');
    const macAlgorithm = bytes.lastIndexOf(Buffer.from('608648016503040201', 'hex'));
    bytes.write('2a864886f70d01050e', macAlgorithm, 'hex');
    expect(fingerprint(await loadPrivateKey(bytes, { passphrase: PASSPHRASE }))).toBe(RSA_2048);
  });

  it('the empty passphrase, without asking', async () => {
    const askPassphrase = vi.fn(async () => 'never used');
    const bytes = keyBytes('rsa-2048.empty-passphrase.p12');
    const unlocked = await unlockPrivateKey(bytes, { askPassphrase });
    expect(fingerprint(unlocked.key)).toBe(RSA_2048);
    expect(unlocked).toMatchObject({ encrypted: true, emptyPassphrase: true });
    expect(askPassphrase).not.toHaveBeenCalled();
  });

  it.each<[string, Uint8Array]>([
    ['a PKCS#12 file with an unencrypted key', pfx([bag(1, rsa)])],
    ['a newline after it', Buffer.concat([pfx([bag(1, rsa)]), Buffer.from('\n')])],
    ['BER with chunks', pfxInBer(bag(1, rsa))],
    ['the same key twice', pfx([bag(1, rsa)], [bag(1, rsa)])],
    ['certificates beside it', pfx([bag(3, Buffer.of(0x30, 0))], [bag(1, rsa)])],
    ['nested contents', pfx([nest(4)])],
  ])('%s, without asking', async (_name, bytes) => {
    const askPassphrase = vi.fn(async () => 'never used');
    const unlocked = await unlockPrivateKey(bytes, { askPassphrase });
    expect(fingerprint(unlocked.key)).toBe(RSA_2048);
    expect(unlocked).toMatchObject({ encrypted: false, emptyPassphrase: false });
    expect(askPassphrase).not.toHaveBeenCalled();
  });
});

describe.each(['rsa-2048.pkcs8-encrypted.pem', 'rsa-2048.pkcs1-encrypted.pem', 'rsa-2048.modern.p12'])(
  'the passphrase of %s',
  (name) => {
    const bytes = keyBytes(name);

    it('is asked for once', async () => {
      const askPassphrase = vi.fn(async () => PASSPHRASE);
      expect(fingerprint(await loadPrivateKey(bytes, { askPassphrase }))).toBe(RSA_2048);
      expect(askPassphrase).toHaveBeenCalledOnce();
    });

    it('is not asked for when one was given, even a wrong one', async () => {
      const askPassphrase = vi.fn(async () => PASSPHRASE);
      for (const passphrase of ['wrong', '']) {
        const error = await errorOf(() => loadPrivateKey(bytes, { passphrase, askPassphrase }));
        expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY_PASSPHRASE', step: 'config' });
        expect(error.message).toBe('the passphrase does not open the private key');
      }
      expect(askPassphrase).not.toHaveBeenCalled();
    });

    it('is not asked for again after a wrong answer', async () => {
      const askPassphrase = vi.fn(async () => 'wrong');
      const error = await errorOf(() => loadPrivateKey(bytes, { askPassphrase }));
      expect(error.message).toContain('does not open');
      expect(askPassphrase).toHaveBeenCalledOnce();
    });

    it('is missing when nobody can be asked or nothing is answered', async () => {
      for (const options of [{}, { askPassphrase: async () => undefined }]) {
        const error = await errorOf(() => loadPrivateKey(bytes, options));
        expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY_PASSPHRASE', step: 'config' });
        expect(error.message).toBe('the private key is encrypted, and no passphrase was given');
        expect(error.hint).toContain('SGID_PRIVATE_KEY_PASSPHRASE');
      }
    });

    it('is not waited for after an interruption', async () => {
      const interrupted = new Error('interrupted');
      const askPassphrase = (): Promise<string> => Promise.reject(interrupted);
      await expect(loadPrivateKey(bytes, { askPassphrase })).rejects.toBe(interrupted);
    });
  },
);

describe('a PKCS#12 file is refused', () => {
  it.each<[string, Buffer, string, string]>([
    ['with two different keys', pfx([bag(1, rsa), bag(1, ec)]), 'ERR_PRIVATE_KEY', 'more than one'],
    ['with two in two parts', pfx([bag(1, rsa)], [bag(1, ec)]), 'ERR_PRIVATE_KEY', 'more than one'],
    ['without a key', pfx([bag(3, Buffer.of(0x30, 0))]), 'ERR_PRIVATE_KEY', 'holds no private key'],
    ['without anything', pfx(), 'ERR_PRIVATE_KEY', 'holds no private key'],
    ['encrypted as a whole', sealedPfx(), 'ERR_PRIVATE_KEY', 'holds no private key'],
    ['nested too deeply', pfx([nest(5)]), 'ERR_PRIVATE_KEY', 'holds no private key'],
    ['that is hollow', Buffer.from('3003020103', 'hex'), 'ERR_PRIVATE_KEY', 'holds no private key'],
    ['with empty parts', Buffer.from('30050201033000', 'hex'), 'ERR_PRIVATE_KEY', 'holds no private key'],
    ['cut off', pfx([bag(1, rsa)]).subarray(0, 700), 'ERR_PRIVATE_KEY', 'cut off'],
    ['with an empty bag', pfx([bag(1, Buffer.alloc(0))]), 'ERR_PRIVATE_KEY', 'damaged'],
    ['inside another', pfx([bag(1, pfx([bag(1, rsa)]))]), 'ERR_PRIVATE_KEY', 'damaged'],
    ['with a public key for a key', pfx([bag(1, publicDer)]), 'ERR_PRIVATE_KEY', 'public key'],
    ['with an EC key', pfx([bag(1, ec)]), 'ERR_PRIVATE_KEY_TYPE', 'of type EC'],
    ['with a small key', pfx([bag(1, pkcs8('rsa-1024.pem'))]), 'ERR_PRIVATE_KEY_SIZE', '1024 bits'],
  ])('%s', async (_name, bytes, code, message) => {
    const error = await errorOf(() => loadPrivateKey(bytes));
    expect(error).toMatchObject({ code, step: 'config' });
    expect(error.message).toContain(message);
  });

  it('whose keys have different passphrases', async () => {
    const bags = ['', 'x'].map((passphrase) => bag(2, pkcs8('rsa-2048.pkcs8.pem', passphrase)));
    expect((await errorOf(() => loadPrivateKey(pfx(bags)))).message).toContain('no passphrase was given');
  });

  it('with two different keys under one passphrase', async () => {
    const bags = [bag(2, pkcs8('rsa-2048.pkcs8.pem', 'x')), bag(2, pkcs8('rsa-1024.pem', 'x'))];
    const error = await errorOf(() => loadPrivateKey(pfx(bags), { passphrase: 'x' }));
    expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY' });
    expect(error.message).toContain('more than one');
  });
});
