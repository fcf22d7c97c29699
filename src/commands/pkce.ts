import { usageError } from '../errors/sgid-error.ts';
import { generatePkcePair } from '../oidc/pkce.ts';
import { renderJson } from '../output/result.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import type { DeclareCommand } from './context.ts';

const EXAMPLES = `
Examples:
  $ sgid pkce
  $ sgid pkce --length 128 | jq -r .codeVerifier

The challenge goes into the authorization URL; the verifier stays with you until the callback (RFC 7636).
"sgid authorize-url" makes a pair by itself when it is given no challenge.`;

export const declare: DeclareCommand = (command, openContext) => {
  command
    .option('--length <characters>', 'the length of the verifier, 43 to 128 (default: 43)')
    .addHelpText('after', EXAMPLES)
    .action(async ({ length }) => {
      const { platform } = await openContext();
      const pair = generatePkcePair(length === undefined ? undefined : parseLength(length));
      await writeStandardOutput(renderJson({ ...pair, codeChallengeMethod: 'S256' }), platform.terminal);
    });
};

function parseLength(text: string): number {
  const length = Number(text);
  if (/^\d{1,3}$/.test(text) && length >= 43 && length <= 128) return length;
  throw usageError('--length takes a number of characters from 43 to 128', 'For example: --length 64');
}
