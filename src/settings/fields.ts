import { DEFAULT_HOSTNAME } from '../sgid/endpoints.ts';
import { DEFAULT_SCOPE } from '../sgid/scopes.ts';

/** What a field is called, for people and in each place that can hold it. */
interface Field {
  readonly label: string;
  readonly flag?: string;
  /** The preferred one first. */
  readonly variables: readonly string[];
  /** Further names in a credentials file, the preferred one first; case, `_` and `-` do not matter. */
  readonly spellings: readonly string[];
  readonly default?: string;
  readonly secret?: true;
  /** The credential that the file holds whose path this field is; `-` is standard input. */
  readonly fileOf?: CredentialName;
}

/** A value that can be given, wherever it comes from. */
export type FieldName =
  | CredentialName
  | 'clientSecretFile'
  | 'privateKeyFile'
  | 'passphrase'
  /** Comes along in a credentials file, and is compared with the private key. */
  | 'publicKey';

/** Every field in the order in which they are named to people. */
export const FIELDS: Readonly<Record<FieldName, Field>> = {
  clientId: {
    label: 'client id',
    flag: '--client-id',
    variables: ['SGID_CLIENT_ID'],
    spellings: ['clientId', 'id'],
  },
  clientSecret: {
    label: 'client secret',
    secret: true,
    variables: ['SGID_CLIENT_SECRET'],
    spellings: ['clientSecret', 'secret'],
  },
  clientSecretFile: {
    label: 'client secret file',
    fileOf: 'clientSecret',
    flag: '--client-secret-file',
    variables: ['SGID_CLIENT_SECRET_FILE'],
    spellings: [],
  },
  privateKey: {
    label: 'private key',
    secret: true,
    variables: ['SGID_PRIVATE_KEY'],
    spellings: ['privateKey', 'privateKeyPem'],
  },
  privateKeyFile: {
    label: 'private key file',
    fileOf: 'privateKey',
    flag: '--private-key-file',
    variables: ['SGID_PRIVATE_KEY_PATH'],
    spellings: [],
  },
  passphrase: {
    label: 'key passphrase',
    secret: true,
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
    default: DEFAULT_HOSTNAME,
  },
  scope: {
    label: 'scope',
    flag: '--scope',
    variables: ['SGID_SCOPE'],
    spellings: ['scope', 'scopes'],
    default: DEFAULT_SCOPE,
  },
  publicKey: {
    label: 'public key',
    variables: [],
    spellings: ['SGID_PUBLIC_KEY', 'publicKey', 'publicKeyPem'],
  },
};

export const FIELD_NAMES: readonly FieldName[] = Object.keys(FIELDS).filter(isField);

function isField(name: string): name is FieldName {
  return Object.hasOwn(FIELDS, name);
}

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
