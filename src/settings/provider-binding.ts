import { SgidError } from '../errors/sgid-error.ts';
import { DEFAULT_HOSTNAME } from '../sgid/endpoints.ts';
import { toPrintable } from '../text/printable.ts';
import type { FoundValue, Source } from './sources.ts';

/**
 * Holds a client secret to the provider that it was stored with: both come from the same source, or the
 * provider is the real one, or the command line names it. So a `.env` in some folder cannot send elsewhere a
 * secret that is not its own. A profile's secret, wherever the profile has it from, goes to the profile's
 * provider and no other, the real one included.
 *
 * @throws SgidError `ERR_PROVIDER_BINDING`
 */
export function checkProviderBinding(
  provider: FoundValue,
  clientSecret: FoundValue,
  sources: readonly Source[],
): void {
  if (provider.kind === 'flag' || isSameOwner(provider, clientSecret, sources)) return;
  const hostname = toPrintable(provider.text);
  const confirm = `If the secret is for ${hostname}, pass --hostname ${hostname}`;
  // The current profile is there unasked, beside credentials of its own kind.
  const real = `. If it is for the real sgID, use no profile (sgid profile use --none), or pass --hostname ${DEFAULT_HOSTNAME}`;
  throw new SgidError(
    'ERR_PROVIDER_BINDING',
    `the client secret of ${clientSecret.origin} may not be for ${hostname}, which ${provider.origin} names, so it is not sent there`,
    { hint: provider.kind === 'profile' ? `${confirm}${real}` : confirm },
  );
}

function isSameOwner(provider: FoundValue, { kind, field }: FoundValue, sources: readonly Source[]): boolean {
  if (kind === 'profile') {
    const profile = sources.find((source) => source.kind === 'profile');
    return provider.text === (profile?.values.hostname?.text ?? DEFAULT_HOSTNAME);
  }
  if (provider.text === DEFAULT_HOSTNAME) return true;
  // A file that only names the secret's path does not hold it: a `.env` could name any file of this machine.
  // The environment is the person's own.
  return provider.kind === kind && (field === 'clientSecret' || kind === 'environment');
}

/** The error for sending `what` to a provider that only the `.env` of the current folder names. */
export function unboundProvider({ text, origin }: FoundValue, what: string): SgidError {
  const hostname = toPrintable(text);
  return new SgidError(
    'ERR_PROVIDER_BINDING',
    `the provider ${hostname} comes from ${origin}, but ${what} does not, so it is not sent there`,
    { hint: `To use that provider, pass --hostname ${hostname}` },
  );
}
