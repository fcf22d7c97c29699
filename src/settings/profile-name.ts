import { SgidError } from '../errors/sgid-error.ts';
import { toPrintable } from '../text/printable.ts';

const LONGEST_NAME = 64;

/** What Windows takes for a device, whatever its extension. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;

/**
 * Validates the name of a profile, which is also that of its file, on every system: two names that differ in case
 * alone would be one on macOS and Windows.
 *
 * @throws SgidError `ERR_PROFILE` with the reason, and the name that was probably meant.
 */
export function validateProfileName(name: string): string {
  const reason = findFault(name);
  if (reason === undefined) return name;
  const meant = correct(name);
  throw new SgidError('ERR_PROFILE', `"${toPrintable(name, 100)}" cannot be a profile's name: it ${reason}`, {
    hint: isProfileName(meant)
      ? `Did you mean ${meant}?`
      : 'Use lower-case letters, digits, dots, dashes and underscores, for example staging.',
  });
}

export function isProfileName(name: string): boolean {
  return findFault(name) === undefined;
}

function findFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.length > LONGEST_NAME) return `is longer than ${LONGEST_NAME} characters`;
  if (/[/\\]/.test(name)) return 'holds a slash';
  if (/[A-Z]/.test(name)) return 'holds upper-case letters, which some systems treat as lower-case ones';
  if (!/^[a-z0-9._-]+$/.test(name)) return 'holds a character other than letters, digits, ".", "_" and "-"';
  if (!/^[a-z0-9]/.test(name)) return 'does not begin with a letter or digit';
  if (name.includes('..')) return 'holds ".."';
  if (DEVICES.test(name)) return 'is the name of a device on Windows';
  return undefined;
}

function correct(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[^a-z0-9]+/, '')
    .replace(/[.-]+$/, '')
    .slice(0, LONGEST_NAME);
}
