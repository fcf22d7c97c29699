import { Option } from '@commander-js/extra-typings';
import {
  CHECK_IDS,
  type CheckId,
  type CheckReport,
  firstFailure,
  ONLINE_CHECK_IDS,
  type ProbePort,
  type Reading,
  toReading,
} from '../check/check.ts';
import { readSubject, type Subject } from '../check/credentials.ts';
import { reportUnreadable, runChecks } from '../check/run-checks.ts';
import { SgidError, usageError } from '../errors/sgid-error.ts';
import { listenError } from '../login/listen-errors.ts';
import { type ListenPlan, planListener } from '../login/listen-plan.ts';
import { openResultOutput, type ResultOutput, writeStandardOutput } from '../output/result-output.ts';
import { layoutForStdout, PLAIN_LAYOUT } from '../output/table.ts';
import type { CredentialFlags } from '../settings/sources.ts';
import type { Platform } from '../system/platform.ts';
import { tryPort } from '../system/ports.ts';
import { outputError } from '../text/file-errors.ts';
import { nearestName } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import { type CommandContext, type DeclareCommand, GROUPS } from './context.ts';
import { addCredentialOptions, openSettingsSources } from './credential-options.ts';
import { readDuration, requireText } from './option-values.ts';
import { readTextInput } from './text-input.ts';
import { TRACE_DESCRIPTION, withTrace } from './trace-option.ts';
import { openTransport, prepareProxy } from './transport.ts';

/** The options of `sgid check`, as the command line gives them. */
export interface CheckOptions extends CredentialFlags {
  readonly offline?: true;
  readonly only?: readonly string[];
  readonly format: 'text' | 'json' | 'junit' | 'github';
  readonly canary?: string;
  readonly out?: string;
  readonly httpTimeout: string;
  readonly trace?: string;
}

const EXAMPLES = `
Examples:
  $ sgid check                                           everything, with the credentials of a login
  $ sgid check --offline                                 without a request to the provider
  $ sgid check --only client-secret,redirect-uri-registered
  $ sgid check --format junit --out sgid.xml             for the test view of a CI system
  $ sgid check --format github                           annotations and a job summary
  $ sgid check --canary canary.txt                       the private key still opens what sgID encrypts

What the checks are: credentials, provider, private-key, public-key, redirect-uri, callback-port, scopes, canary;
online also discovery, jwks, clock, redirect-uri-registered, client-secret. The last two compare the provider's
answer with that to a changed value, in four requests, one of them with a wrong client secret. No login begins.

The exit code is 0 when nothing failed, else that of the first failure: 3 configuration, 4 refused, 5 unavailable,
7 verification, 8 decryption. A warning is no failure.`;

/** Declares `sgid check`; what it does is loaded when it runs. */
export const declare: DeclareCommand = (command, openContext) => {
  addCredentialOptions(
    command
      .option('--offline', 'ask the provider nothing')
      .option(
        '--only <ids>',
        'run these checks alone, separated by commas; repeatable',
        (value: string, previous: readonly string[] = []) => [...previous, ...value.split(',')],
      )
      .option('--canary <file>', 'what "sgid login --save-canary" wrote; - for standard input'),
    ['scope', 'clientId', 'clientSecretFile', 'privateKeyFile', 'redirectUri', 'hostname'],
  )
    .optionsGroup(GROUPS.output)
    .addOption(
      new Option('--format <format>', 'how to print the report')
        .choices(['text', 'json', 'junit', 'github'] as const)
        .default('text' as const),
    )
    .option('--out <file>', 'write the report to this file (mode 0600) instead of standard output')
    .optionsGroup(GROUPS.rare)
    .option('--http-timeout <duration>', 'how long to wait for each answer of the provider', '10s')
    .option('--trace <file>', TRACE_DESCRIPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const context = await openContext();
      await withTrace('check', options, context, (traced) => runCheck(options, traced));
    });
};

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

/** Renders a report in the format that was asked for. Only that format's code is loaded. */
export async function renderCheckReport(
  report: CheckReport,
  { format, out }: Pick<CheckOptions, 'format' | 'out'>,
  context: CommandContext,
): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('../check/report.ts')).renderJsonReport(report);
    case 'junit':
      return (await import('../check/report.ts')).renderJunitReport(report);
    case 'github':
      return (await import('../check/report.ts')).renderGithubReport(report);
    case 'text': {
      const { renderTextReport } = await import('../check/report.ts');
      const isRead = out === undefined && context.platform.terminal.stdoutIsTerminal;
      // Elsewhere a line is searched for, and must hold all of its check.
      const whole = { ...PLAIN_LAYOUT, columns: Number.POSITIVE_INFINITY };
      return renderTextReport(report, isRead ? layoutForStdout(context) : whole);
    }
  }
}

/**
 * Opens what the report is written to. No text of a report can be a command to GitHub Actions but those that are
 * meant to be, so that standard output takes them all.
 *
 * @throws SgidError `ERR_OUTPUT`
 */
export async function openReportOutput(path: string | undefined, platform: Platform): Promise<ResultOutput> {
  if (path !== undefined && path !== '-') return openResultOutput(path, platform);
  return {
    commit: (content) => writeStandardOutput(content, platform.terminal),
    discard: async () => {},
  };
}

/**
 * Adds the report to the job summary of GitHub Actions, and sets the step's outputs `ok` and `report`, where these
 * are. A failure is told and no more: the report has been written, and what it says counts.
 */
export async function publishToGithub(
  report: CheckReport,
  { platform, diagnostics }: CommandContext,
): Promise<void> {
  const { renderGithubOutputs, renderGithubSummary } = await import('../check/report.ts');
  const append = async (variable: string, text: string): Promise<void> => {
    const path = platform.env[variable];
    if (!path) return;
    await platform.files.append(path, text).catch((error: unknown) => {
      diagnostics.warn(`${variable}: ${outputError(error, path).message}`);
    });
  };
  await append('GITHUB_STEP_SUMMARY', renderGithubSummary(report));
  await append('GITHUB_OUTPUT', renderGithubOutputs(report));
}

/** Tries whether the callback listener of a redirect URI could start: its port is listened on, and given back. */
export const probePort: ProbePort = async (redirectUri) => {
  const plan = planOrReason(redirectUri);
  if (plan instanceof SgidError) return { kind: 'elsewhere', reason: plan.message, hint: plan.hint ?? '' };
  const { port } = plan;
  try {
    return { kind: 'free', addresses: await tryPort(plan.addresses, port), port };
  } catch (error) {
    const judged = listenError(error, plan);
    if (!(judged instanceof SgidError)) throw judged;
    return { kind: 'taken', reason: judged.message, hint: judged.hint ?? '' };
  }
};

function planOrReason(redirectUri: string): ListenPlan | SgidError {
  try {
    return planListener(new URL(redirectUri), {});
  } catch (error) {
    if (error instanceof SgidError) return error;
    throw error;
  }
}
