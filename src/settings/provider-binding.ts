import { SgidError } from '../errors/sgid-error.ts';
import { DEFAULT_HOSTNAME } from '../sgid/endpoints.ts';
import type { CredentialSource, FoundValue } from './sources.ts';

/**
 * Holds a client secret to the provider that it was stored with: both come from the same source, or the
 * provider is the real one, or the command line names it. So a `.env` in some folder cannot send elsewhere a
 * secret that is not its own. A profile's secret, wherever the profile has it from, goes to the profile's
 * provider and no other, the real one included.
 *
 * @param sources Those that the two were found in.
 * @throws SgidError `ERR_PROVIDER_BINDING`
 */
export function checkProviderBinding(
  provider: FoundValue,
  clientSecret: FoundValue,
  sources: readonly CredentialSource[],
): void {
  if (provider.kind === 'flag' || belongTogether(provider, clientSecret, sources)) return;
  throw new SgidError(
    'ERR_PROVIDER_BINDING',
    `the client secret comes from ${clientSecret.origin}, but the provider ${provider.text} from ${provider.origin}: it is not sent there`,
    { step: 'config', hint: adviseOn(provider) },
  );
}

function adviseOn({ kind, text }: FoundValue): string {
  const confirm = `If that provider is meant, pass --hostname ${text}`;
  // The current profile is there unasked, beside credentials of its own kind.
  return kind === 'profile'
    ? `If the real sgID is meant, pass --hostname ${DEFAULT_HOSTNAME}, or use no profile: sgid profile use --none. ${confirm}`
    : confirm;
}

function belongTogether(
  provider: FoundValue,
  clientSecret: FoundValue,
  sources: readonly CredentialSource[],
): boolean {
  if (clientSecret.kind === 'profile') {
    const profile = sources.find(({ kind }) => kind === 'profile');
    return provider.text === (profile?.values.hostname?.text ?? DEFAULT_HOSTNAME);
  }
  return (
    provider.text === DEFAULT_HOSTNAME || (provider.kind === clientSecret.kind && isStoredWith(clientSecret))
  );
}

/**
 * A file that only names the secret's path does not hold it: a `.env` could name any file of this machine.
 * The environment is the person's own.
 */
function isStoredWith(clientSecret: FoundValue): boolean {
  return clientSecret.field === 'clientSecret' || clientSecret.kind === 'environment';
}

/**
 * Runs `read` on a value and, when it refuses it, says where the value came from: the error's message then
 * begins with `origin`.
 */
export async function namingOrigin<T>(origin: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof SgidError) || error.message.startsWith(`${origin}:`)) throw error;
    throw new SgidError(error.code, `${origin}: ${error.message}`, {
      step: error.step,
      causes: error.causes,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.cause === undefined ? {} : { cause: error.cause }),
    });
  }
}
