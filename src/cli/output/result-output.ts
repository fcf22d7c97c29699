import { outputError } from '../../config/file-errors.ts';
import type { FileAccess } from '../../platform/output-file.ts';
import type { Platform } from '../../platform/platform.ts';
import { SgidError } from '../../protocol/errors.ts';
import { writeStandardOutput } from './standard-output.ts';

/** Where the result of a command goes. */
export interface ResultOutput {
  /** Writes the result, whole or not at all. Throws SgidError `ERR_OUTPUT`. */
  commit(content: string | Uint8Array): Promise<void>;
  /** Takes away what was prepared; does nothing after `commit`. */
  discard(): Promise<void>;
}

/**
 * Opens the output before anything else is done, so that a login is not lost to a folder that is not there.
 *
 * @param path A file, or standard output when `undefined` or `-`.
 * @param access Who can read the file; its owner alone when left out.
 * @throws SgidError `ERR_OUTPUT`.
 */
export async function openResultOutput(
  path: string | undefined,
  platform: Platform,
  access: FileAccess = 'private',
): Promise<ResultOutput> {
  if (path === undefined || path === '-')
    return { commit: (content) => writeOut(content, platform), discard: async () => {} };
  const file = await platform.files.prepareOutput(path, access).catch((error: unknown) => {
    throw outputError(error, path);
  });
  return {
    commit: async (content) => {
      await file.commit(content).catch((error: unknown) => {
        throw outputError(error, path);
      });
    },
    discard: () => file.discard(),
  };
}

async function writeOut(content: string | Uint8Array, { terminal, env }: Platform): Promise<void> {
  if (env['GITHUB_ACTIONS'] && typeof content === 'string' && WORKFLOW_COMMAND.test(content)) {
    throw new SgidError(
      'ERR_OUTPUT',
      'a claim holds a command to GitHub Actions, which a log must not show',
      {
        step: 'output',
        hint: 'Write the result to a file with --out, or print it as JSON.',
      },
    );
  }
  await writeStandardOutput(content, terminal);
}

/** What a runner of GitHub Actions obeys: "::" at the start of a line, "##[" anywhere. */
const WORKFLOW_COMMAND = /^[^\S\n]*::|##\[/m;
