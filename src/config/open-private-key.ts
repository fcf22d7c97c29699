import type { KeyObject } from 'node:crypto';
import { publicKeyMismatch } from '../keys/key-errors.ts';
import { loadPrivateKey } from '../keys/load-private-key.ts';
import { belongTogether, findPublicKeys } from '../keys/public-key.ts';
import { toPrintable } from '../protocol/printable.ts';
import { type CredentialSource, type FoundValue, findValue } from './credential-source.ts';
import type { Findings } from './findings.ts';
import { namingOrigin } from './name-origin.ts';
import { readKeyInput, readPassphrase, type SecretInputs } from './secret-inputs.ts';

/** What a key is read with. */
export interface KeyInputs extends SecretInputs {
  /** Asks for the passphrase of an encrypted key. Present on a terminal only. */
  askPassphrase?(): Promise<string | undefined>;
}

/**
 * Reads the private key that was found, with the passphrase that goes with it. Notes when a public key came along
 * that is not its own.
 *
 * @throws SgidError `ERR_PRIVATE_KEY*`, `ERR_FILE`, `ERR_SECRET_SOURCE`
 */
export async function openPrivateKey(
  found: FoundValue,
  sources: readonly CredentialSource[],
  from: KeyInputs,
  findings: Findings,
): Promise<KeyObject> {
  const input = await readKeyInput(found, from, findings);
  // The passphrase of a profile is that of its own key.
  const places = sources.filter(({ kind }) => kind !== 'profile' || found.kind === 'profile');
  const passphrase = findValue(places, ['passphrase'], findings);
  const askPassphrase = async (): Promise<string | undefined> => {
    const answer = passphrase ? await readPassphrase(passphrase, findings) : await from.askPassphrase?.();
    if (answer) findings.secrets.add(answer);
    return answer;
  };
  const key = await namingOrigin(found.origin, () =>
    loadPrivateKey(
      input,
      passphrase && !passphrase.fetch ? { passphrase: passphrase.text } : { askPassphrase },
    ),
  );
  for (const { publicKey } of sources) {
    const publicKeys = findPublicKeys(publicKey?.text ?? '');
    if (publicKey === undefined || publicKeys.length === 0 || belongTogether(key, publicKeys)) continue;
    findings.notices.add(publicKeyMismatch(toPrintable(publicKey.origin)).message);
  }
  return key;
}
