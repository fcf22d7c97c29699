import type { Platform } from '../../platform/platform.ts';
import { SgidError, usageError } from '../../protocol/errors.ts';
import { readScope } from '../../protocol/scopes.ts';
import type { EncryptedUserinfo } from '../../protocol/userinfo.ts';
import { openResultOutput } from './result-output.ts';

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
