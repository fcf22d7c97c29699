import type { KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { notAPrivateKey } from './key-errors.ts';
import type { KeyFormat } from './key-format.ts';
import { findKey, findKeyInDer, type KeyContainer, MAXIMUM_COST } from './key-source.ts';
import { decryptKey, openKey } from './private-key.ts';

/** How an encrypted key's passphrase is come by. */
export interface PassphraseOptions {
  readonly passphrase?: string | undefined;
  /** Called at most once, and only for an encrypted key that came without a passphrase. */
  readonly askPassphrase?: (() => Promise<string | undefined>) | undefined;
}

/** A private key that was read, and the form that it came in. */
export interface OpenedKey {
  readonly key: KeyObject;
  readonly format: KeyFormat;
  readonly encrypted: boolean;
  /** It is encrypted with the empty passphrase, which keeps nobody out. */
  readonly emptyPassphrase: boolean;
}

/**
 * Reads a private key in any of the forms that `loadPrivateKey` takes; judges neither its type nor its size.
 *
 * @throws SgidError `ERR_PRIVATE_KEY`, `ERR_PRIVATE_KEY_TYPE`, `ERR_PRIVATE_KEY_PASSPHRASE`; or whatever
 *   `askPassphrase` rejects with.
 */
export async function openPrivateKey(
  input: string | Uint8Array,
  options: PassphraseOptions = {},
): Promise<OpenedKey> {
  const source = findKey(input);
  const containers = source.kind === 'pkcs12' ? await containersIn(source.der) : [source];
  const encrypted = containers.some(({ kind }) => kind === 'encrypted');
  const passphrase = options.passphrase ?? (await obtainPassphrase(containers, options.askPassphrase));
  return {
    key: onlyKey(containers.map((container) => openKey(container, passphrase))),
    format: source.format,
    encrypted,
    emptyPassphrase: encrypted && passphrase === '',
  };
}

async function containersIn(pkcs12: Buffer): Promise<KeyContainer[]> {
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
  ask: PassphraseOptions['askPassphrase'],
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

const DATA = '1.2.840.113549.1.7.1';
const KEY_BAG = '1.2.840.113549.1.12.10.1.1';
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const SAFE_CONTENTS_BAG = '1.2.840.113549.1.12.10.1.6';
/** Nested SafeContents beyond this depth are not followed. */
const MAXIMUM_DEPTH = 4;

/**
 * Lists the private keys in a PKCS#12 file (RFC 7292, DER or BER): each as a PKCS#8 structure in DER, plain
 * or encrypted, for `node:crypto` to open. Returns undefined when the bytes are no such file.
 *
 * node-forge only takes the file apart here. Its own decryption fails on passphrases outside ASCII under
 * PBES2, and on MACs of the PBMAC1 kind; the MAC is not needed to read a key, and certificates are left alone.
 */
export function listPkcs12Keys(der: Buffer): Buffer[] | undefined {
  try {
    const [, authSafe] = membersOf(parse(der.toString('latin1')));
    const safes = membersOf(parse(contentOf(authSafe)));
    return safes.filter((safe) => oidOf(safe) === DATA).flatMap((safe) => keysIn(parse(contentOf(safe)), 0));
  } catch {
    return undefined;
  }
}

/** The keys among the SafeBags of one SafeContents. */
function keysIn(safeContents: forge.asn1.Asn1, depth: number): Buffer[] {
  return membersOf(safeContents).flatMap((bag) => {
    const value = firstMember(membersOf(bag)[1]);
    switch (oidOf(bag)) {
      case KEY_BAG:
      case SHROUDED_KEY_BAG:
        return [Buffer.from(forge.asn1.toDer(value).getBytes(), 'latin1')];
      case SAFE_CONTENTS_BAG:
        return depth < MAXIMUM_DEPTH ? keysIn(value, depth + 1) : [];
      default:
        return [];
    }
  });
}

/** Bytes are strings in node-forge, one character each. Not strict, because BER is as common as DER here. */
function parse(bytes: string): forge.asn1.Asn1 {
  return forge.asn1.fromDer(bytes, false);
}

function membersOf(element: forge.asn1.Asn1 | undefined): readonly forge.asn1.Asn1[] {
  if (!Array.isArray(element?.value)) throw new TypeError('expected a constructed ASN.1 element');
  return element.value;
}

function firstMember(element: forge.asn1.Asn1 | undefined): forge.asn1.Asn1 {
  const [first] = membersOf(element);
  if (first === undefined) throw new TypeError('expected an ASN.1 element with members');
  return first;
}

/** The object identifier that a ContentInfo or a SafeBag begins with. */
function oidOf(element: forge.asn1.Asn1): string {
  return forge.asn1.derToOid(octetsOf(firstMember(element)));
}

/** What a ContentInfo of type Data holds: the octets under its [0]. */
function contentOf(contentInfo: forge.asn1.Asn1 | undefined): string {
  return octetsOf(firstMember(membersOf(contentInfo)[1]));
}

/** In BER an octet string may come in chunks. */
function octetsOf(element: forge.asn1.Asn1): string {
  return typeof element.value === 'string' ? element.value : element.value.map(octetsOf).join('');
}
