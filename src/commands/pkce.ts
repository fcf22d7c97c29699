import { usageError } from '../errors/sgid-error.ts';
import { generatePkcePair } from '../oidc/pkce.ts';
import { renderJson } from '../output/result.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import type { CommandContext, DeclareCommand } from './context.ts';

/** The options of `sgid pkce`. */
export interface PkceOptions {
  readonly length?: string;
}

const EXAMPLES = `
Examples:
  $ sgid pkce
  $ sgid pkce --length 128 | jq -r .codeVerifier

The challenge goes into the authorization URL; the verifier stays with you until the callback (RFC 7636).
"sgid authorize-url" makes a pair by itself when it is given no challenge.`;

/** Declares `sgid pkce`; what it does is loaded when it runs. */
export const declare: DeclareCommand = (command, openContext) => {
  command
    .option('--length <characters>', 'the length of the verifier, 43 to 128 (default: 43)')
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const context = await openContext();
      await runPkce(options, context);
    });
};

/**
 * Runs `sgid pkce`: prints a fresh pair.
 *
 * @throws SgidError `ERR_USAGE`, `ERR_OUTPUT`.
 */
export async function runPkce({ length }: PkceOptions, { platform }: CommandContext): Promise<void> {
  const pair = generatePkcePair(length === undefined ? undefined : readLength(length));
  await writeStandardOutput(renderJson({ ...pair, codeChallengeMethod: 'S256' }), platform.terminal);
}

function readLength(text: string): number {
  const length = Number(text);
  if (/^\d{1,3}$/.test(text) && length >= 43 && length <= 128) return length;
  throw usageError('--length takes a number of characters from 43 to 128', 'For example: --length 64');
}
