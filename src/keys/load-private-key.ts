import type { KeyObject } from 'node:crypto';
import { notAPrivateKey } from './key-errors.ts';
import { findKey, findKeyInDer, type KeyContainer, MAXIMUM_COST } from './key-source.ts';
import { decryptKey, openKey, requireSoundKey } from './private-key.ts';

/** How `loadPrivateKey` comes by the passphrase of an encrypted key. */
export interface LoadPrivateKeyOptions {
  readonly passphrase?: string | undefined;
  /** Called at most once, and only for an encrypted key that came without a passphrase. */
  readonly askPassphrase?: (() => Promise<string | undefined>) | undefined;
}

/**
 * Reads an RSA private key of 2048 bits or more, and proves with one RSA-OAEP round trip that it is sound.
 *
 * A text may hold PEM (PKCS#1, PKCS#8, or either of them encrypted), a JWK, a JWKS with one private RSA key, or
 * the base64 of any of these, of DER or of PKCS#12 (RFC 7292); bytes may hold the same, or DER or PKCS#12 as
 * they are. A PKCS#12 file must hold exactly one private key; copies of the same key count as one. Quotes,
 * escaped newlines, CRLF, a byte order mark and text around the PEM do no harm. For an encrypted key that came
 * without a passphrase the empty one, common in PKCS#12, is tried before `askPassphrase` is called.
 *
 * @throws SgidError `ERR_PRIVATE_KEY`, `ERR_PRIVATE_KEY_TYPE`, `ERR_PRIVATE_KEY_SIZE`,
 *   `ERR_PRIVATE_KEY_PASSPHRASE`; or whatever `askPassphrase` rejects with.
 */
export async function loadPrivateKey(
  input: string | Uint8Array,
  options: LoadPrivateKeyOptions = {},
): Promise<KeyObject> {
  const source = findKey(input);
  const containers = source.kind === 'pkcs12' ? await containersIn(source.der) : [source];
  const passphrase = options.passphrase ?? (await obtainPassphrase(containers, options.askPassphrase));
  return requireSoundKey(onlyKey(containers.map((container) => openKey(container, passphrase))));
}

async function containersIn(pkcs12: Buffer): Promise<KeyContainer[]> {
  const { listPkcs12Keys } = await import('./pkcs12.ts');
  const keys = listPkcs12Keys(pkcs12);
  if (keys === undefined) throw notAPrivateKey('damaged');
  const containers = keys.map((der) => {
    const found = findKeyInDer(der);
    if (typeof found === 'string') throw notAPrivateKey(found);
    if (found.kind === 'pkcs12') throw notAPrivateKey('damaged');
    return found;
  });
  const costs = containers.map((container) => (container.kind === 'encrypted' ? container.cost : 0));
  if (costs.reduce((sum, cost) => sum + cost, 0) > MAXIMUM_COST) throw notAPrivateKey('costly-encryption');
  return containers;
}

async function obtainPassphrase(
  containers: readonly KeyContainer[],
  ask: LoadPrivateKeyOptions['askPassphrase'],
): Promise<string | undefined> {
  const locked = containers.filter((container) => container.kind === 'encrypted');
  if (locked.length === 0) return undefined;
  if (locked.every((container) => decryptKey(container, '') !== undefined)) return '';
  return ask?.();
}

/**
 * Compares the exported keys, because `KeyObject.equals` leaves an error behind in OpenSSL's queue when the
 * types differ, and the next key that Node.js loads then fails with it.
 */
function onlyKey(keys: readonly KeyObject[]): KeyObject {
  const [only, ...others] = keys;
  if (only === undefined) throw notAPrivateKey('pkcs12-without-key');
  const der = exportDer(only);
  if (!others.every((other) => exportDer(other).equals(der))) throw notAPrivateKey('several-keys');
  return only;
}

function exportDer(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'pkcs8' });
}
