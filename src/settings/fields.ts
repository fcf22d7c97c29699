import { DEFAULT_HOSTNAME } from '../sgid/endpoints.ts';
import { DEFAULT_SCOPE } from '../sgid/scopes.ts';

/** What a field is called, for people and in each place that can hold it. */
interface Field {
  readonly label: string;
  readonly flag?: string;
  readonly env: readonly string[];
  /** Further names in a credentials file, the preferred one first; case, `_` and `-` do not matter. */
  readonly names: readonly string[];
  readonly default?: string;
  readonly secret?: true;
  /** The credential that the file holds whose path this field is; `-` is standard input. */
  readonly fileOf?: CredentialName;
}

export type FieldName = CredentialName | 'clientSecretFile' | 'privateKeyFile' | 'passphrase' | 'publicKey';

export const FIELDS: Readonly<Record<FieldName, Field>> = {
  clientId: { label: 'client id', flag: '--client-id', env: ['SGID_CLIENT_ID'], names: ['clientId', 'id'] },
  clientSecret: {
    label: 'client secret',
    env: ['SGID_CLIENT_SECRET'],
    names: ['clientSecret', 'secret'],
    secret: true,
  },
  clientSecretFile: {
    label: 'client secret file',
    flag: '--client-secret-file',
    env: ['SGID_CLIENT_SECRET_FILE'],
    names: [],
    fileOf: 'clientSecret',
  },
  privateKey: {
    label: 'private key',
    env: ['SGID_PRIVATE_KEY'],
    names: ['privateKey', 'privateKeyPem'],
    secret: true,
  },
  privateKeyFile: {
    label: 'private key file',
    flag: '--private-key-file',
    env: ['SGID_PRIVATE_KEY_PATH'],
    names: [],
    fileOf: 'privateKey',
  },
  passphrase: {
    label: 'key passphrase',
    env: ['SGID_PRIVATE_KEY_PASSPHRASE'],
    names: ['privateKeyPassphrase', 'passphrase'],
    secret: true,
  },
  redirectUri: {
    label: 'redirect URI',
    flag: '--redirect-uri',
    env: ['SGID_REDIRECT_URI'],
    names: ['redirectUri', 'redirectUrl', 'redirectUris', 'redirectUrls'],
  },
  hostname: {
    label: 'provider',
    flag: '--hostname',
    env: ['SGID_HOSTNAME', 'SGID_API_HOSTNAME', 'SGID_HOST_NAME'],
    names: ['hostname', 'host'],
    default: DEFAULT_HOSTNAME,
  },
  scope: {
    label: 'scope',
    flag: '--scope',
    env: ['SGID_SCOPE'],
    names: ['scope', 'scopes'],
    default: DEFAULT_SCOPE,
  },
  // Comes along in a credentials file, and is compared with the private key.
  publicKey: { label: 'public key', env: [], names: ['SGID_PUBLIC_KEY', 'publicKey', 'publicKeyPem'] },
};

export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[];

/** What commands need, in the order in which it is looked for. */
export const CREDENTIAL_NAMES = [
  'clientId',
  'clientSecret',
  'privateKey',
  'redirectUri',
  'hostname',
  'scope',
] as const;

export type CredentialName = (typeof CREDENTIAL_NAMES)[number];

/** The fields that can hold a credential. The first that is there counts: a secret before the path of one. */
export function fieldsOf(name: FieldName): readonly FieldName[] {
  return [name, ...FIELD_NAMES.filter((field) => FIELDS[field].fileOf === name)];
}
