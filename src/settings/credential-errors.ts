import { SgidError } from '../errors/sgid-error.ts';
import { describeCode } from '../system/node-error.ts';
import { type CredentialName, FIELDS, type FieldName, fieldsOf } from './fields.ts';

/** The error that names every missing value at once, each with its flag and its variables. */
export function missingCredentials(
  missing: readonly CredentialName[],
  causes?: readonly string[],
): SgidError {
  return new SgidError(
    'ERR_MISSING_CREDENTIALS',
    `missing:${missing.map((name) => `\n    ${describeMissing(name)}`).join('')}`,
    {
      causes,
      hint:
        'Run sgid init; or put the variables into .env; or pass --credentials <file>, the download of the developer ' +
        'portal, or -p <profile>. To try it without: sgid login --mock --persona wei-ming',
    },
  );
}

/** Its name, flags and variables. */
export function describeMissing(name: CredentialName): string {
  const fields = fieldsOf(name).map((field) => FIELDS[field]);
  const ways = [...fields.flatMap(({ flag = [] }) => flag), ...fields.flatMap(({ env }) => env)];
  return `${FIELDS[name].label} (${ways.join(', ')})`;
}

export function notAValue(field: FieldName, origin: string, what: string): SgidError {
  const { label, fileOf } = FIELDS[field];
  const isSecret = field === 'clientSecret';
  const way = 'If it is the secret, put it into a file alone and name that with --client-secret-file <path>.';
  return new SgidError('ERR_CREDENTIAL_VALUE', `${origin} holds ${what}, not a ${fileOf ? 'path' : label}`, {
    causes: [
      'the tool that fills in the value did not run, or does not know the name',
      'the example was not replaced',
    ],
    hint: `Set it to the value itself.${isSecret ? ` ${way}` : ''}`,
  });
}

/** Usually a key was appended to a file whose last line had no line break. */
export function notASecret(origin: string, what: string): SgidError {
  return new SgidError(
    'ERR_CREDENTIAL_VALUE',
    `the client secret from ${origin} holds ${what}: it is not sent`,
    {
      causes: [
        'a line that was appended to a file without a line break at its end',
        'the private key in its place',
      ],
      hint: 'Put each value on a line of its own. For a key in a .env: sgid key convert --to env --into .env <key file>',
    },
  );
}

export function neitherKeyNorPath(error: unknown, origin: string): SgidError {
  const message = `${origin} holds neither a private key nor the path of one (${describeCode(error)})`;
  return new SgidError('ERR_FILE', message, {
    causes: [
      'the key lost its BEGIN line or its line breaks',
      'the path is wrong: a relative path starts at the current folder',
    ],
    hint: 'Put the key into double quotes, its BEGIN and END lines included, or set SGID_PRIVATE_KEY_PATH to its path.',
  });
}
