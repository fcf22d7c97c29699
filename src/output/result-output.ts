import { SgidError, usageError } from '../errors/sgid-error.ts';
import { readScope } from '../sgid/scopes.ts';
import type { EncryptedUserinfo } from '../sgid/userinfo.ts';
import { errorCode } from '../system/node-error.ts';
import type { FileAccess } from '../system/output-file.ts';
import type { Platform } from '../system/platform.ts';
import type { OutputStreams } from '../system/terminal.ts';
import { fullDiskReason, outputError } from '../text/file-errors.ts';

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

/** The file of `--save-canary`. It gets the `key` of a userinfo reply, a compact JWE, and nothing else. */
export interface CanaryOutput {
  /** Takes note of a reply. */
  readonly see: (reply: EncryptedUserinfo) => void;
  /**
   * Writes the file, once the reply was decrypted.
   *
   * @throws SgidError `ERR_OUTPUT`; `ERR_JWE_KEY_MISSING` when no reply had a key.
   */
  save(): Promise<void>;
  /** Takes away what was prepared; does nothing after `save`. */
  discard(): Promise<void>;
}

/**
 * Opens the file before anything else is done, so that a login is not lost to a folder that is not there.
 *
 * @param path Where no canary is asked for, `undefined`.
 * @throws SgidError `ERR_OUTPUT`
 */
export async function openCanaryOutput(path: string | undefined, platform: Platform): Promise<CanaryOutput> {
  if (path === undefined) return { see: () => {}, save: async () => {}, discard: async () => {} };
  const output = await openResultOutput(path, platform);
  let key: string | undefined;
  return {
    see: ({ encrypted }) => {
      key = encrypted?.key;
    },
    async save() {
      if (key === undefined) throw noKey();
      await output.commit(`${key}\n`);
    },
    discard: () => output.discard(),
  };
}

/**
 * Refuses a login that can bring no canary.
 *
 * @throws SgidError `ERR_USAGE`
 */
export function requireDataScope(scope: string): void {
  if (readScope(scope).scopes.length > 1) return;
  throw usageError(
    `--save-canary needs a scope with data: "${scope}" comes without a key`,
    'Ask for one, for example --scope "openid myinfo.name".',
  );
}

function noKey(): SgidError {
  return new SgidError('ERR_JWE_KEY_MISSING', 'no canary was saved: the userinfo reply has no key', {
    step: 'output',
    causes: ['only "openid" was asked for, which comes without data and so without a key'],
    hint: 'Log in with a scope that has data, for example "openid myinfo.name".',
  });
}
