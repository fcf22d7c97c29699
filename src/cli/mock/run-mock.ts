import type { MockClient } from '../../mock/client.ts';
import { type MockServer, startMockServer } from '../../mock/server.ts';
import { createTestClient, TEST_REDIRECT_URI } from '../../mock/test-credentials.ts';
import { toPrintable } from '../../protocol/printable.ts';
import type { CommandContext } from '../command-context.ts';
import type { Diagnostics } from '../output/diagnostics.ts';
import { renderJson } from '../output/render-json.ts';
import { writeStandardOutput } from '../output/standard-output.ts';
import { logExchanges } from '../settings/verbose-http.ts';
import { readMockClients, readMockPersonas, readSharedSecret } from './mock-files.ts';
import { type MockRunOptions, readMockOptions } from './mock-options.ts';
import { openMockOutputs } from './mock-outputs.ts';

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
