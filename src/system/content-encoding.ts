import { errorCode, withCode } from './node-error.ts';

/**
 * Undoes a content encoding (RFC 9110 section 8.4.1). None is asked for, but a proxy that inspects replies may add one.
 *
 * @throws Error with the code `ERR_RESPONSE_TOO_LARGE`, or `ERR_RESPONSE_ENCODING` and the `encoding`.
 */
export async function decodeContent(
  bytes: Uint8Array,
  header: string,
  maxBytes: number,
): Promise<Uint8Array> {
  // A proxy may leave the header without the encoding, or the encoding without the header.
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const encoding = isGzip ? 'gzip' : header.trim().toLowerCase();
  if (bytes.length === 0 || (!isGzip && ['', 'identity', 'gzip', 'x-gzip'].includes(encoding))) return bytes;
  const { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } = await import('node:zlib');
  // "deflate" is the zlib format, which many leave out (RFC 9110 section 8.4.1.2).
  const isZlib = ((bytes[0] ?? 0) & 0x0f) === 8;
  const decoders = new Map([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['deflate', isZlib ? inflateSync : inflateRawSync],
  ]);
  try {
    const decoded = decoders.get(encoding)?.(bytes, { maxOutputLength: maxBytes });
    if (decoded !== undefined) return decoded;
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE')
      throw withCode('the answer is too large', 'ERR_RESPONSE_TOO_LARGE');
  }
  throw Object.assign(withCode('not decoded', 'ERR_RESPONSE_ENCODING'), { encoding });
}
