// Apart, because it is the one part of reading a key that loads node-forge.
import forge from 'node-forge';

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
