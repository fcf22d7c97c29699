import { type Command, Option } from '@commander-js/extra-typings';
import { loadTestedCredentials, type TestedCredentials, tryLoad } from '../check/credentials.ts';
import {
  renderGithubOutputs,
  renderGithubReport,
  renderGithubSummary,
  renderJsonReport,
  renderJunitReport,
  renderTextReport,
  renderUnproven,
} from '../check/report.ts';
import {
  CHECK_IDS,
  type CheckId,
  type CheckReport,
  ONLINE_CHECK_IDS,
  reportUnreadable,
  runChecks,
} from '../check/run-checks.ts';
import { SgidError, usageError } from '../errors/sgid-error.ts';
import type { Journal } from '../oidc/journal.ts';
import { fail } from '../oidc/verdict.ts';
import { openOutput } from '../output/result-output.ts';
import { layoutOfReport, type TextLayout } from '../output/table.ts';
import { loadSources } from '../settings/sources.ts';
import { outputError } from '../text/file-errors.ts';
import { didYouMean } from '../text/nearest-name.ts';
import { quoteValue } from '../text/printable.ts';
import { type CommandContext, type DeclareCommand, GROUPS } from './context.ts';
import { addCredentialOptions, openInputs, repeatSources } from './credential-options.ts';
import { parseDuration } from './option-values.ts';
import { runReported, TRACE_DESCRIPTION } from './reports.ts';
import { loadText } from './text-input.ts';
import { HTTP_TIMEOUT, openTransport, prepareProxy } from './transport.ts';

const EXAMPLES = `
Examples:
  $ sgid check                                           everything
  $ sgid check --offline                                 without a request to the provider
  $ sgid check --only client-secret,redirect-uri-registered
  $ sgid check --format junit --out sgid.xml             for the test view of a CI system
  $ sgid check --format github                           annotations and a job summary
  $ sgid check --canary canary.txt                       does the key still decrypt?

The checks: ${CHECK_IDS.filter((id) => !ONLINE_CHECK_IDS.includes(id)).join(', ')};
online also ${ONLINE_CHECK_IDS.join(', ')}.
redirect-uri-registered and client-secret compare the provider's answer with that to a changed value, in four
requests, one of them with a wrong client secret. A scope that the provider refuses there fails scopes.
No login begins.

The exit code is 0 when nothing failed, else that of the first failure: 3 configuration, 4 refused, 5 unavailable,
7 verification, 8 decryption. A warning is not a failure.`;

const addOptions = (command: Command) =>
  addCredentialOptions(
    command
      .option('--offline', 'send no request')
      .option(
        '--only <checks>',
        'run only these checks, separated by commas; repeatable',
        (value: string, previous: readonly string[] = []) => [...previous, ...value.split(',')],
      )
      .option('--canary <file>', 'the canary that "sgid login --save-canary" wrote; - for standard input'),
  )
    .optionsGroup(GROUPS.output)
    .addOption(
      new Option('--format <format>', 'how to print the report')
        .choices(['text', 'json', 'junit', 'github'] as const)
        .default('text' as const),
    )
    .option('--out <file>', 'write the report to this file (mode 0600) instead of standard output')
    .optionsGroup(GROUPS.rare)
    .option(...HTTP_TIMEOUT)
    .option('--trace <file>', TRACE_DESCRIPTION)
    .addHelpText('after', EXAMPLES);

type CheckOptions = ReturnType<ReturnType<typeof addOptions>['opts']>;

export const declare: DeclareCommand = (command, openContext) => {
  addOptions(command).action(async (options) => {
    const context = await openContext();
    await runReported('check', options, context, () => runCheck(options, context));
  });
};

async function runCheck(options: CheckOptions, context: CommandContext): Promise<void> {
  const { format, out } = options;
  const { platform, diagnostics, journal } = context;
  const only = parseOnly(options);
  const timeoutMs = parseDuration(options.httpTimeout, '--http-timeout');
  // Annotations are commands that GitHub Actions must obey; all else in a report is harmless.
  await using output = await openOutput(out, platform);
  if (platform.terminal.stderrIsTerminal) diagnostics.info('Checking the credentials ...');
  const report = await examine(options, only, timeoutMs, context);
  for (const { id, durationMs, ...found } of report.checks) {
    const verdict =
      found.verdict === 'fail'
        ? fail(new SgidError(found.code, found.evidence), undefined, id)
        : { check: id, verdict: found.verdict };
    journal.checked(verdict, durationMs);
  }
  platform.signal.throwIfAborted();
  const login = `sgid login${repeatSources(options)}`;
  const text = RENDERERS[format](report, layoutOfReport(context, out), login);
  await output.commit(text);
  if (format === 'github') await publishToGithub(report, context);
  requireNoFailure(report);
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
  const transport = options.offline ? undefined : openTransport(context, timeoutMs);
  const { canary: path } = options;
  const canary = path === undefined ? undefined : await tryLoad(() => loadCanary(path, context));
  const { signal, env } = context.platform;
  const journal: Journal = { step: (name, run) => run(context.journal.exchangesOnly(name)) };
  const report = await runChecks({ credentials, transport, canary, journal, signal, env }, only);
  for (const notice of credentials.notices) {
    if (!report.checks.some(({ evidence }) => evidence.includes(notice))) context.diagnostics.warn(notice);
  }
  return report;
}

async function loadCanary(path: string, context: CommandContext) {
  const { text, name } = await loadText({ path, option: '--canary', what: 'the canary' }, context);
  return { value: text.trim(), origin: name };
}

/** With an unusable proxy, the provider cannot be reached either. */
async function loadReachable(options: CheckOptions, context: CommandContext): Promise<TestedCredentials> {
  // A notice may be the evidence of a check.
  const notices = new Set<string>();
  const inputs = { ...openInputs(context, options.canary === '-' ? '--canary' : undefined), notices };
  const credentials = await loadTestedCredentials(await loadSources(options, inputs), inputs);
  const { hostname } = credentials;
  if (options.offline || !hostname.ok) return credentials;
  const reachable = await tryLoad(async () => {
    prepareProxy(hostname.value, context);
    return hostname;
  });
  return { ...credentials, hostname: reachable };
}

/** Refuses unknown names, and checks that could only be skipped. */
function parseOnly({ only, offline, canary }: CheckOptions): readonly CheckId[] | undefined {
  const ids = only?.map((text) => parseCheckId(text.trim()));
  if (ids?.includes('canary') && canary === undefined)
    throw usageError('--only canary needs --canary', 'Add --canary <file>.');
  const online = offline && ids?.find((id) => ONLINE_CHECK_IDS.includes(id));
  if (!online) return ids;
  const message = `--offline and --only ${online} contradict each other: it asks the provider`;
  throw usageError(message, 'Give one of them.');
}

function parseCheckId(text: string): CheckId {
  const id = CHECK_IDS.find((known) => known === text);
  if (id !== undefined) return id;
  throw usageError(
    `--only: unknown check ${quoteValue(text)}`,
    didYouMean(text, CHECK_IDS) ?? `The checks are ${CHECK_IDS.join(', ')}.`,
  );
}

function requireNoFailure({ checks }: CheckReport): void {
  const failed = checks.filter(({ verdict }) => verdict === 'fail');
  const code = failed[0]?.code;
  if (code === undefined) return;
  const count = failed.length === 1 ? '1 check' : `${failed.length} checks`;
  throw new SgidError(code, `${count} failed: ${failed.map(({ id }) => id).join(', ')}`, { step: 'check' });
}

const RENDERERS = {
  text: (report: CheckReport, layout: TextLayout, login: string) =>
    renderTextReport(report, layout) + renderUnproven(report, layout, login),
  json: renderJsonReport,
  junit: renderJunitReport,
  github: renderGithubReport,
};

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
    // The report is written: its verdict is the exit code, whatever happens here.
    await platform.files.append(path, text).catch((error: unknown) => {
      diagnostics.warn(`${variable}: ${outputError(error, path).message}`);
    });
  }
}
