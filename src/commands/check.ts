import { Option } from '@commander-js/extra-typings';
import { type Loaded, loadTestedCredentials, type TestedCredentials, tryLoad } from '../check/credentials.ts';
import {
  renderGithubOutputs,
  renderGithubReport,
  renderGithubSummary,
  renderJsonReport,
  renderJunitReport,
  renderTextReport,
} from '../check/report.ts';
import {
  CHECK_IDS,
  type CheckId,
  type CheckReport,
  ONLINE_CHECK_IDS,
  reportUnreadable,
  runChecks,
} from '../check/run-checks.ts';
import { SgidError, type SgidErrorCode, usageError } from '../errors/sgid-error.ts';
import { openResultOutput, type ResultOutput, writeStandardOutput } from '../output/result-output.ts';
import { layoutForStdout, PLAIN_LAYOUT, type TextLayout } from '../output/table.ts';
import { type CredentialFlags, loadSources } from '../settings/sources.ts';
import type { Platform } from '../system/platform.ts';
import { outputError } from '../text/file-errors.ts';
import { nearestName } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import { type CommandContext, type DeclareCommand, GROUPS } from './context.ts';
import { addCredentialOptions, openInputs } from './credential-options.ts';
import { parseDuration } from './option-values.ts';
import { runReported, TRACE_DESCRIPTION } from './reports.ts';
import { loadText } from './text-input.ts';
import { openTransport, prepareProxy } from './transport.ts';

interface CheckOptions extends CredentialFlags {
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

What the checks are: ${CHECK_IDS.filter((id) => !ONLINE_CHECK_IDS.includes(id)).join(', ')};
online also ${ONLINE_CHECK_IDS.join(', ')}.
redirect-uri-registered and client-secret compare the provider's answer with that to a changed value, in four
requests, one of them with a wrong client secret. No login begins.

The exit code is 0 when nothing failed, else that of the first failure: 3 configuration, 4 refused, 5 unavailable,
7 verification, 8 decryption. A warning is no failure.`;

/** Declares `sgid check`. */
export const declare: DeclareCommand = (command, openContext) => {
  addCredentialOptions(
    command
      .option('--offline', 'ask the provider nothing')
      .option(
        '--only <checks>',
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
      await runReported('check', options, context, () => runCheck(options, context));
    });
};

/** How the paths of sgID end. */
const STEPS: readonly (readonly [path: string, step: string])[] = [
  ['/oauth/authorize', 'authorize'],
  ['/oauth/token', 'token'],
  ['/.well-known/jwks.json', 'jwks'],
  ['/.well-known/openid-configuration', 'discovery'],
];

function stepOf(url: string): string {
  const { pathname } = new URL(url);
  return STEPS.find(([path]) => pathname.endsWith(path))?.[1] ?? 'other';
}

async function runCheck(options: CheckOptions, context: CommandContext): Promise<void> {
  const only = parseOnly(options);
  const timeoutMs = parseDuration(options.httpTimeout, '--http-timeout');
  const output = await openReportOutput(options.out, context.platform);
  try {
    const report = await examine(options, only, timeoutMs, context);
    for (const { id, verdict, code, durationMs } of report.checks)
      context.journal.checked({ check: id, verdict, ...(code && { code }) }, durationMs);
    context.platform.signal.throwIfAborted();
    await output.commit(renderReport(report, options, context));
    if (options.format === 'github') await publishToGithub(report, context);
    const failure = report.checks.find(({ verdict }) => verdict === 'fail')?.code;
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
  const loaded = await tryLoad(async () => ({
    value: await loadReachable(options, context),
    origin: 'the credentials',
  }));
  if (!loaded.ok) return reportUnreadable(loaded.error, only);
  const credentials = loaded.value;
  const transport = options.offline ? undefined : openTransport(context, { timeoutMs, stepOf });
  const canary = await loadCanary(options.canary, context);
  const report = await runChecks({ credentials, transport, canary, signal: context.platform.signal }, only);
  for (const notice of credentials.notices) {
    if (!report.checks.some(({ evidence }) => evidence.includes(notice))) context.diagnostics.warn(notice);
  }
  return report;
}

/** A proxy that cannot be used makes the provider one that cannot. */
async function loadReachable(options: CheckOptions, context: CommandContext): Promise<TestedCredentials> {
  const stdinUse = options.canary === '-' ? '--canary' : undefined;
  const inputs = openInputs(context, stdinUse);
  const credentials = await loadTestedCredentials(await loadSources(options, inputs), inputs);
  const { hostname } = credentials;
  if (options.offline || !hostname.ok) return credentials;
  const reachable = await tryLoad(async () => {
    prepareProxy(hostname.value, context);
    return hostname;
  });
  return { ...credentials, hostname: reachable };
}

async function loadCanary(
  path: string | undefined,
  context: CommandContext,
): Promise<Loaded<string> | undefined> {
  if (path === undefined) return undefined;
  return tryLoad(async () => {
    const input = await loadText({ path, option: '--canary', what: 'the canary' }, context);
    return { value: input.text.trim(), origin: input.name };
  });
}

/** Refuses names that there are not, and what could only be skipped. */
function parseOnly({ only, offline, canary }: CheckOptions): readonly CheckId[] | undefined {
  const ids = only?.map((text) => parseCheckId(text.trim()));
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

function parseCheckId(text: string): CheckId {
  const id = CHECK_IDS.find((known) => known === text);
  if (id !== undefined) return id;
  const near = nearestName(text, CHECK_IDS);
  throw usageError(
    `--only: there is no check ${toPrintable(JSON.stringify(text), 200)}`,
    near === undefined ? `The checks are ${CHECK_IDS.join(', ')}.` : `Did you mean ${near}?`,
  );
}

function checksFailed({ checks }: CheckReport, code: SgidErrorCode): SgidError {
  const failed = checks.flatMap(({ id, verdict }) => (verdict === 'fail' ? [id] : []));
  const count = failed.length === 1 ? '1 check' : `${failed.length} checks`;
  return new SgidError(code, `${count} failed: ${failed.join(', ')}`, {
    step: 'check',
    hint: `What the first one means: sgid explain ${code}`,
  });
}

function renderReport(
  report: CheckReport,
  { format, out }: Pick<CheckOptions, 'format' | 'out'>,
  context: CommandContext,
): string {
  switch (format) {
    case 'json':
      return renderJsonReport(report);
    case 'junit':
      return renderJunitReport(report);
    case 'github':
      return renderGithubReport(report);
    case 'text':
      return renderTextReport(report, out === undefined ? layoutOfReport(context) : WHOLE_LINES);
  }
}

/** Where nobody reads it, a line is searched for, and must hold all of its check. */
const WHOLE_LINES: TextLayout = { ...PLAIN_LAYOUT, columns: Number.POSITIVE_INFINITY };

/** How a report in text is laid out on standard output. */
export function layoutOfReport(context: CommandContext): TextLayout {
  return context.platform.terminal.stdoutIsTerminal ? layoutForStdout(context) : WHOLE_LINES;
}

/** No text of a report can be a command to GitHub Actions but those that are meant to be: all may be printed. */
async function openReportOutput(path: string | undefined, platform: Platform): Promise<ResultOutput> {
  if (path !== undefined && path !== '-') return openResultOutput(path, platform);
  return {
    commit: (content) => writeStandardOutput(content, platform.terminal),
    discard: async () => {},
  };
}

/**
 * Adds the report to the job summary of GitHub Actions, and sets the step's outputs `ok` and `report`, where these
 * are. A failure is a warning: the report has been written, and what it says counts.
 */
async function publishToGithub(
  report: CheckReport,
  { platform, diagnostics }: CommandContext,
): Promise<void> {
  const texts = {
    GITHUB_STEP_SUMMARY: renderGithubSummary(report),
    GITHUB_OUTPUT: renderGithubOutputs(report),
  };
  for (const [variable, text] of Object.entries(texts)) {
    const path = platform.env[variable];
    if (!path) continue;
    await platform.files.append(path, text).catch((error: unknown) => {
      diagnostics.warn(`${variable}: ${outputError(error, path).message}`);
    });
  }
}
