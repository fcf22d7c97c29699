import { runInNewContext } from 'node:vm';
import { errorCode } from './node-error.ts';

/**
 * Matches a text within a time: backtracking may take years, and no signal interrupts it.
 *
 * @returns `undefined` when the time was too short.
 */
export function matchInTime(pattern: RegExp, text: string, milliseconds: number): boolean | undefined {
  try {
    return runInNewContext('pattern.test(text)', { pattern, text }, { timeout: milliseconds }) === true;
  } catch (error) {
    if (errorCode(error) === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
}
