import { SgidError } from '../protocol/errors.ts';
import { CREDENTIAL_FIELDS, type CredentialField } from './credential-fields.ts';

/** The fields that hold a value, its file included: `clientSecret` and `clientSecretFile`, for example. */
export const REQUIRED_FIELDS = {
  clientId: ['clientId'],
  clientSecret: ['clientSecret', 'clientSecretFile'],
  privateKey: ['privateKey', 'privateKeyFile'],
  redirectUri: ['redirectUri'],
} as const satisfies Record<string, readonly CredentialField[]>;

/** A value without which no login can begin. */
export type RequiredValue = keyof typeof REQUIRED_FIELDS;

/**
 * The error that names every missing value at once, each with its flag and its variables.
 *
 * @param notices What was noticed while looking, given as likely causes.
 */
export function missingCredentials(missing: readonly RequiredValue[], notices: Iterable<string>): SgidError {
  const lines = missing.map((value) => `${CREDENTIAL_FIELDS[value].variables[0]}=...`);
  return new SgidError('ERR_MISSING_CREDENTIALS', `missing: ${missing.map(describe).join('; ')}`, {
    step: 'config',
    causes: [...notices],
    hint:
      "Run sgid init, or pass --credentials <file> with the developer portal's download, " +
      `or put ${lines.join(', ')} into .env; a saved profile is named with -p. ` +
      'Without any credentials: sgid login --mock --persona wei-ming',
  });
}

function describe(value: RequiredValue): string {
  const names = REQUIRED_FIELDS[value].map((field) => CREDENTIAL_FIELDS[field]);
  const ways = [
    ...names.flatMap(({ flag }) => (flag === undefined ? [] : [flag])),
    ...names.flatMap(({ variables }) => variables),
  ];
  return `${CREDENTIAL_FIELDS[value].label} (${ways.join(', ')})`;
}
