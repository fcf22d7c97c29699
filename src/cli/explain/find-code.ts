import { nearestName } from '../../config/nearest-name.ts';
import { SgidError, type SgidErrorCode } from '../../protocol/errors.ts';
import { toPrintable } from '../../protocol/printable.ts';
import { EXIT_CODES } from '../exit-codes.ts';

/** Every error code, in the order of the exit codes. */
export const CODES: readonly SgidErrorCode[] = Object.keys(EXIT_CODES).filter(isCode);

/**
 * Finds the error code that somebody means: in any case, with or without `ERR_`, with dashes or spaces for `_`.
 *
 * @throws SgidError `ERR_USAGE` with the nearest code.
 */
export function findCode(text: string): SgidErrorCode {
  const bare = bareName(text);
  const code = CODES.find((name) => bareName(name) === bare);
  if (code !== undefined) return code;
  const nearest = nearestName(bare, CODES.map(bareName));
  const meant = CODES.find((name) => bareName(name) === nearest);
  throw new SgidError('ERR_USAGE', `there is no error code ${toPrintable(JSON.stringify(text), 200)}`, {
    step: 'usage',
    hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}Run "sgid explain" for all of them.`,
  });
}

function bareName(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
    .replace(/^err_/, '');
}

function isCode(name: string): name is SgidErrorCode {
  return Object.hasOwn(EXIT_CODES, name);
}
