import { SgidError } from '../protocol/errors.ts';
import { CREDENTIAL_FIELDS } from './credential-fields.ts';
import { SETTING_FIELDS, type SettingName } from './setting-values.ts';

/**
 * The error that names every missing value at once, each with its flag and its variables.
 *
 * @param notices What was noticed while looking, given as likely causes.
 */
export function missingCredentials(missing: readonly SettingName[], notices: Iterable<string>): SgidError {
  const lines = missing.map((name) => `${CREDENTIAL_FIELDS[name].variables[0]}=...`);
  return new SgidError('ERR_MISSING_CREDENTIALS', `missing: ${missing.map(describe).join('; ')}`, {
    step: 'config',
    causes: [...notices],
    hint:
      "Run sgid init, or pass --credentials <file> with the developer portal's download, " +
      `or put ${lines.join(', ')} into .env; a saved profile is named with -p. ` +
      'Without any credentials: sgid login --mock --persona wei-ming',
  });
}

function describe(name: SettingName): string {
  const fields = SETTING_FIELDS[name].map((field) => CREDENTIAL_FIELDS[field]);
  const ways = [
    ...fields.flatMap(({ flag }) => (flag === undefined ? [] : [flag])),
    ...fields.flatMap(({ variables }) => variables),
  ];
  return `${CREDENTIAL_FIELDS[name].label} (${ways.join(', ')})`;
}
