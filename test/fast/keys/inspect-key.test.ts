import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { inspectKey } from '../../../src/keys/inspect-key.ts';
import { unlockPrivateKey } from '../../../src/keys/private-key.ts';
import { keyBytes, keyText, PASSPHRASE } from './key-fixtures.ts';

const pem = keyText('rsa-2048.pkcs8.pem');
const jwk = keyText('rsa-2048.jwk.json');
const escaped = pem.trim().replaceAll('\n', '\\n');
const own = createPublicKey(keyText('public.pem'));
const other = createPublicKey(keyText('rsa-1024.pem'));

async function inspect(input: string | Uint8Array, claims: Parameters<typeof inspectKey>[2] = []) {
  return inspectKey(input, await unlockPrivateKey(input, { passphrase: PASSPHRASE }), claims);
}

function idsOf({ report }: ReturnType<typeof inspectKey>): readonly string[] {
  return report.problems.map(({ id }) => id);
}

describe('the report of a key', () => {
  it('names an exponent that is not the usual one', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
    const inspection = await inspect(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    expect(inspection.report['publicExponent']).toBe(3);
    expect(idsOf(inspection)).toEqual(['unusual-exponent']);
    expect(inspection.fault).toBeUndefined();
  });

  describe('with a giant exponent', () => {
    const withExponent = (bytes: number): string => {
      const jwk = createPrivateKey(keyText('rsa-1024.pem')).export({ format: 'jwk' });
      return JSON.stringify({ ...jwk, e: Buffer.alloc(bytes, 0xa5).toString('base64url') });
    };

    it('spells it in hex', async () => {
      const { report } = await inspect(withExponent(2048));
      expect(report['publicExponent']).toBe(`0x${'a5'.repeat(2048)}`);
    });

    // Node 20 and 22 would take minutes to read it.
    it.each([2049, 700_000])('refuses one of %d bytes in a JWK', async (bytes) => {
      await expect(inspect(withExponent(bytes))).rejects.toThrow('larger than one of 16384 bits');
    });

    it('does not keep the next key from being read', async () => {
      const jwk = JSON.parse(withExponent(3000));
      const giant = createPrivateKey({ key: jwk, format: 'jwk' }).export({ type: 'pkcs1', format: 'pem' });
      await inspect(giant.toString());
      const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
      const locked = createPrivateKey(pem).export(options).toString();
      await inspect(giant.toString());
      expect((await unlockPrivateKey(locked, { passphrase: 'x' })).encrypted).toBe(true);
    });
  });

  it('names the empty passphrase', async () => {
    const input = keyBytes('rsa-2048.empty-passphrase.p12');
    const inspection = inspectKey(input, await unlockPrivateKey(input, {}), []);
    expect(inspection.report).toMatchObject({ format: 'pkcs12', encrypted: true });
    expect(idsOf(inspection)).toEqual(['empty-passphrase']);
  });

  it.each<[string, string | Uint8Array, readonly string[]]>([
    ['nothing around PEM', pem, []],
    ['nothing around DER', keyBytes('rsa-2048.pkcs8.der'), []],
    ['nothing around a JWK', jwk, []],
    ['CRLF, which openssl reads', pem.replaceAll('\n', '\r\n'), []],
    ['attributes, which openssl reads', `Bag Attributes\n    friendlyName: a\\nb\n${pem}`, []],
    ['escaped line breaks', escaped, ['escaped']],
    ['line breaks escaped twice', escaped.replaceAll('\\n', '\\\\n'), ['escaped']],
    ['a JWK that was escaped', jwk.replaceAll('"', '\\"'), ['escaped']],
    ['quotes', `'${pem}'`, ['quoted']],
    ['all at once', `\uFEFF"${escaped}"`, ['byte-order-mark', 'quoted', 'escaped']],
    ['a byte order mark in bytes', Buffer.from(`\uFEFF${pem}`), ['byte-order-mark']],
    ['UTF-16', Buffer.from(`\uFEFF${pem}`, 'utf16le'), ['byte-order-mark']],
    ['base64 of DER', keyBytes('rsa-2048.pkcs8.der').toString('base64'), ['base64']],
    ['base64 of a JWK, quoted', `"${Buffer.from(jwk).toString('base64')}"`, ['quoted', 'base64']],
  ])('names what is around the key: %s', async (_name, input, wrappings) => {
    const inspection = await inspect(input);
    expect(idsOf(inspection)).toEqual(wrappings);
    for (const { hint } of inspection.report.problems) expect(hint).toContain('sgid key convert --to pkcs8');
  });
});

describe('a public key', () => {
  it('must match in every place that has one', async () => {
    const claims = [
      { origin: 'one', keys: [own] },
      { origin: 'two', keys: [other] },
      { origin: 'none', keys: [] },
    ];
    const inspection = await inspect(pem, claims);
    expect(inspection.report['matchesPublicKey']).toBe(false);
    expect(inspection.report.problems).toHaveLength(1);
    expect(inspection.fault?.message).toContain('of two');
  });

  it('is not spoken of where there is none', async () => {
    const { report } = await inspect(pem, [{ origin: 'none', keys: [] }]);
    expect('matchesPublicKey' in report).toBe(false);
  });
});
