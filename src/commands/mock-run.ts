import { resolve } from 'node:path';
import { aborted } from 'node:util';
import { SgidError, usageError } from '../errors/sgid-error.ts';
import { fingerprintOf } from '../keys/certificate.ts';
import { CHOICE_PAGE } from '../mock/authorize.ts';
import { settingsOf } from '../mock/client-env.ts';
import type { MockClient } from '../mock/clients.ts';
import { isRefusal } from '../mock/oauth.ts';
import type { AnsweredExchange } from '../mock/provider-state.ts';
import type { MockServer } from '../mock/server.ts';
import { renderJson } from '../output/result.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { withoutCredentials } from '../settings/child-environment.ts';
import { isLoopback, portOf } from '../system/host.ts';
import { errorCode } from '../system/node-error.ts';
import { startFault } from '../text/machine-fault.ts';
import { toPrintable } from '../text/printable.ts';
import { wordForShell } from '../text/shell-words.ts';
import type { CommandContext } from './context.ts';

interface Place {
  /** The address that it listens on. */
  readonly host: string;
  readonly certFile?: string | undefined;
  /** The `.env` that was written. */
  readonly dotenv?: string | undefined;
}

type Clients = readonly MockClient[];

/** Says where the mock is, and serves until a signal comes or the command after `--` has ended. */
export async function serve(
  server: MockServer,
  clients: Clients,
  place: Place,
  context: CommandContext,
): Promise<void> {
  const { commandLine, platform, diagnostics } = context;
  if (commandLine !== undefined) {
    const command = toPrintable(commandLine.map(wordForShell).join(' '), 200);
    diagnostics.info(`Mock sgID listens at ${server.hostname} for: ${command}`);
    return runAgainst(server, clients, commandLine, place, context);
  }
  const { stdoutIsTerminal } = platform.terminal;
  if (!stdoutIsTerminal) {
    const shown = clients.map(({ clientId, redirectUris, scopes }) => ({ clientId, redirectUris, scopes }));
    const line = { hostname: server.hostname, issuer: server.provider.issuer, clients: shown };
    await writeStandardOutput(renderJson(line, 0), platform.terminal);
  }
  reportPlace(server, place.host, context);
  if (stdoutIsTerminal) printBanner(server, clients, place, context);
  await aborted(platform.signal, platform.signal);
  // The terminal has written ^C there.
  if (platform.terminal.stderrIsTerminal) platform.terminal.writeError('\n');
}

/** Refuses what a command cannot be run with, before anything is started. */
export function requireCommand(
  [program]: readonly string[],
  { https, certFile }: { readonly https?: true | undefined; readonly certFile?: string | undefined },
): void {
  if (!program)
    throw usageError('no command was given after --', 'For example: sgid mock --approve -- npm test');
  if (https && certFile === undefined) {
    const hint = 'Add --cert-file <file>: the command gets it in NODE_EXTRA_CA_CERTS.';
    throw usageError('a command cannot trust the certificate of --https without its file', hint);
  }
}

async function runAgainst(
  server: MockServer,
  clients: Clients,
  commandLine: readonly string[],
  { certFile }: Place,
  context: CommandContext,
): Promise<void> {
  const { platform, endWith, diagnostics } = context;
  // A signal may have come while the certificate was made.
  platform.signal.throwIfAborted();
  const settings = settingsOf(server.hostname, clients);
  const trust = certFile === undefined ? {} : trustCertificate(resolve(certFile), context);
  const env = { ...withoutCredentials(platform.env), ...settings, ...trust };
  try {
    const status = await platform.runForeground(commandLine, env);
    if (status !== 0) warnOfUnansweredPages(server, diagnostics);
    endWith(status);
  } catch (error) {
    const name = toPrintable(commandLine[0] ?? '', 200);
    const fault = startFault(error);
    if (fault !== undefined) {
      const message = `the command ${name} could not be started: ${fault.reason}`;
      throw new SgidError('ERR_FILE', message, { hint: fault.hint, cause: error });
    }
    const isAbsent = errorCode(error) === 'ENOENT';
    const problem = isAbsent ? 'was not found' : `could not be started (${errorCode(error)})`;
    const ofWindows =
      process.platform === 'win32' ? ' For a .cmd file, write: sgid mock -- cmd /c npm test' : '';
    throw usageError(`the command ${name} ${problem}`, `Check its name and PATH.${ofWindows}`);
  }
}

/** The variable that makes a Node.js program trust the mock's certificate, too. It can name one file only. */
function trustCertificate(certFile: string, { platform, diagnostics }: CommandContext) {
  const { NODE_EXTRA_CA_CERTS: own } = platform.env;
  if (own && resolve(own) !== certFile) {
    diagnostics.warn(
      `the command gets NODE_EXTRA_CA_CERTS with the certificate of the mock, in place of ${toPrintable(own)}`,
    );
  }
  return { NODE_EXTRA_CA_CERTS: certFile };
}

/** A test waits in vain for a person to choose. */
function warnOfUnansweredPages({ provider }: MockServer, { warn }: CommandContext['diagnostics']): void {
  const requests = provider.requests();
  const { length } = requests.filter(({ outcome }) => outcome === CHOICE_PAGE);
  if (length === 0 || requests.some(({ parameters }) => 'mock_persona' in parameters)) return;
  const times = length === 1 ? 'once' : `${length} times`;
  warn(
    `the page that asks who logs in was shown ${times} and nobody chose; --approve logs somebody in without it`,
  );
}

/** On a terminal only; a pipe gets JSON. */
function printBanner(
  { hostname }: MockServer,
  [client, ...others]: Clients,
  { dotenv }: Place,
  { diagnostics }: CommandContext,
): void {
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const rows: (readonly [name: string, text: string])[] = [
    ['page', `${hostname}/`],
    ['client id', `${client?.clientId}${more}`],
    ['redirect URI', client?.redirectUris.join(', ') ?? ''],
  ];
  if (dotenv === undefined) rows.push(['.env', 'sgid mock -e .env.mock writes one for your application']);
  for (const [name, text] of rows)
    diagnostics.info(`  ${diagnostics.style('dim', name.padEnd(12))}  ${toPrintable(text, 500)}`);
}

/**
 * Returns what prints a line for each request: for all of them on a terminal, with the duration under --verbose, only for
 * refused ones beside a command; `undefined` where nobody would see it.
 */
export function reportExchanges({ diagnostics, platform, commandLine }: CommandContext) {
  const isVerbose = diagnostics.verbosity === 'verbose';
  // What a command prints is its own; only what it was refused is told beside it.
  const isRun = commandLine !== undefined;
  if (!isVerbose && !isRun && !platform.terminal.stdoutIsTerminal) return undefined;
  return (exchange: AnsweredExchange): void => {
    const { method, url, status = 500, outcome, milliseconds } = exchange;
    const isRefused = isRefusal(exchange);
    if (isRun && !isVerbose && !isRefused) return;
    // A path may be whatever a client likes to send, and long.
    const words = [
      method,
      toPrintable(url),
      status,
      ...(outcome === undefined ? [] : [toPrintable(outcome)]),
    ];
    const line = words.join(' ');
    if (isVerbose) diagnostics.detail(`${line} ${milliseconds.toFixed(0)} ms`);
    else diagnostics.info(isRefused ? diagnostics.style('red', line) : line);
  };
}

function reportPlace(server: MockServer, host: string, { diagnostics }: CommandContext): void {
  const { hostname, port, certificate } = server;
  const url = new URL(hostname);
  const isOwnPort = portOf(url) === port;
  const isReachable = !isLoopback(host);
  const address = isReachable ? `, and on ${host}` : '';
  const place = isOwnPort ? `${hostname}${address}` : `port ${port} of ${host}, for ${hostname}`;
  const advice = isLoopback(url.hostname) ? ' (set --hostname to the name they use)' : '';
  const reach = isReachable ? `: other machines can reach it${advice}` : '';
  diagnostics.info(`Mock sgID listens at ${place}${reach}. Press Ctrl-C to stop.`);
  if (certificate === undefined) return;
  diagnostics.info(`Its certificate is self-signed, SHA-256 ${fingerprintOf(certificate)}.`);
}
