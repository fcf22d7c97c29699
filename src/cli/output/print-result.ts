import type { CommandContext } from '../command-context.ts';
import { refuseBeside, requireText } from '../input/check-options.ts';
import { type CanaryOutput, openCanaryOutput } from './canary-output.ts';
import {
  checkExpectations,
  type Expectation,
  type ExpectationOutcome,
  readExpectation,
} from './expectations.ts';
import { listClaims, type Result, renderResult } from './render-result.ts';
import type { ResultFlags } from './result-options.ts';
import { openResultOutput } from './result-output.ts';

/** How a person's data is printed, and what else is made of it. */
export interface ResultRequest {
  readonly flags: ResultFlags & { readonly includeTokens?: true; readonly saveCanary?: string };
  /** Those of the flags, read. */
  readonly expectations: readonly Expectation[];
  /** Hears what came of each of them. */
  readonly onJudged?: ((outcomes: readonly ExpectationOutcome[]) => void) | undefined;
}

/**
 * Obtains a person's data and prints it as the options say. The outputs are opened first, so that nothing is spent
 * for a folder that is not there; expectations are judged last, so that the result is there to look at.
 *
 * @param obtain Gets what takes note of the encrypted reply, for `--save-canary`.
 * @throws SgidError `ERR_OUTPUT`, `ERR_JWE_KEY_MISSING`, `ERR_CLAIM_ABSENT`, `ERR_EXPECTATION`; or whatever `obtain`
 *   rejects with.
 */
export async function printResult(
  { flags, expectations, onJudged }: ResultRequest,
  { platform, diagnostics }: CommandContext,
  obtain: (onReply: CanaryOutput['see']) => Promise<Result>,
): Promise<void> {
  const output = await openResultOutput(flags.out, platform);
  try {
    const canary = await openCanaryOutput(flags.saveCanary, platform);
    try {
      const result = await obtain(canary.see);
      const { text, notices } = renderResult(result, {
        format: flags.format ?? 'json',
        raw: flags.raw === true,
        includeTokens: flags.includeTokens === true,
        field: flags.field,
        forTerminal: flags.out === undefined && platform.terminal.stdoutIsTerminal,
      });
      for (const notice of notices) diagnostics.warn(notice);
      await output.commit(text);
      await canary.save();
      checkExpectations(expectations, listClaims(result), onJudged);
    } finally {
      await canary.discard();
    }
  } finally {
    await output.discard();
  }
}

/**
 * Judges the flags of a step's result, and reads its expectations.
 *
 * @throws SgidError `ERR_USAGE`
 */
export function readResultFlags({ field, format, out, expect = [] }: ResultFlags): readonly Expectation[] {
  if (field !== undefined) refuseBeside('--field', { '--format': format }, '--field prints plain text');
  requireText({ '--field': field, '--out': out });
  return expect.map(readExpectation);
}
