import { SgidError } from '../errors/sgid-error.ts';
import {
  describeMixture,
  type FoundCredentials,
  loadFromSources,
  publicKeysOf,
} from '../settings/credentials.ts';
import type { CredentialName } from '../settings/fields.ts';
import type { Inputs } from '../settings/inputs.ts';
import type { Source } from '../settings/sources.ts';

export type Loaded<T> =
  | { readonly ok: true; readonly value: T; readonly origin: string }
  | { readonly ok: false; readonly error: SgidError };

export type TestedCredentials = Awaited<ReturnType<typeof loadTestedCredentials>>;

/**
 * Parses the credentials under test, each by itself, so that a bad one hides no other. Each source was loaded once: it
 * may be a pipe.
 */
export async function loadTestedCredentials(sources: readonly Source[], inputs: Inputs) {
  const notices = new Set<string>();
  let found: FoundCredentials<never>['found'] = {};

  function load<Name extends CredentialName>(
    name: Name,
    beside: readonly CredentialName[] = [],
  ): Promise<Loaded<FoundCredentials<Name>[Name]>> {
    return tryLoad(async () => {
      const own = { ...inputs, notices: new Set(inputs.notices) };
      const request = { needed: [name], optional: beside };
      const values: FoundCredentials<Name> = await loadFromSources(request, sources, own);
      // The check of the scope reports its notices.
      if (name !== 'scope') for (const notice of own.notices) notices.add(notice);
      found = { ...found, ...values.found };
      return { value: values[name], origin: values.found[name]?.origin ?? name };
    });
  }

  const hostname = await load('hostname');
  return {
    hostname,
    clientId: await load('clientId'),
    // An unusable provider has a check of its own, and gets no request.
    clientSecret: await load('clientSecret', hostname.ok ? ['hostname'] : []),
    privateKey: await load('privateKey'),
    redirectUri: await load('redirectUri'),
    scope: await load('scope'),
    /** Those that came along with the private one. */
    publicKeys: publicKeysOf(sources).filter(({ keys }) => keys.length > 0),
    /** Why they may be those of two clients. */
    mixture: describeMixture(found, sources),
    /** Warnings about where the values came from. */
    notices: [...notices],
    /** Used or not. */
    secrets: [...inputs.secrets],
  };
}

/** @throws Whatever `load` rejects with that is not a fault of the configuration. */
export async function tryLoad<T>(
  load: () => Promise<{ readonly value: T; readonly origin: string }>,
): Promise<Loaded<T>> {
  try {
    return { ok: true, ...(await load()) };
  } catch (error) {
    if (error instanceof SgidError && error.step === 'config') return { ok: false, error };
    throw error;
  }
}
