import type { KeyObject } from 'node:crypto';
import { notAPrivateKey } from './key-errors.ts';
import type { KeyFormat } from './key-format.ts';
import { findKey, findKeyInDer, type KeyContainer, MAXIMUM_COST } from './key-source.ts';
import { decryptKey, openKey } from './private-key.ts';

/** How an encrypted key's passphrase is come by. */
export interface PassphraseOptions {
  readonly passphrase?: string | undefined;
  /** Called at most once, and only for an encrypted key that came without a passphrase. */
  readonly askPassphrase?: (() => Promise<string | undefined>) | undefined;
}

/** A private key that was read, and the form that it came in. */
export interface OpenedKey {
  readonly key: KeyObject;
  readonly format: KeyFormat;
  readonly encrypted: boolean;
  /** It is encrypted with the empty passphrase, which keeps nobody out. */
  readonly emptyPassphrase: boolean;
}

/**
 * Reads a private key in any of the forms that `loadPrivateKey` takes; judges neither its type nor its size.
 *
 * @throws SgidError `ERR_PRIVATE_KEY`, `ERR_PRIVATE_KEY_TYPE`, `ERR_PRIVATE_KEY_PASSPHRASE`; or whatever
 *   `askPassphrase` rejects with.
 */
export async function openPrivateKey(
  input: string | Uint8Array,
  options: PassphraseOptions = {},
): Promise<OpenedKey> {
  const source = findKey(input);
  const containers = source.kind === 'pkcs12' ? await containersIn(source.der) : [source];
  const encrypted = containers.some(({ kind }) => kind === 'encrypted');
  const passphrase = options.passphrase ?? (await obtainPassphrase(containers, options.askPassphrase));
  return {
    key: onlyKey(containers.map((container) => openKey(container, passphrase))),
    format: source.format,
    encrypted,
    emptyPassphrase: encrypted && passphrase === '',
  };
}

async function containersIn(pkcs12: Buffer): Promise<KeyContainer[]> {
  const { listPkcs12Keys } = await import('./pkcs12.ts');
  const keys = listPkcs12Keys(pkcs12);
  if (keys === undefined) throw notAPrivateKey('damaged');
  const containers = keys.map((der) => {
    const found = findKeyInDer(der);
    if (typeof found === 'string') throw notAPrivateKey(found);
    if (found.kind === 'pkcs12') throw notAPrivateKey('damaged');
    return found;
  });
  const costs = containers.map((container) => (container.kind === 'encrypted' ? container.cost : 0));
  if (costs.reduce((sum, cost) => sum + cost, 0) > MAXIMUM_COST) throw notAPrivateKey('costly-encryption');
  return containers;
}

async function obtainPassphrase(
  containers: readonly KeyContainer[],
  ask: PassphraseOptions['askPassphrase'],
): Promise<string | undefined> {
  const locked = containers.filter((container) => container.kind === 'encrypted');
  if (locked.length === 0) return undefined;
  if (locked.every((container) => decryptKey(container, '') !== undefined)) return '';
  return ask?.();
}

/**
 * Compares the exported keys, because `KeyObject.equals` leaves an error behind in OpenSSL's queue when the
 * types differ, and the next key that Node.js loads then fails with it.
 */
function onlyKey(keys: readonly KeyObject[]): KeyObject {
  const [only, ...others] = keys;
  if (only === undefined) throw notAPrivateKey('pkcs12-without-key');
  const der = exportDer(only);
  if (!others.every((other) => exportDer(other).equals(der))) throw notAPrivateKey('several-keys');
  return only;
}

function exportDer(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'pkcs8' });
}
