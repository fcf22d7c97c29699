import type { KeyObject } from 'node:crypto';
import { loadPrivateKey } from '../keys/load-private-key.ts';
import { DEFAULT_HOSTNAME, readHostname } from '../protocol/endpoints.ts';
import { SgidError } from '../protocol/errors.ts';
import { DEFAULT_SCOPE, readScope, SCOPES } from '../protocol/scopes.ts';
import type { CredentialField } from './credential-fields.ts';
import {
  type CredentialFlags,
  type CredentialSource,
  type Findings,
  type FoundValue,
  findValue,
  gatherSources,
} from './credential-sources.ts';
import { missingCredentials, REQUIRED_FIELDS, type RequiredValue } from './missing-credentials.ts';
import { namingOrigin } from './name-origin.ts';
import { nearestName } from './nearest-name.ts';
import { checkProviderBinding } from './provider-binding.ts';
import { readRedirectUri } from './redirect-uri.ts';
import { isStdin, readClientSecret, readKeyInput, type SecretInputs } from './secret-inputs.ts';

/** What the values can be read from. */
export interface SettingsSources extends SecretInputs {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What else reads standard input, for example `--manual`; no value can then come from there. */
  readonly stdinUse?: string | undefined;
  /** Asks for the passphrase of an encrypted key. Present on a terminal only. */
  askPassphrase?(): Promise<string | undefined>;
}

/** Everything that a login needs, read and judged. */
export interface Settings {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly privateKey: KeyObject;
  /** As registered, character by character. */
  readonly redirectUri: string;
  /** An origin, for example `https://api.id.gov.sg`. */
  readonly hostname: string;
  /** Scope names, separated by single spaces. */
  readonly scope: string;
  /** Warnings for standard error. */
  readonly notices: readonly string[];
  /** Every secret literal that was seen, used or not, to be kept out of all output. */
  readonly secrets: readonly string[];
  /** Where each value came from, for example `--client-id`, `SGID_SCOPE in .env`, `default` or a path. */
  readonly origins: Readonly<Record<RequiredValue | 'hostname' | 'scope', string>>;
}

/**
 * Puts the settings of a login together, first found wins: flag, `--credentials` file, environment, `.env`,
 * default. Missing values are reported before unusable ones. Touches neither network nor browser.
 *
 * @throws SgidError with step `config`, or `ERR_USAGE` when standard input is asked for twice.
 */
export async function resolveSettings(flags: CredentialFlags, from: SettingsSources): Promise<Settings> {
  const findings: Findings = { notices: new Set(), secrets: new Set() };
  const sources = await gatherSources(flags, from, findings);
  const required = requireValues(sources, from.stdinUse, findings);
  const { clientId, clientSecret, privateKey, redirectUri } = required;
  const hostname = findOrDefault(sources, 'hostname', DEFAULT_HOSTNAME, findings);
  const scope = findOrDefault(sources, 'scope', DEFAULT_SCOPE, findings);

  await namingOrigin(redirectUri.origin, () => readRedirectUri(redirectUri.text));
  await namingOrigin(hostname.origin, () => readHostname(hostname.text));
  const { scopes, unknown } = await namingOrigin(scope.origin, () => readScope(scope.text));
  for (const name of unknown.slice(0, MAXIMUM_UNKNOWN_SCOPES)) findings.notices.add(unknownScopeNotice(name));
  checkProviderBinding(hostname, clientSecret);

  const secret = await readClientSecret(clientSecret, from, findings);
  const key = await openPrivateKey(privateKey, sources, from, findings);
  return {
    clientId: clientId.text,
    clientSecret: secret,
    privateKey: key,
    redirectUri: redirectUri.text,
    hostname: hostname.text,
    scope: scopes.join(' '),
    notices: [...findings.notices],
    secrets: [...findings.secrets],
    origins: {
      clientId: clientId.origin,
      clientSecret: clientSecret.origin,
      privateKey: privateKey.origin,
      redirectUri: redirectUri.origin,
      hostname: hostname.origin,
      scope: scope.origin,
    },
  };
}

/** Beyond so many, the value is no list of scopes, and more notices are no help. */
const MAXIMUM_UNKNOWN_SCOPES = 20;

function requireValues(
  sources: readonly CredentialSource[],
  stdinUse: string | undefined,
  findings: Findings,
): Readonly<Record<RequiredValue, FoundValue>> {
  const clientId = findValue(sources, REQUIRED_FIELDS.clientId, findings);
  const clientSecret = findValue(sources, REQUIRED_FIELDS.clientSecret, findings);
  const privateKey = findValue(sources, REQUIRED_FIELDS.privateKey, findings);
  const redirectUri = findValue(sources, REQUIRED_FIELDS.redirectUri, findings);
  requireOneStdinReader(stdinUse, clientSecret, privateKey);
  if (!clientId || !clientSecret || !privateKey || !redirectUri) {
    const missing: RequiredValue[] = [];
    if (!clientId) missing.push('clientId');
    if (!clientSecret) missing.push('clientSecret');
    if (!privateKey) missing.push('privateKey');
    if (!redirectUri) missing.push('redirectUri');
    throw missingCredentials(missing, findings.notices);
  }
  return { clientId, clientSecret, privateKey, redirectUri };
}

/** Standard input has one end: a second reader would get nothing, or wait for ever. */
function requireOneStdinReader(
  stdinUse: string | undefined,
  ...values: readonly (FoundValue | undefined)[]
): void {
  const readers = values.flatMap((value) => (value && isStdin(value) ? [value.origin] : []));
  const [first, second] = stdinUse === undefined ? readers : [stdinUse, ...readers];
  if (first === undefined || second === undefined) return;
  throw new SgidError('ERR_USAGE', `${first} and ${second} cannot both read standard input`, {
    step: 'usage',
    hint: `Give ${second} the path of a file.`,
  });
}

function findOrDefault(
  sources: readonly CredentialSource[],
  field: CredentialField,
  text: string,
  findings: Findings,
): FoundValue {
  return findValue(sources, [field], findings) ?? { field, text, origin: 'default', kind: 'default' };
}

async function openPrivateKey(
  found: FoundValue,
  sources: readonly CredentialSource[],
  from: SettingsSources,
  findings: Findings,
): Promise<KeyObject> {
  const input = await readKeyInput(found, from, findings);
  const passphrase = findValue(sources, ['passphrase'], findings)?.text;
  const askPassphrase = async (): Promise<string | undefined> => {
    const answer = await from.askPassphrase?.();
    if (answer) findings.secrets.add(answer);
    return answer;
  };
  return namingOrigin(found.origin, () =>
    loadPrivateKey(input, {
      ...(passphrase === undefined ? {} : { passphrase }),
      ...(from.askPassphrase === undefined ? {} : { askPassphrase }),
    }),
  );
}

function unknownScopeNotice(name: string): string {
  const known = nearestName(
    name,
    SCOPES.map((entry) => entry.name),
  );
  const advice = known === undefined ? 'the provider may not know it either' : `did you mean ${known}?`;
  return `the scope ${name} is not in the catalogue; ${advice}`;
}
