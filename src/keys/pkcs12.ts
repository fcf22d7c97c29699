// In a file of its own, because node-forge is slow to load.
import { createHmac, hash, type KeyObject, randomBytes } from 'node:crypto';
import forge from 'node-forge';
import { attempt } from '../text/guards.ts';

const { asn1 } = forge;

const DATA = '1.2.840.113549.1.7.1';
const KEY_BAG = '1.2.840.113549.1.12.10.1.1';
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const SAFE_CONTENTS_BAG = '1.2.840.113549.1.12.10.1.6';
const SHA256 = '2.16.840.1.101.3.4.2.1';
/** What is nested deeper in Data or SafeContents is not looked at; a key is in the second Data. */
const MAXIMUM_DEPTH = 6;

/** Bytes are strings in node-forge, one character each. */
type Element = forge.asn1.Asn1;

/**
 * The private keys in a PKCS#12 file (RFC 7292), each as PKCS#8 in DER, plain or encrypted, for `node:crypto` to open.
 * node-forge only takes the file apart here. Its own decryption fails on passphrases outside ASCII under
 * PBES2, and on MACs of the PBMAC1 kind; the MAC is not needed to read a key, and certificates are left alone.
 */
export function listPkcs12Keys(der: Buffer): Buffer[] | undefined {
  return attempt(() => keysIn(asn1.fromDer(der.toString('latin1')), 0));
}

/** A ContentInfo and a SafeBag have the same form: a type, and the content under [0]. Other elements are searched. */
function keysIn(element: Element, depth: number): Buffer[] {
  if (depth > MAXIMUM_DEPTH || typeof element.value === 'string') return [];
  const [name, tagged] = element.value;
  if (name?.type !== asn1.Type.OID) return element.value.flatMap((member) => keysIn(member, depth));
  switch (asn1.derToOid(octetsOf(name))) {
    case DATA:
      return keysIn(asn1.fromDer(octetsOf(contentOf(tagged))), depth + 1);
    case SAFE_CONTENTS_BAG:
      return keysIn(contentOf(tagged), depth + 1);
    case KEY_BAG:
    case SHROUDED_KEY_BAG:
      return [encode(contentOf(tagged))];
    default:
      return [];
  }
}

function contentOf(tagged: Element | undefined): Element {
  const [content] = Array.isArray(tagged?.value) ? tagged.value : [];
  if (content === undefined) throw new TypeError('expected an element under a tag');
  return content;
}

/** In BER an octet string may come in chunks. */
function octetsOf({ value }: Element): string {
  return typeof value === 'string' ? value : value.map(octetsOf).join('');
}

function encode(element: Element): Buffer {
  return Buffer.from(asn1.toDer(element).getBytes(), 'latin1');
}

/** Rounds of key derivation, as `KeyObject.export` has it. */
const ROUNDS = 2048;

/**
 * Puts a private key into a PKCS#12 file (RFC 7292), encrypted by OpenSSL and with an HMAC-SHA256 over it: nothing
 * that needs the legacy algorithms of OpenSSL 3. It holds no certificate; openssl and keytool are content without.
 * node-forge's own writer has SHA-1 for the HMAC, and takes no passphrase outside ASCII.
 */
export function createPkcs12(key: KeyObject, passphrase: string): Buffer {
  const encrypted = key.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase });
  const bag = sequence(oid(SHROUDED_KEY_BAG), explicit(asn1.fromDer(encrypted.toString('latin1'))));
  const safe = encode(sequence(data(encode(sequence(bag)))));
  const salt = randomBytes(16);
  const mac = createHmac('sha256', deriveMacKey(passphrase, salt)).update(safe).digest();
  const macAlgorithm = sequence(oid(SHA256), primitive(asn1.Type.NULL, ''));
  const macData = sequence(sequence(macAlgorithm, octets(mac)), octets(salt), integer(ROUNDS));
  return encode(sequence(integer(3), data(safe), macData));
}

/**
 * RFC 7292 appendix B.2 with SHA-256, for as many bytes as one digest has. The passphrase is a BMPString: UTF-16, the
 * high byte first, and a zero at the end.
 */
function deriveMacKey(passphrase: string, salt: Buffer): Buffer {
  const block = 64;
  const forMac = 3;
  const fill = (bytes: Buffer): Buffer => Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes);
  const password = Buffer.from(`${passphrase}\0`, 'utf16le').swap16();
  let digest = Buffer.concat([Buffer.alloc(block, forMac), fill(salt), fill(password)]);
  for (let round = 0; round < ROUNDS; round += 1) digest = hash('sha256', digest, 'buffer');
  return digest;
}

function primitive(type: forge.asn1.Type, bytes: string): Element {
  return asn1.create(asn1.Class.UNIVERSAL, type, false, bytes);
}

function sequence(...members: Element[]): Element {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, members);
}

function explicit(value: Element): Element {
  return asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0 as forge.asn1.Type, true, [value]);
}

function octets(bytes: Buffer): Element {
  return primitive(asn1.Type.OCTETSTRING, bytes.toString('latin1'));
}

function oid(name: string): Element {
  return primitive(asn1.Type.OID, asn1.oidToDer(name).getBytes());
}

function integer(value: number): Element {
  return primitive(asn1.Type.INTEGER, asn1.integerToDer(value).getBytes());
}

/** A ContentInfo of the type Data (RFC 5652 section 4). */
function data(content: Buffer): Element {
  return sequence(oid(DATA), explicit(octets(content)));
}
