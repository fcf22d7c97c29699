import { withCode } from './node-error.ts';

/** No file that this program reads has a reason to be larger: 1 MiB. */
export const MAX_FILE_BYTES: number = 1024 * 1024;

/** The error for an input of more than {@link MAX_FILE_BYTES}. */
export function tooLarge(path: string): Error {
  return withCode(`EFBIG: file too large, read '${path}'`, 'EFBIG');
}

/**
 * Collects what comes out of a stream, to its end.
 *
 * @param name Of the stream, for the error over {@link MAX_FILE_BYTES}, `EFBIG`.
 */
export async function collectInput(stream: AsyncIterable<Uint8Array>, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MAX_FILE_BYTES) throw tooLarge(name);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
