import type { KeyObject } from 'node:crypto';
import { DEFAULT_HOSTNAME } from '../sgid/endpoints.ts';
import { DEFAULT_SCOPE } from '../sgid/scopes.ts';

/** A value that can be given, wherever it comes from. The two `File` fields hold paths, or `-` for stdin. */
export type CredentialField =
  | 'clientId'
  | 'clientSecret'
  | 'clientSecretFile'
  | 'privateKey'
  | 'privateKeyFile'
  | 'passphrase'
  | 'redirectUri'
  | 'hostname'
  | 'scope';

/** What a field is called, for people and in each place that can hold it. */
export interface FieldNames {
  readonly label: string;
  readonly flag?: string;
  /** Environment variables, the preferred one first. */
  readonly variables: readonly string[];
  /** Further names in a credentials file, the preferred one first; case, `_` and `-` do not matter. */
  readonly spellings: readonly string[];
}

/** Every field in the order in which they are named to people. */
export const CREDENTIAL_FIELDS: Readonly<Record<CredentialField, FieldNames>> = {
  clientId: {
    label: 'client id',
    flag: '--client-id',
    variables: ['SGID_CLIENT_ID'],
    spellings: ['clientId', 'id'],
  },
  clientSecret: {
    label: 'client secret',
    variables: ['SGID_CLIENT_SECRET'],
    spellings: ['clientSecret', 'secret'],
  },
  clientSecretFile: {
    label: 'client secret file',
    flag: '--client-secret-file',
    variables: ['SGID_CLIENT_SECRET_FILE'],
    spellings: [],
  },
  privateKey: {
    label: 'private key',
    variables: ['SGID_PRIVATE_KEY'],
    spellings: ['privateKey', 'privateKeyPem'],
  },
  privateKeyFile: {
    label: 'private key file',
    flag: '--private-key-file',
    variables: ['SGID_PRIVATE_KEY_PATH'],
    spellings: [],
  },
  passphrase: {
    label: 'key passphrase',
    variables: ['SGID_PRIVATE_KEY_PASSPHRASE'],
    spellings: ['privateKeyPassphrase', 'passphrase'],
  },
  redirectUri: {
    label: 'redirect URI',
    flag: '--redirect-uri',
    variables: ['SGID_REDIRECT_URI'],
    spellings: ['redirectUri', 'redirectUrl', 'redirectUris', 'redirectUrls'],
  },
  hostname: {
    label: 'provider',
    flag: '--hostname',
    variables: ['SGID_HOSTNAME', 'SGID_API_HOSTNAME', 'SGID_HOST_NAME'],
    spellings: ['hostname', 'host'],
  },
  scope: {
    label: 'scope',
    flag: '--scope',
    variables: ['SGID_SCOPE'],
    spellings: ['scope', 'scopes'],
  },
};

/** The names of all fields, in the same order. */
export const FIELD_IDS: readonly CredentialField[] = Object.keys(CREDENTIAL_FIELDS).filter(isField);

function isField(name: string): name is CredentialField {
  return Object.hasOwn(CREDENTIAL_FIELDS, name);
}

/** The values that a command may need. */
export interface SettingValues {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly privateKey: KeyObject;
  /** As registered, character by character. */
  readonly redirectUri: string;
  /** An origin, for example `https://api.id.gov.sg`. */
  readonly hostname: string;
  /** Scope names, separated by single spaces. */
  readonly scope: string;
}

/** The name of a setting. */
export type SettingName = keyof SettingValues;

/** The names of all settings, in the order in which they are looked for. */
export const SETTING_NAMES = [
  'clientId',
  'clientSecret',
  'privateKey',
  'redirectUri',
  'hostname',
  'scope',
] as const satisfies readonly SettingName[];

/**
 * The fields of a source that can hold a setting, or the passphrase of the private key. The first one that is there
 * counts: a secret itself goes before the name of a file that holds it.
 */
export const SETTING_FIELDS = {
  clientId: ['clientId'],
  clientSecret: ['clientSecret', 'clientSecretFile'],
  privateKey: ['privateKey', 'privateKeyFile'],
  passphrase: ['passphrase'],
  redirectUri: ['redirectUri'],
  hostname: ['hostname'],
  scope: ['scope'],
} as const satisfies Readonly<Record<SettingName | 'passphrase', readonly CredentialField[]>>;

/** The values of settings that need not be given. */
export const DEFAULTS: Readonly<Partial<Record<CredentialField, string>>> = {
  hostname: DEFAULT_HOSTNAME,
  scope: DEFAULT_SCOPE,
};
