/** Enough DER to put PKCS#12 files together that `openssl pkcs12 -export` does not make. */

const DATA = '06092a864886f70d010701';
const ENCRYPTED_DATA = '06092a864886f70d010706';
const BAG = '060b2a864886f70d010c0a01';

/** One DER element. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}

/** A KeyBag (1), ShroudedKeyBag (2), CertBag (3) or SafeContentsBag (6) around its value. */
export function bag(kind: 1 | 2 | 3 | 6, value: Uint8Array): Buffer {
  return element(0x30, Buffer.from(`${BAG}0${kind}`, 'hex'), element(0xa0, value));
}

/** A SEQUENCE of SafeBags. */
export function safeContents(...bags: readonly Uint8Array[]): Buffer {
  return element(0x30, ...bags);
}

/** A PKCS#12 file without MAC, one plain ContentInfo for each list of bags. */
export function pfx(...safes: readonly (readonly Uint8Array[])[]): Buffer {
  const infos = safes.map((bags) => data(safeContents(...bags)));
  return element(0x30, Buffer.of(2, 1, 3), data(element(0x30, ...infos)));
}

/** The same in BER: indefinite lengths, and the octets in two chunks. */
export function pfxInBer(...bags: readonly Uint8Array[]): Buffer {
  const octets = element(0x30, data(safeContents(...bags)));
  const chunks = [element(0x04, octets.subarray(0, 100)), element(0x04, octets.subarray(100))];
  const content = indefinite(0xa0, indefinite(0x24, ...chunks));
  return indefinite(0x30, Buffer.of(2, 1, 3), indefinite(0x30, Buffer.from(DATA, 'hex'), content));
}

/** A PKCS#12 file whose only part is encrypted as a whole. */
export function sealedPfx(): Buffer {
  const sealed = element(0x30, Buffer.from(ENCRYPTED_DATA, 'hex'), element(0xa0, element(0x30)));
  return element(0x30, Buffer.of(2, 1, 3), data(element(0x30, sealed)));
}

function data(octets: Uint8Array): Buffer {
  return element(0x30, Buffer.from(DATA, 'hex'), element(0xa0, element(0x04, octets)));
}

function indefinite(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.of(tag, 0x80), ...contents, Buffer.of(0, 0)]);
}
