import { isSea } from 'node:sea';
import type { AsyncEntry } from '@napi-rs/keyring';
import { errorCode, withCode } from './node-error.ts';

/**
 * The system's store of secrets: Keychain, Credential Manager or Secret Service. Its methods reject with the code
 * `ENOKEYRING` where there is none, and with the store's own error when it refuses.
 */
export interface Keyring {
  /** The secret of an account, as UTF-8; `undefined` when there is none. */
  read(account: string): Promise<string | undefined>;
  write(account: string, secret: string): Promise<void>;
  /** Whether there was one. */
  remove(account: string): Promise<boolean>;
}

/** The name under which the keyring keeps everything of this program. */
export const KEYRING_SERVICE = 'sgid';

/** @param load Gives the library that reaches it, an optional dependency. */
export function createKeyring(
  load: () => Promise<Pick<typeof import('@napi-rs/keyring'), 'AsyncEntry'>>,
): Keyring {
  const open = async (account: string): Promise<AsyncEntry> => {
    try {
      const { AsyncEntry } = await load();
      // Without this, Linux may fall back to the kernel's keyring, which forgets everything when it restarts.
      return new AsyncEntry(KEYRING_SERVICE, account, { linux: { store: 'secret-service' } });
    } catch (error) {
      throw withCode(describe(error), 'ENOKEYRING');
    }
  };
  return {
    read: async (account) => {
      const secret = await (await open(account)).getSecret();
      return secret === null ? undefined : Buffer.from(secret).toString();
    },
    // As bytes: Windows counts two for each character of a password, and a key would be too long for it.
    write: async (account, secret) => (await open(account)).setSecret(Buffer.from(secret)),
    remove: async (account) => (await open(account)).deleteCredential(),
  };
}

export const systemKeyring: Keyring = createKeyring(() => import('@napi-rs/keyring'));

/** Of import(), of require(), and of require() in a single binary, which has Node's own modules only. */
const MISSING_LIBRARY = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_UNKNOWN_BUILTIN_MODULE'];

function describe(error: unknown): string {
  if (!MISSING_LIBRARY.includes(errorCode(error) ?? '')) {
    return error instanceof Error ? error.message : String(error);
  }
  return isSea()
    ? 'the single binary of sgid has no access to keyrings; the npm package has it'
    : 'the package @napi-rs/keyring is not installed';
}
