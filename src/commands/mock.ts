import { type Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { usageError } from '../errors/sgid-error.ts';
import type { MockClient } from '../mock/clients.ts';
import { listFaults, type QueuedFault, validateFault } from '../mock/faults.ts';
import { SHORTEST_SECRET_BYTES } from '../mock/grants.ts';
import { parseSigningKey } from '../mock/key-ring.ts';
import { describeForTesting, PERSONAS, type Persona } from '../mock/personas.ts';
import { validateProviderOrigin } from '../mock/provider-origin.ts';
import { validateFaultOrder } from '../mock/queue.ts';
import { startMockServer } from '../mock/server.ts';
import { createTestClient } from '../mock/test-credentials.ts';
import { EXAMPLE_REDIRECT_URI } from '../sgid/redirect-uri.ts';
import { isIpAddress, isLoopback } from '../system/host.ts';
import { exposedFileNotice, fileError } from '../text/file-errors.ts';
import { decodeText } from '../text/guards.ts';
import { nearestName } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import { type CommandContext, type DeclareCommand, GROUPS } from './context.ts';
import { type List, listFormat, printList } from './list.ts';
import { openMockFiles } from './mock-files.ts';
import { reportExchanges, requireCommand, serve } from './mock-run.ts';
import { collect, parseDuration } from './option-values.ts';
import { inputError } from './text-input.ts';

const EXAMPLES = `
Examples:
  $ sgid mock -e .env.mock                               serve, and write a ready .env for your application
  $ sgid mock --redirect-uri http://localhost:3000/callback --approve wei-ming
  $ sgid mock --client clients.json --control            your own clients; tests steer it under /_mock
  $ sgid mock --approve --fault expired-token:1          the first login gets an expired ID token
  $ sgid mock --approve -- npm test                      run a command against it, and end with it
  $ sgid mock personas
  $ sgid mock faults`;

const DEFAULT_PORT = '5157';

export type MockOptions = ReturnType<ReturnType<typeof addOptions>['opts']>;

function addOptions(mock: Command) {
  return mock
    .option(
      '--port <port>',
      `the port; 0 takes any free one (default: ${DEFAULT_PORT}; any free one for a command)`,
    )
    .option('--host <address>', 'the IP address to listen on', '127.0.0.1')
    .option('-e, --dotenv <file>', 'write a ready .env for the client (mode 0600)')
    .option('--redirect-uri <uri>', 'a redirect URI of the ready-made client; repeatable', collect)
    .option('--client <file>', 'register the clients of this file instead (JSON)')
    .option('--personas <file>', 'add or replace personas with those of this file (JSON)')
    .option('--approve [persona]', 'log this persona in, or the first, without a page')
    .optionsGroup(GROUPS.testing)
    .option('--fault <fault[:times]>', 'inject this fault every time, or so many times; repeatable', collect)
    .option('--latency <duration>', 'seconds to delay every answer, or as 1m')
    .option('--control', 'serve the control API under /_mock')
    .option('--oidc', 'support POST, prompt, max_age and id_token_hint')
    .optionsGroup(GROUPS.rare)
    .option('--hostname <origin>', 'the origin that clients use (default: where it listens)')
    .option('--https', 'serve https with a self-signed certificate')
    .option('--cert-file <file>', 'write its certificate, for clients to trust')
    .addOption(
      new Option('--jwe <profile>', 'how userinfo is encrypted')
        .choices(['sdk', 'mockpass'] as const)
        .default('sdk' as const),
    )
    .option('--signing-key <file>', 'sign ID tokens with this RSA private key (PEM or JWK)')
    .option('--stateless', 'let several processes serve one login, with one secret')
    .option('--secret-file <file>', 'the secret that they share, at least 16 bytes')
    .addHelpText('after', EXAMPLES);
}

export const declare: DeclareCommand = (mock, openContext) => {
  addOptions(mock)
    // A word that is no command is refused with the nearest one.
    .allowExcessArguments()
    .action(async (options, command) => {
      await runMock(options, await openContext(), command.args);
    });

  const people = declareList('personas', 'list the people who can log in', async (context) => {
    const { personas: path }: Partial<MockOptions> = { ...mock.opts(), ...people.opts() };
    const personas = await loadPersonas(path, context);
    return {
      json: personas.map(({ id, name, data }) => ({ id, name, data })),
      headings: ['id', 'name', 'description'],
      rows: personas.map((persona) => [persona.id, persona.name, describeForTesting(persona) ?? '']),
      widest: 44,
    };
  }).option('--personas <file>', 'add or replace personas with those of this file (JSON)');

  declareList('faults', 'list the faults', async () => ({
    json: listFaults(),
    headings: ['name', 'what the provider does', 'what a correct client does'],
    rows: listFaults().map(({ name, effect, correctClient }) => [name, effect, correctClient]),
  }));

  function declareList(
    name: string,
    description: string,
    list: (context: CommandContext) => Promise<List>,
  ): CommandUnknownOpts {
    return mock
      .command(name)
      .description(description)
      .allowExcessArguments(false)
      .addOption(listFormat())
      .addHelpText('after', `\nExamples:\n  $ sgid mock ${name}`)
      .action(async ({ format }) => {
        const context = await openContext();
        if (context.commandLine !== undefined)
          throw usageError(
            `"sgid mock ${name}" runs no command`,
            `Omit "${name}" to run one against the mock: sgid mock --approve -- npm test`,
          );
        await printList(await list(context), format, context.platform);
      });
  }
};

async function runMock(
  { port, ...options }: MockOptions,
  context: CommandContext,
  words: readonly string[],
): Promise<void> {
  const { commandLine } = context;
  if (commandLine !== undefined) requireCommand(commandLine, options);
  // A command finds the port in its environment, so that several can run at once.
  const given = { ...options, port: port ?? (commandLine === undefined ? DEFAULT_PORT : '0') };
  const validated = validateOptions(given, words);
  const clients = await loadClients(options, context);
  const personas = await loadPersonas(options.personas, context);
  const approve = options.approve === true ? personas[0]?.id : options.approve;
  const secret = await loadSecret(options.secretFile, context);
  const signingKey = await loadSigningKey(options.signingKey, context);
  await using files = await openMockFiles(options, clients, context);
  const loaded = { clients, personas, approve, secret, signingKey };
  const onExchange = reportExchanges(context);
  await using server = await startMockServer({ ...options, ...validated, ...loaded, onExchange });
  await files.commit(server);
  await serve(server, clients, options, context);
}

function validateOptions(options: MockOptions & { readonly port: string }, [word]: readonly string[]) {
  const { host, hostname, https, stateless, secretFile, certFile, latency } = options;
  if (word !== undefined) {
    const nearest = nearestName(word, ['personas', 'faults']);
    throw usageError(
      `unknown command ${JSON.stringify(toPrintable(word, 80))} for "sgid mock"`,
      nearest === undefined
        ? 'To run a command against the mock, put -- before it: sgid mock --approve -- npm test'
        : `Did you mean "sgid mock ${nearest}"?`,
    );
  }
  if (hostname !== undefined) validateProviderOrigin(hostname);
  const port = /^\d{1,5}$/.test(options.port) ? Number(options.port) : Number.NaN;
  const isForeign = !['0.0.0.0', '::'].includes(host) && !isLoopback(host);
  const mistakes: readonly (readonly [unknown, string, string])[] = [
    [
      stateless && secretFile === undefined,
      '--stateless needs --secret-file',
      'Make one with: openssl rand -base64 32 > mock.secret',
    ],
    [secretFile !== undefined && !stateless, '--secret-file needs --stateless', 'Add --stateless.'],
    [
      options.client !== undefined && options.redirectUri !== undefined,
      '--client and --redirect-uri contradict each other',
      'Name the redirect URIs in the client file.',
    ],
    [certFile && !https, '--cert-file needs --https', 'Add --https, which makes a certificate.'],
    [
      !isIpAddress(host), // a name could resolve to an address that a stranger listens on
      `--host takes an IP address, not ${JSON.stringify(host)}`,
      'Use --host 127.0.0.1 or --host ::1; --host 0.0.0.0 lets other machines in. --hostname takes a name.',
    ],
    [
      https && hostname?.startsWith('http:'),
      '--https and an http --hostname contradict each other',
      'Begin the hostname with https://.',
    ],
    [
      isForeign && !https && hostname === undefined,
      `--host ${host} is reachable from other machines, and clients refuse http there`,
      'Add --https, or --hostname with the origin that they use.',
    ],
    [
      !(port <= 65_535),
      '--port takes a number from 0 to 65535',
      'For example: --port 5157, or --port 0 for any free one.',
    ],
  ];
  for (const [isMistaken, message, hint] of mistakes) if (isMistaken) throw usageError(message, hint);
  const faults = (options.fault ?? []).map(parseFault);
  validateFaultOrder(faults, spellFault);
  return { port, faults, latencyMs: latency === undefined ? 0 : parseDuration(latency, '--latency') };
}

/** `name`, for every login, or `name:times`. Digits alone: `Number` takes an empty text for 0, and `1e3` for a number. */
function parseFault(text: string): QueuedFault {
  const [name = '', times, ...rest] = text.split(':');
  if (times === undefined) return validateFault(name, Number.POSITIVE_INFINITY, spellFault);
  const isNumber = rest.length === 0 && /^\d+$/.test(times);
  return validateFault(name, isNumber ? Number(times) : Number.NaN, spellFault);
}

function spellFault(name: string, times: number): string {
  return `--fault ${name}:${times}`;
}

async function loadClients(
  { client: path, redirectUri = [EXAMPLE_REDIRECT_URI] }: MockOptions,
  context: CommandContext,
): Promise<readonly MockClient[]> {
  if (path === undefined) return [createTestClient(redirectUri)];
  const bytes = await loadFile('the client file', path, context);
  const { parseClients } = await import('../mock/registration-files.ts');
  return parseClients(decodeText(bytes), path);
}

/** Personas of the file come first, and replace built-in ones of the same id. */
async function loadPersonas(path: string | undefined, context: CommandContext): Promise<readonly Persona[]> {
  if (path === undefined) return PERSONAS;
  const bytes = await loadFile('the personas file', path, context);
  const { parsePersonas } = await import('../mock/registration-files.ts');
  const { personas, notices } = parsePersonas(decodeText(bytes), path);
  for (const notice of notices) context.diagnostics.warn(notice);
  const taken = new Set(personas.map(({ id }) => id));
  return [...personas, ...PERSONAS.filter(({ id }) => !taken.has(id))];
}

async function loadSecret(path: string | undefined, context: CommandContext) {
  if (path === undefined) return undefined;
  const bytes = await loadFile('the secret file', path, context, true);
  if (bytes.length >= SHORTEST_SECRET_BYTES) return bytes;
  const message = `the secret file ${toPrintable(path)} holds fewer than ${SHORTEST_SECRET_BYTES} bytes`;
  throw inputError(message, 'Make one with: openssl rand -base64 32');
}

async function loadSigningKey(path: string | undefined, context: CommandContext) {
  if (path === undefined) return undefined;
  const bytes = await loadFile('the signing key', path, context, true);
  return parseSigningKey(bytes, `--signing-key ${toPrintable(path)}`);
}

async function loadFile(
  what: string,
  path: string,
  { platform, diagnostics }: CommandContext,
  isSecret = false,
): Promise<Uint8Array> {
  const { bytes, readableByOthers } = await platform.files.readSecretFile(path).catch((error: unknown) => {
    throw fileError(error, what, path);
  });
  if (isSecret && readableByOthers) diagnostics.warn(exposedFileNotice(path));
  return bytes;
}
