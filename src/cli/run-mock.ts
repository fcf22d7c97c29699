import { exposedFileNotice, fileError } from '../config/file-errors.ts';
import type { MockClient } from '../mock/client.ts';
import { readClients } from '../mock/clients-file.ts';
import type { Persona } from '../mock/persona.ts';
import { PERSONAS } from '../mock/personas.ts';
import { mergePersonas, readPersonas } from '../mock/personas-file.ts';
import { SHORTEST_SECRET_BYTES } from '../mock/sealed-grants.ts';
import { type MockServer, startMockServer } from '../mock/server.ts';
import { createTestClient, TEST_REDIRECT_URI } from '../mock/test-credentials.ts';
import type { Platform } from '../platform/platform.ts';
import { SgidError } from '../protocol/errors.ts';
import { toPrintable } from '../protocol/printable.ts';
import type { CommandContext } from './command-context.ts';
import type { MockOptions } from './commands/mock.ts';
import type { Diagnostics } from './diagnostics.ts';
import { renderMockEnv } from './mock-env.ts';
import { type MockPreferences, readMockOptions } from './mock-options.ts';
import { openResultOutput } from './result-output.ts';
import { writeStandardOutput } from './standard-output.ts';

/**
 * Runs `sgid mock` until it is interrupted.
 *
 * @throws SgidError of the steps `usage`, `config` and `listen`.
 */
export async function runMock(options: MockOptions, context: CommandContext): Promise<void> {
  const { platform, diagnostics } = context;
  const preferences = readMockOptions(options);
  const clients = await readMockClients(options, platform);
  const envFile =
    options.envFile === undefined ? undefined : await openResultOutput(options.envFile, platform);
  const server = await startServer(options, preferences, clients, platform, diagnostics).catch(
    async (error: unknown) => {
      await envFile?.discard();
      throw error;
    },
  );
  try {
    await envFile?.commit(renderMockEnv(server.hostname, clients));
    await writeStandardOutput(`${JSON.stringify(describeServer(server, clients))}\n`, platform.terminal);
    if (options.envFile !== undefined) {
      diagnostics.info(
        `${toPrintable(options.envFile)} holds the settings of the client ${toPrintable(clients[0]?.clientId ?? '')}.`,
      );
    }
    const reach = isLoopback(options.host) ? '' : ', and other machines can reach it';
    diagnostics.info(`Mock sgID listens at ${server.hostname}${reach}. Ctrl-C ends it.`);
    if (server.certificate) {
      diagnostics.info(`Its certificate is self-signed, SHA-256 ${server.certificate.fingerprint}.`);
    }
    await untilAborted(platform.signal);
  } finally {
    await server.close();
  }
}

async function startServer(
  options: MockOptions,
  { port, faults, latencyMs }: MockPreferences,
  clients: readonly MockClient[],
  platform: Platform,
  diagnostics: Diagnostics,
): Promise<MockServer> {
  const personas = await readMockPersonas(options, platform, diagnostics);
  const approve = options.approve === true ? personas[0]?.id : options.approve;
  return startMockServer({
    port,
    host: options.host,
    clients,
    personas,
    faults,
    latencyMs,
    jwe: options.jwe,
    control: options.control === true,
    https: options.https === true,
    ...(options.hostname === undefined ? {} : { hostname: options.hostname }),
    ...(approve === undefined ? {} : { approve }),
    ...(options.secretFile === undefined
      ? {}
      : { secret: await readSecret(options.secretFile, platform, diagnostics) }),
  });
}

async function readMockClients(
  { client, redirectUri }: MockOptions,
  { files }: Platform,
): Promise<readonly MockClient[]> {
  if (client === undefined) return [createTestClient(redirectUri ?? [TEST_REDIRECT_URI])];
  const bytes = await files.read(client).catch((error: unknown) => {
    throw fileError(error, 'the client file', client);
  });
  return readClients(new TextDecoder().decode(bytes), client);
}

async function readMockPersonas(
  { personas }: MockOptions,
  { files }: Platform,
  diagnostics: Diagnostics,
): Promise<readonly Persona[]> {
  if (personas === undefined) return PERSONAS;
  const bytes = await files.read(personas).catch((error: unknown) => {
    throw fileError(error, 'the personas file', personas);
  });
  const reading = readPersonas(new TextDecoder().decode(bytes), personas);
  for (const notice of reading.notices) diagnostics.warn(notice);
  return mergePersonas(PERSONAS, reading.personas);
}

async function readSecret(path: string, { files }: Platform, diagnostics: Diagnostics): Promise<Uint8Array> {
  const { bytes, readableByOthers } = await files.readSecretFile(path).catch((error: unknown) => {
    throw fileError(error, 'the secret file', path);
  });
  if (readableByOthers) diagnostics.warn(exposedFileNotice(path));
  if (bytes.length >= SHORTEST_SECRET_BYTES) return bytes;
  throw new SgidError(
    'ERR_FILE',
    `the secret file ${toPrintable(path)} holds fewer than ${SHORTEST_SECRET_BYTES} bytes`,
    {
      step: 'config',
      hint: 'Make one with: openssl rand -base64 32',
    },
  );
}

/** What other programs need to know, as the contract of the command line has it. */
function describeServer({ hostname, provider }: MockServer, clients: readonly MockClient[]): object {
  return {
    hostname,
    issuer: provider.issuer,
    clients: clients.map(({ clientId, redirectUris, scopes }) => ({ clientId, redirectUris, scopes })),
  };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.');
}
