import type { KeyObject } from 'node:crypto';
import { readHostname } from '../protocol/endpoints.ts';
import { readScope, SCOPES } from '../protocol/scopes.ts';
import type { CredentialSource } from './credential-source.ts';
import type { FoundSettings } from './find-settings.ts';
import type { Findings } from './findings.ts';
import { namingOrigin } from './name-origin.ts';
import { nearestName } from './nearest-name.ts';
import type { KeyInputs } from './open-private-key.ts';
import { checkProviderBinding } from './provider-binding.ts';
import { readRedirectUri } from './redirect-uri.ts';
import { readClientSecret } from './secret-inputs.ts';
import type { SettingValues } from './setting-values.ts';

/**
 * Judges the settings that were found, and reads the secrets among them. The secrets come last: none is fetched where
 * something else is wrong, or where it would not be sent.
 *
 * @param sources Those that they were found in.
 * @throws SgidError with step `config`.
 */
export async function judgeSettings(
  { clientId, clientSecret, privateKey, redirectUri, hostname, scope }: FoundSettings,
  sources: readonly CredentialSource[],
  from: KeyInputs,
  findings: Findings,
): Promise<Partial<SettingValues>> {
  if (redirectUri) await namingOrigin(redirectUri.origin, () => readRedirectUri(redirectUri.text));
  if (hostname) await namingOrigin(hostname.origin, () => readHostname(hostname.text));
  const scopes = scope && (await namingOrigin(scope.origin, () => readScope(scope.text)));
  for (const name of scopes?.unknown.slice(0, MAXIMUM_UNKNOWN_SCOPES) ?? [])
    findings.notices.add(unknownScopeNotice(name));
  if (hostname && clientSecret) checkProviderBinding(hostname, clientSecret, sources);
  return {
    ...(clientId && { clientId: clientId.text }),
    ...(redirectUri && { redirectUri: redirectUri.text }),
    ...(hostname && { hostname: hostname.text }),
    ...(scopes && { scope: scopes.scopes.join(' ') }),
    ...(clientSecret && { clientSecret: await readClientSecret(clientSecret, from, findings) }),
    ...(privateKey && { privateKey: await readKey(privateKey, sources, from, findings) }),
  };
}

/** Beyond so many, the value is no list of scopes, and more notices are no help. */
const MAXIMUM_UNKNOWN_SCOPES = 20;

function unknownScopeNotice(name: string): string {
  const known = nearestName(
    name,
    SCOPES.map((entry) => entry.name),
  );
  const advice = known === undefined ? 'the provider may not know it either' : `did you mean ${known}?`;
  return `the scope ${name} is not in the catalogue; ${advice}`;
}

/** Keys are slow to load, and few commands need one. */
async function readKey(...input: Parameters<OpenPrivateKey>): Promise<KeyObject> {
  const { openPrivateKey } = await import('./open-private-key.ts');
  return openPrivateKey(...input);
}

type OpenPrivateKey = typeof import('./open-private-key.ts').openPrivateKey;
