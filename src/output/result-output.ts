import { SgidError } from '../errors/sgid-error.ts';
import { describeCode, errorCode } from '../system/node-error.ts';
import { type FileAccess, isOpenDescriptor, type OutputFile } from '../system/output-file.ts';
import type { Platform } from '../system/platform.ts';
import type { OutputStreams } from '../system/terminal.ts';
import { fileError, outputError } from '../text/file-errors.ts';
import { machineFault } from '../text/machine-fault.ts';
import { holdsCommand } from '../text/printable.ts';

/** Set by GitHub Actions, Azure Pipelines and TeamCity, which obey commands in a log. */
const CI_VARIABLES = ['GITHUB_ACTIONS', 'TF_BUILD', 'TEAMCITY_VERSION'];

/**
 * Opens the output of a result as {@link openOutput} does. A result holds what others wrote, so one with a command to
 * a CI system is kept out of its log.
 */
export async function openResultOutput(
  path: string | undefined,
  platform: Platform,
  ...how: readonly [access?: FileAccess, replace?: boolean]
): Promise<OutputFile> {
  const output = await openOutput(path, platform, ...how);
  if (
    !CI_VARIABLES.some((name) => platform.env[name]) ||
    (!isStandardOutput(path) && !isOpenDescriptor(path))
  )
    return output;
  const commit: OutputFile['commit'] = async (content) => {
    if (typeof content === 'string' && holdsCommand(content)) {
      const message = 'a claim holds a command to the CI system, which its log must not show';
      const hint = 'Write the result to a file with --out, or print it as JSON.';
      throw new SgidError('ERR_OUTPUT', message, { hint });
    }
    await output.commit(content);
  };
  return { ...output, commit };
}

/**
 * Opens an output before anything else is done, so that a login is not lost to a folder that is not there.
 *
 * @param path A file, or standard output when `undefined` or `-`.
 * @param replace Whether a file may be replaced that somebody else makes meanwhile.
 * @throws SgidError `ERR_OUTPUT`; so does `commit`.
 */
export async function openOutput(
  path: string | undefined,
  platform: Platform,
  access: FileAccess = 'private',
  replace = true,
): Promise<OutputFile> {
  if (isStandardOutput(path)) {
    const commit: OutputFile['commit'] = (content) => writeStandardOutput(content, platform.terminal);
    return { commit, [Symbol.asyncDispose]: async () => {} };
  }
  const refuse = (error: unknown): never => {
    throw error instanceof SgidError ? error : outputError(error, path);
  };
  const file = await platform.files.prepareOutput(path, access, replace).catch(refuse);
  return { ...file, commit: (content) => file.commit(content).catch(refuse) };
}

/**
 * What an output would replace; `undefined` where nothing is, and empty for a stream, which is only added to. What cannot
 * be read may be precious.
 *
 * @throws SgidError `ERR_FILE`.
 */
export async function readReplaced(path: string, { files }: Platform): Promise<Uint8Array | undefined> {
  if (isOpenDescriptor(path)) return new Uint8Array();
  try {
    return await files.readReplaced(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    if (errorCode(error) === 'EFTYPE') return new Uint8Array();
    throw fileError(error, 'the output file', path);
  }
}

function isStandardOutput(path: string | undefined): path is '-' | undefined {
  return path === undefined || path === '-';
}

/** @throws SgidError `ERR_OUTPUT` when it cannot be written, as on a full disk. */
export async function writeStandardOutput(
  content: string | Uint8Array,
  streams: OutputStreams,
): Promise<void> {
  try {
    await streams.writeOut(content);
  } catch (cause) {
    const code = describeCode(cause);
    const { reason, hint } = machineFault(cause) ?? { reason: code, hint: 'Send the output elsewhere.' };
    const message = `standard output was not written: ${reason}`;
    throw new SgidError('ERR_OUTPUT', message, { hint, cause });
  }
}
