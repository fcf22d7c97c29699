import { fullDiskReason } from '../../config/file-errors.ts';
import { errorCode } from '../../platform/node-error.ts';
import type { OutputStreams } from '../../platform/streams.ts';
import { SgidError } from '../../protocol/errors.ts';

/**
 * Writes to standard output. A reader that went away (`| head -1`) is no error.
 *
 * @throws SgidError `ERR_OUTPUT` when it cannot be written, as on a full disk.
 */
export async function writeStandardOutput(
  content: string | Uint8Array,
  streams: OutputStreams,
): Promise<void> {
  try {
    await streams.writeOut(content);
  } catch (cause) {
    const full = fullDiskReason(cause);
    throw new SgidError(
      'ERR_OUTPUT',
      `standard output was not written: ${full ?? errorCode(cause) ?? 'unknown error'}`,
      {
        step: 'output',
        hint: full ? 'Free some space, or send the output elsewhere.' : 'Send the output elsewhere.',
        cause,
      },
    );
  }
}
