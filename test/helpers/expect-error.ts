import { expect } from 'vitest';
import type { SgidErrorCode } from '../../src/errors/sgid-error.ts';
import { errorCodeOf } from './fake-platform.ts';

/** Expects that a run printed nothing, ended with this exit code and error code, and said these words. */
export function expectError(
  run: { readonly exitCode: number; readonly stdout: string; readonly stderr: string },
  exitCode: number,
  code: SgidErrorCode,
  ...words: readonly (string | RegExp)[]
): void {
  expect(run).toMatchObject({ exitCode, stdout: '' });
  expect(errorCodeOf(run)).toBe(code);
  for (const word of words) expect(run.stderr).toMatch(word);
}
