import { usageError } from '../../protocol/errors.ts';
import { generatePkcePair } from '../../protocol/pkce.ts';
import type { CommandContext } from '../command-context.ts';
import type { PkceOptions } from '../commands/pkce.ts';
import { renderJson } from '../output/render-json.ts';
import { writeStandardOutput } from '../output/standard-output.ts';

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
