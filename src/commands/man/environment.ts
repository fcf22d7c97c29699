import { CREDENTIAL_FIELDS, FIELD_IDS } from '../../settings/fields.ts';

/** Variables, and what each is for. */
export const ENVIRONMENT: readonly (readonly [names: string, meaning: string])[] = [
  ...FIELD_IDS.map((id) => {
    const { variables, label, flag } = CREDENTIAL_FIELDS[id];
    const also = flag === undefined ? '' : `, as with ${flag}`;
    return [variables.join(', '), `the ${label}${also}`] as const;
  }),
  ['SGID_PROFILE', 'the profile to use, as with --profile'],
  ['SGID_JSON_ERRORS', 'unless empty, 0 or false: as with --json-errors'],
  ['BROWSER', 'the command that opens the URL of a login, as with --browser'],
  ['NO_COLOR, CI, TERM', 'no colour and no animation when NO_COLOR or CI is set, or TERM is dumb'],
  ['LC_ALL, LC_CTYPE, LANG', 'the encoding of the terminal: without UTF-8, drawings are ASCII'],
  [
    'HTTPS_PROXY, ALL_PROXY, NO_PROXY',
    'the proxy for requests over https, and the hosts that are reached without; lower case counts as well',
  ],
  ['NODE_EXTRA_CA_CERTS', 'a file with certificates of authorities to trust as well (PEM), read by Node'],
  ['XDG_CONFIG_HOME, HOME', 'where profiles are: in the first, else in .config below the second'],
  ['XDG_CACHE_HOME, HOME', 'where compiled code is kept: in the first, else in .cache below the second'],
  ['APPDATA, LOCALAPPDATA, USERPROFILE', 'where both are on Windows'],
  ['NODE_DISABLE_COMPILE_CACHE', 'unless empty: no compiled code is kept, nor read'],
  ['NODE_OPTIONS', 'options of Node itself; those for its engine have compiled code of their own'],
  [
    'GITHUB_ACTIONS, GITHUB_STEP_SUMMARY, GITHUB_OUTPUT',
    'set by a runner of GitHub Actions: what it would take for a command is not printed, and "sgid check --format github" writes a summary and outputs',
  ],
];
