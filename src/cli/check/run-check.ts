import {
  CHECK_IDS,
  type CheckId,
  type CheckReport,
  firstFailure,
  ONLINE_CHECK_IDS,
} from '../../check/check.ts';
import { type Reading, toReading } from '../../check/reading.ts';
import { reportUnreadable, runChecks } from '../../check/run-checks.ts';
import { readSubject, type Subject } from '../../check/subject.ts';
import { nearestName } from '../../config/nearest-name.ts';
import { SgidError, usageError } from '../../protocol/errors.ts';
import { toPrintable } from '../../protocol/printable.ts';
import type { CommandContext } from '../command-context.ts';
import type { CheckOptions } from '../commands/check.ts';
import { requireText } from '../input/check-options.ts';
import { readDuration } from '../input/duration.ts';
import { readTextInput } from '../input/text-input.ts';
import { openSettingsSources } from '../settings/settings-sources.ts';
import { openTransport, prepareProxy } from '../settings/transport.ts';
import { openReportOutput, publishToGithub, renderCheckReport } from './check-report.ts';
import { probePort } from './probe-port.ts';

/**
 * Runs `sgid check`.
 *
 * @throws SgidError `ERR_USAGE` or `ERR_OUTPUT`; else that of the first failed check, after the report was written.
 */
export async function runCheck(options: CheckOptions, context: CommandContext): Promise<void> {
  requireText({ '--canary': options.canary, '--out': options.out });
  const only = readOnly(options);
  const timeoutMs = readDuration(options.httpTimeout, '--http-timeout');
  const output = await openReportOutput(options.out, context.platform);
  try {
    const report = await examine(options, only, timeoutMs, context);
    context.trace?.checked(report.checks);
    context.platform.signal.throwIfAborted();
    await output.commit(await renderCheckReport(report, options, context));
    if (options.format === 'github') await publishToGithub(report, context);
    const failure = firstFailure(report);
    if (failure !== undefined) throw checksFailed(report, failure);
  } finally {
    await output.discard();
  }
}

async function examine(
  options: CheckOptions,
  only: readonly CheckId[] | undefined,
  timeoutMs: number,
  context: CommandContext,
): Promise<CheckReport> {
  const subject = await toReading(async () => ({
    value: await prepareSubject(options, context),
    origin: 'the credentials',
  }));
  if (!subject.ok) return reportUnreadable(subject.error, only);
  const report = await runChecks(
    {
      subject: subject.value,
      transport: options.offline ? undefined : openTransport(context, { timeoutMs }),
      probePort,
      canary: await readCanary(options.canary, context),
      signal: context.platform.signal,
    },
    only,
  );
  for (const notice of subject.value.notices) {
    if (!report.checks.some(({ evidence }) => evidence.includes(notice))) context.diagnostics.warn(notice);
  }
  return report;
}

async function prepareSubject(options: CheckOptions, context: CommandContext): Promise<Subject> {
  const stdinUse = options.canary === '-' ? '--canary' : undefined;
  const subject = await readSubject(options, openSettingsSources(context, stdinUse));
  const { hostname } = subject;
  if (options.offline || !hostname.ok) return subject;
  const reachable = await toReading(async () => {
    prepareProxy(hostname.value, context);
    return hostname;
  });
  return { ...subject, hostname: reachable };
}

async function readCanary(
  path: string | undefined,
  context: CommandContext,
): Promise<Reading<string> | undefined> {
  if (path === undefined) return undefined;
  return toReading(async () => {
    const input = await readTextInput({ path, origin: '--canary', what: 'the canary' }, context);
    return { value: input.text.trim(), origin: input.name };
  });
}

/**
 * The checks that `--only` names.
 *
 * @throws SgidError `ERR_USAGE` for names that there are not, and for what could only be skipped.
 */
function readOnly({ only, offline, canary }: CheckOptions): readonly CheckId[] | undefined {
  const ids = only?.map((text) => readCheckId(text.trim()));
  if (ids?.includes('canary') && canary === undefined) {
    throw usageError('--only canary needs --canary', 'Add --canary <file>.');
  }
  const online = offline && ids?.find((id) => ONLINE_CHECK_IDS.includes(id));
  if (online) {
    throw usageError(
      `--offline and --only ${online} contradict each other: it asks the provider`,
      'Give one of them.',
    );
  }
  return ids;
}

function readCheckId(text: string): CheckId {
  const id = CHECK_IDS.find((known) => known === text);
  if (id !== undefined) return id;
  const near = nearestName(text, CHECK_IDS);
  throw usageError(
    `--only: there is no check ${toPrintable(JSON.stringify(text), 200)}`,
    near === undefined ? `The checks are ${CHECK_IDS.join(', ')}.` : `Did you mean ${near}?`,
  );
}

function checksFailed({ checks }: CheckReport, code: SgidError['code']): SgidError {
  const failed = checks.flatMap(({ id, verdict }) => (verdict === 'fail' ? [id] : []));
  const count = failed.length === 1 ? '1 check' : `${failed.length} checks`;
  return new SgidError(code, `${count} failed: ${failed.join(', ')}`, {
    step: 'check',
    hint: `What the first one means: sgid explain ${code}`,
  });
}
