import { missingCredentials } from '../../config/missing-credentials.ts';
import { namingOrigin } from '../../config/name-origin.ts';
import { readRedirectUri } from '../../config/redirect-uri.ts';
import type { SettingName } from '../../config/setting-values.ts';
import { publicKeyMismatch } from '../../keys/key-errors.ts';
import { loadPrivateKey } from '../../keys/load-private-key.ts';
import { belongTogether, findPublicKeys } from '../../keys/public-key.ts';
import { DEFAULT_HOSTNAME, isLoopbackHost, readHostname } from '../../protocol/endpoints.ts';
import { SgidError } from '../../protocol/errors.ts';
import { toPrintable } from '../../protocol/printable.ts';
import { DEFAULT_SCOPE, readScope } from '../../protocol/scopes.ts';
import type { Draft, DraftKey } from './draft.ts';

/** A draft that has everything, and all of it usable. */
export type CompleteDraft = Draft & {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly privateKey: DraftKey;
  readonly redirectUri: string;
  readonly hostname: string;
  readonly scope: string;
};

/** How the passphrase of an encrypted key is come by, where the draft has none. */
export type AskPassphrase = () => Promise<string | undefined>;

/**
 * Judges a draft but for its private key, see {@link judgeKey}. Scope and hostname have defaults.
 *
 * @throws SgidError with step `config`, for the first thing that is missing or unusable.
 */
export function judgeDraft(draft: Draft): CompleteDraft {
  const { clientId, clientSecret, privateKey, redirectUri } = draft;
  if (!clientId || !clientSecret || !privateKey || !redirectUri) throw incomplete(draft);
  const { hostname = DEFAULT_HOSTNAME, scope = DEFAULT_SCOPE } = draft;
  readRedirectUri(redirectUri);
  readHostname(hostname);
  readScope(scope);
  return { ...draft, clientId, clientSecret, privateKey, redirectUri, hostname, scope };
}

/**
 * Judges a private key: it parses, is RSA of 2048 bits or more, and belongs to the public key that came along.
 *
 * @throws SgidError `ERR_PRIVATE_KEY` and its like.
 */
export async function judgeKey(
  key: DraftKey,
  { publicKey, passphrase }: Pick<Draft, 'publicKey' | 'passphrase'>,
  askPassphrase?: AskPassphrase,
): Promise<void> {
  const origin = toPrintable(key.kind === 'file' ? key.path : key.origin);
  const opened = await namingOrigin(origin, () =>
    loadPrivateKey(
      key.kind === 'file' ? key.bytes : key.text,
      passphrase ? { passphrase } : { askPassphrase },
    ),
  );
  const publicKeys = findPublicKeys(publicKey ?? '');
  if (publicKeys.length > 0 && !belongTogether(opened, publicKeys)) throw publicKeyMismatch(origin);
}

/** `sgid login` can take its callback. */
function leadsHere(redirectUri: string): boolean {
  return URL.canParse(redirectUri) && isLoopbackHost(new URL(redirectUri).hostname);
}

function incomplete({
  clientId,
  clientSecret,
  privateKey,
  redirectUri,
  redirectUris = [],
}: Draft): SgidError {
  const missing: SettingName[] = [];
  if (!clientId) missing.push('clientId');
  if (!clientSecret) missing.push('clientSecret');
  if (!privateKey) missing.push('privateKey');
  if (!redirectUri) missing.push('redirectUri');
  const several = toPrintable(redirectUris.join(', '));
  const isChoice = missing.length === 1 && !redirectUri && redirectUris.length > 0;
  const message = isChoice
    ? 'the file has several redirect URIs, and it is not said which to use'
    : missingCredentials(missing, []).message;
  const best = redirectUris.find(leadsHere) ?? redirectUris[0] ?? '<uri>';
  const advice = [
    ...(redirectUri ? [] : [`give the redirect URI with --redirect-uri ${best}`]),
    ...(privateKey ? [] : ['give the private key with --private-key-file <path>']),
    ...(clientId && clientSecret ? [] : ['put client id and client secret into the file of --from']),
  ].join('; ');
  return new SgidError('ERR_MISSING_CREDENTIALS', message, {
    step: 'config',
    causes: redirectUris.length > 0 ? [`the redirect URIs of the file: ${several}`] : [],
    hint: `${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`,
  });
}
