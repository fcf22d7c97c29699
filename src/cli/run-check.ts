import { CHECK_IDS, type CheckId, type CheckReport, firstFailure } from '../check/check.ts';
import { runChecks } from '../check/run-checks.ts';
import { readSubject, type Subject } from '../check/subject.ts';
import { fileError } from '../config/file-errors.ts';
import { nearestName } from '../config/nearest-name.ts';
import { decodeText } from '../keys/decode-text.ts';
import { SgidError } from '../protocol/errors.ts';
import { toPrintable } from '../protocol/printable.ts';
import { renderCheckReport, writeJobSummary } from './check-report.ts';
import type { CommandContext } from './command-context.ts';
import type { CheckOptions } from './commands/check.ts';
import { readDuration } from './duration.ts';
import { probePort } from './probe-port.ts';
import { openResultOutput } from './result-output.ts';
import { openSettingsSources } from './settings-sources.ts';
import { openTransport, prepareProxy } from './transport.ts';

/**
 * Runs `sgid check`.
 *
 * @throws SgidError of the first failed check, after the report was written.
 */
export async function runCheck(options: CheckOptions, context: CommandContext): Promise<void> {
  const ids = readCheckIds(options.only);
  const timeoutMs = readDuration(options.httpTimeout, '--http-timeout');
  const output = await openResultOutput(options.out, context.platform);
  try {
    const subject = await readSubject(options, openSettingsSources(context, stdinUse(options)));
    for (const notice of subject.notices) context.diagnostics.warn(notice);
    const canary = await readCanary(options.canary, context);
    const report = await runChecks(
      {
        subject,
        transport: options.offline ? undefined : openCheckTransport(subject, timeoutMs, context),
        probePort,
        canary,
        signal: context.platform.signal,
      },
      ids,
    );
    context.platform.signal.throwIfAborted();
    await output.commit(await renderCheckReport(report, options, context));
    if (options.format === 'github') await writeJobSummary(report, context);
    const failure = firstFailure(report);
    if (failure !== undefined) throw checksFailed(report, failure);
  } finally {
    await output.discard();
  }
}

function stdinUse({ canary }: CheckOptions): string | undefined {
  return canary === '-' ? '--canary' : undefined;
}

function openCheckTransport(
  { hostname }: Subject,
  timeoutMs: number,
  context: CommandContext,
): ReturnType<typeof openTransport> {
  if (hostname.ok) prepareProxy(hostname.value, context);
  return openTransport(context, { timeoutMs });
}

function readCheckIds(only: readonly string[] | undefined): readonly CheckId[] | undefined {
  return only?.map((text) => {
    const id = CHECK_IDS.find((known) => known === text.trim());
    if (id !== undefined) return id;
    const near = nearestName(text.trim(), CHECK_IDS);
    throw new SgidError('ERR_USAGE', `--only: there is no check ${toPrintable(JSON.stringify(text), 200)}`, {
      step: 'usage',
      hint: near === undefined ? `The checks are ${CHECK_IDS.join(', ')}.` : `Did you mean ${near}?`,
    });
  });
}

async function readCanary(
  path: string | undefined,
  { platform }: CommandContext,
): Promise<string | undefined> {
  if (path === undefined) return undefined;
  if (path === '-') return decodeText(await platform.terminal.readInput(platform.signal)).trim();
  const bytes = await platform.files.read(path).catch((error: unknown) => {
    throw fileError(error, 'the canary', path);
  });
  return decodeText(bytes).trim();
}

function checksFailed({ checks }: CheckReport, code: SgidError['code']): SgidError {
  const failed = checks.flatMap(({ id, verdict }) => (verdict === 'fail' ? [id] : []));
  const count = failed.length === 1 ? '1 check' : `${failed.length} checks`;
  return new SgidError(code, `${count} failed: ${failed.join(', ')}`, {
    step: 'check',
    hint: `What the first one means: sgid explain ${code}`,
  });
}
