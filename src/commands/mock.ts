import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type { MockClient } from '../mock/clients.ts';
import { listFaults } from '../mock/faults.ts';
import { type MockServer, startMockServer } from '../mock/server.ts';
import { createTestClient, TEST_REDIRECT_URI } from '../mock/test-credentials.ts';
import type { Diagnostics } from '../output/diagnostics.ts';
import { renderJson } from '../output/result.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { renderTable } from '../output/table.ts';
import { toPrintable } from '../text/printable.ts';
import { type CommandContext, type DeclareCommand, GROUPS } from './context.ts';
import {
  type MockRunOptions,
  readMockClients,
  readMockOptions,
  readMockPersonas,
  readSharedSecret,
} from './mock-options.ts';
import { openMockOutputs } from './mock-outputs.ts';
import { logExchanges } from './transport.ts';

/** The options of `sgid mock`, as the command line gives them. */
export interface MockOptions {
  readonly port: string;
  readonly host: string;
  readonly hostname?: string;
  readonly redirectUri?: readonly string[];
  readonly client?: string;
  readonly personas?: string;
  /** `true` for --approve without a persona. */
  readonly approve?: string | true;
  readonly fault?: readonly string[];
  readonly latency?: string;
  readonly jwe: 'sdk' | 'mockpass';
  readonly dotenv?: string;
  readonly stateless?: true;
  readonly secretFile?: string;
  readonly control?: true;
  readonly https?: true;
  readonly certFile?: string;
}

/** How the lists of `sgid mock` are printed. */
export type ListFormat = 'json' | 'table';

const EXAMPLES = `
Examples:
  $ sgid mock -e .env.mock                               serve, and write a ready .env for your application
  $ sgid mock --redirect-uri http://localhost:3000/callback --approve wei-ming
  $ sgid mock --client clients.json --control            your own clients; tests steer it under /_mock
  $ sgid mock --approve --fault expired-token:1          the first login gets an expired ID token
  $ sgid mock personas --format table
  $ sgid mock faults --format table`;

/** Declares `sgid mock` and its lists; what they do is loaded when they run. */
export const declare: DeclareCommand = (mock, openContext) => {
  mock
    .option('--port <port>', 'the port; 0 takes any free one', '5157')
    .option('--host <address>', 'the IP address to listen on', '127.0.0.1')
    .option('-e, --dotenv <file>', 'write a ready .env for the client (mode 0600)')
    .option('--redirect-uri <uri>', 'a redirect URI of the ready-made client; repeatable', collect)
    .option('--client <file>', 'register the clients of this file instead (JSON)')
    .option('--personas <file>', 'add or replace personas by this file (JSON)')
    .option('--approve [persona]', 'log this persona in, or the first, without a page')
    .optionsGroup(GROUPS.testing)
    .option('--fault <name[:times]>', 'misbehave, in every login or that many; repeatable', collect)
    .option('--latency <duration>', 'delay every answer by this long, e.g. 0.5s')
    .option('--control', 'serve the control API under /_mock')
    .optionsGroup(GROUPS.rare)
    .option('--hostname <origin>', 'the origin that clients reach it under, if another')
    .option('--https', 'serve https with a self-signed certificate')
    .option('--cert-file <file>', 'write its certificate, for clients to trust')
    .addOption(
      new Option('--jwe <profile>', 'how userinfo is encrypted')
        .choices(['sdk', 'mockpass'] as const)
        .default('sdk' as const),
    )
    .option('--stateless', 'let several processes serve one login, with one secret')
    .option('--secret-file <file>', 'the secret that they share, at least 16 bytes')
    .addHelpText('after', EXAMPLES)
    // A word that is no command is told with the nearest one.
    .allowExcessArguments()
    .action(async (options, command) => {
      const context = await openContext();
      await runMock(options, context, command.args);
    });
  const people = declareList('personas', 'list the people who can log in', async (format, context) => {
    const { personas }: Pick<MockOptions, 'personas'> = { ...mock.opts(), ...people.opts() };
    await listPersonas(format, context, personas);
  });
  people.option('--personas <file>', 'add or replace personas by this file (JSON)');
  declareList('faults', 'list the ways to misbehave', async (format, context) => {
    await listMockFaults(format, context);
  });

  function declareList(
    name: string,
    description: string,
    run: (format: ListFormat, context: CommandContext) => Promise<void>,
  ): CommandUnknownOpts {
    return mock
      .command(name)
      .description(description)
      .addOption(
        new Option('--format <format>', 'how to print the list')
          .choices(['json', 'table'] as const)
          .default('json' as const),
      )
      .addHelpText('after', `\nExamples:\n  $ sgid mock ${name} --format table`)
      .action(async ({ format }) => run(format, await openContext()));
  }
};

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/**
 * Runs `sgid mock` until it is interrupted.
 *
 * @param words What stands on the command line beside options and commands; nothing should.
 * @throws SgidError of the steps `usage`, `config`, `output` and `listen`.
 */
export async function runMock(
  options: MockRunOptions,
  context: CommandContext,
  words: readonly string[] = [],
): Promise<void> {
  const { platform, diagnostics } = context;
  const preferences = readMockOptions(options, words);
  const clients =
    options.client === undefined
      ? [createTestClient(options.redirectUri ?? [TEST_REDIRECT_URI])]
      : await readMockClients(options.client, context);
  const personas = await readMockPersonas(options.personas, context);
  const approve = options.approve === true ? personas[0]?.id : options.approve;
  const secret =
    options.secretFile === undefined ? undefined : await readSharedSecret(options.secretFile, context);
  const outputs = await openMockOutputs(options, context);
  let server: MockServer | undefined;
  try {
    server = await startMockServer({
      ...preferences,
      host: options.host,
      clients,
      personas,
      jwe: options.jwe,
      control: options.control === true,
      https: options.https === true,
      ...(options.hostname === undefined ? {} : { hostname: options.hostname }),
      ...(approve === undefined ? {} : { approve }),
      ...(secret === undefined ? {} : { secret }),
      ...(diagnostics.verbosity === 'verbose' ? { onExchange: tellExchange(diagnostics) } : {}),
    });
    await outputs.commit(server, clients);
    await writeStandardOutput(renderJson(describeServer(server, clients), 0), platform.terminal);
    tellWhere(server, options.host, diagnostics);
    await untilAborted(platform.signal);
    // The terminal has written ^C there.
    if (platform.terminal.stderrIsTerminal) platform.terminal.writeError('\n');
  } finally {
    await outputs.discard();
    await server?.close();
  }
}

/** A line for each exchange. A path may be whatever a client likes to send, and long. */
function tellExchange(diagnostics: Diagnostics): ReturnType<typeof logExchanges> {
  const log = logExchanges(diagnostics);
  return (exchange) => log({ ...exchange, url: toPrintable(exchange.url) });
}

/** What other programs need to know, as the contract of the command line has it. */
function describeServer({ hostname, provider }: MockServer, clients: readonly MockClient[]): object {
  return {
    hostname,
    issuer: provider.issuer,
    clients: clients.map(({ clientId, redirectUris, scopes }) => ({ clientId, redirectUris, scopes })),
  };
}

function tellWhere(
  { hostname, port, certificate }: MockServer,
  host: string,
  diagnostics: Diagnostics,
): void {
  const isPrivate = host === '::1' || host.startsWith('127.');
  const reach = isPrivate ? '' : `, and on ${host}: other machines can reach it (--hostname says as what)`;
  const { protocol, port: named } = new URL(hostname);
  const isOwnPort = Number(named || (protocol === 'https:' ? 443 : 80)) === port;
  const place = isOwnPort ? hostname : `port ${port} of ${host}, for ${hostname}`;
  diagnostics.info(`Mock sgID listens at ${place}${reach}. Ctrl-C ends it.`);
  if (certificate === undefined) return;
  diagnostics.info(`Its certificate is self-signed, SHA-256 ${certificate.fingerprint}.`);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * Prints the personas that can log in.
 *
 * @param personasPath The file of `--personas`; the built-in ones alone without it.
 * @throws SgidError `ERR_FILE`.
 */
export async function listPersonas(
  format: ListFormat,
  context: CommandContext,
  personasPath?: string,
): Promise<void> {
  const personas = await readMockPersonas(personasPath, context);
  const text =
    format === 'json'
      ? renderJson(personas.map(({ id, name, data }) => ({ id, name, data })))
      : renderTable(
          ['id', 'name', 'description'],
          personas.map(({ id, name, description = '' }) => [id, toPrintable(name), toPrintable(description)]),
          { columns: context.platform.terminal.stdoutColumns },
        );
  await writeStandardOutput(text, context.platform.terminal);
}

/** Prints the faults. */
export async function listMockFaults(format: ListFormat, { platform }: CommandContext): Promise<void> {
  const faults = listFaults();
  const text =
    format === 'json'
      ? renderJson(faults)
      : renderTable(
          ['name', 'what the provider does', 'what a correct client does'],
          faults.map(({ name, effect, correctClient }) => [name, effect, correctClient]),
          // Our own words, of which none may be missing.
          { widest: Number.POSITIVE_INFINITY, columns: platform.terminal.stdoutColumns },
        );
  await writeStandardOutput(text, platform.terminal);
}
