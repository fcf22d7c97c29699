import { SgidError } from '../../protocol/errors.ts';
import { inspectJwe, inspectUserinfo } from '../../protocol/inspect-jwe.ts';
import { toPrintable } from '../../protocol/printable.ts';
import type { TokenVerdict } from '../../protocol/verdict.ts';
import type { CommandContext } from '../command-context.ts';
import type { InspectOptions } from '../commands/inspect.ts';
import { requireText } from '../input/check-options.ts';
import { readDuration } from '../input/duration.ts';
import { readTextInput } from '../input/text-input.ts';
import { renderJson } from '../output/render-json.ts';
import { openResultOutput } from '../output/result-output.ts';
import { reportIdToken } from './inspect-id-token.ts';
import { type InspectInput, readInspectInput } from './inspect-input.ts';

/** What `sgid inspect` prints: what is known of the input, and what each check found. */
export interface InspectReport {
  readonly verdicts: readonly TokenVerdict[];
  readonly [detail: string]: unknown;
}

/**
 * Runs `sgid inspect`: prints what a token is and what each check finds, and then fails if one does.
 *
 * @throws SgidError of the steps `usage`, `config`, `id-token`, `decrypt` and `output`.
 */
export async function runInspect(
  file: string | undefined,
  options: InspectOptions,
  context: CommandContext,
): Promise<void> {
  requireText({ '[file]': file, '--nonce': options.nonce });
  const timeoutMs = readDuration(options.httpTimeout, '--http-timeout');
  const input = readInspectInput(await readTextInput({ path: file ?? '-', what: 'the token' }, context));
  const report =
    input.kind === 'id-token'
      ? await reportIdToken(input, options, timeoutMs, context)
      : reportEncryption(input, options, context);
  const output = await openResultOutput(undefined, context.platform);
  await output.commit(renderJson({ kind: input.kind, ...report }));
  refuseFailures(input.kind, report.verdicts);
}

function reportEncryption(
  input: Exclude<InspectInput, { kind: 'id-token' }>,
  { nonce, verify }: InspectOptions,
  { diagnostics }: CommandContext,
): InspectReport {
  if (nonce !== undefined || verify) diagnostics.warn('--nonce and --verify count for an ID token only');
  if (input.kind === 'userinfo') return { sub: input.reply.sub, ...inspectUserinfo(input.reply) };
  const { header } = input.token;
  return { header, verdicts: inspectJwe(header) };
}

/** Checks beyond so many are counted, not listed: the names of some come from the provider. */
const MOST_NAMES = 10;

function refuseFailures(kind: InspectInput['kind'], verdicts: readonly TokenVerdict[]): void {
  const failures = verdicts.filter(({ verdict }) => verdict === 'fail');
  const code = failures[0]?.code;
  if (code === undefined) return;
  const names = failures.slice(0, MOST_NAMES).map(({ check }) => toPrintable(check, 100));
  const more = failures.length - names.length;
  throw new SgidError(
    code,
    `a login would not take it: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''} failed`,
    {
      step: kind === 'id-token' ? 'id-token' : 'decrypt',
      hint: 'Look at the evidence among the verdicts.',
    },
  );
}
