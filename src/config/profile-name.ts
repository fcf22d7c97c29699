import { SgidError } from '../protocol/errors.ts';
import { toPrintable } from '../protocol/printable.ts';

const LONGEST_NAME = 64;

/** What Windows takes for a device, whatever its extension. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * Checks the name of a profile, which is also that of its file, on every system: lower-case letters, digits,
 * `.`, `_` and `-`, of which the first is a letter or digit. Two names that differ in case alone would be one
 * on macOS and Windows.
 *
 * @throws SgidError `ERR_PROFILE` with the reason, and the name that was probably meant.
 */
export function readProfileName(name: string): string {
  const reason = findFault(name);
  if (reason === undefined) return name;
  const meant = correct(name);
  throw new SgidError('ERR_PROFILE', `"${toPrintable(name, 100)}" cannot be a profile's name: it ${reason}`, {
    step: 'config',
    hint:
      findFault(meant) === undefined
        ? `Did you mean ${meant}?`
        : 'Use lower-case letters, digits, dots, dashes and underscores, for example staging.',
  });
}

/** Whether a name could be a profile's. */
export function isProfileName(name: string): boolean {
  return findFault(name) === undefined;
}

function findFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.length > LONGEST_NAME) return `is longer than ${LONGEST_NAME} characters`;
  if (/[/\\]/.test(name)) return 'holds a slash';
  if (/[A-Z]/.test(name))
    return 'holds upper-case letters, which not every system tells from lower-case ones';
  if (!/^[a-z0-9._-]+$/.test(name)) return 'holds more than letters, digits, ".", "_" and "-"';
  if (!/^[a-z0-9]/.test(name)) return 'does not begin with a letter or digit';
  if (name.includes('..')) return 'holds ".."';
  if (DEVICES.test(name.split('.', 1)[0] ?? '')) return 'is the name of a device on Windows';
  return undefined;
}

function correct(name: string): string {
  return name
    .slice(0, 2 * LONGEST_NAME)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[^a-z0-9]+/, '')
    .replace(/[.-]+$/, '')
    .slice(0, LONGEST_NAME);
}
