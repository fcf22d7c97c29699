import { SgidError, usageError } from '../errors/sgid-error.ts';
import { type MockClient, readClients } from '../mock/clients.ts';
import { checkFaultLine, type QueuedFault, readQueuedFault } from '../mock/login-queue.ts';
import { mergePersonas, type Persona, readPersonas } from '../mock/personas.ts';
import { PERSONAS } from '../mock/personas.ts';
import { readProviderOrigin } from '../mock/provider-origin.ts';
import { SHORTEST_SECRET_BYTES } from '../mock/sealed-grants.ts';
import { isLoopbackHost } from '../oidc/endpoints.ts';
import type { SecretFile } from '../system/files.ts';
import { exposedFileNotice, fileError } from '../text/file-errors.ts';
import { nearestName } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext } from './context.ts';
import type { MockOptions } from './mock.ts';
import { readDuration } from './option-values.ts';

/** The options of `sgid mock` that stand by themselves, read. */
export interface MockPreferences {
  readonly port: number;
  readonly faults: readonly QueuedFault[];
  readonly latencyMs: number;
}

/** The options of a run; `certFile` is where the certificate of `--https` is written. */
export interface MockRunOptions extends MockOptions {
  readonly certFile?: string;
}

/** The commands below `sgid mock`. */
const LISTS = ['personas', 'faults'];

/**
 * Reads and judges the options of `sgid mock`, before anything else is touched.
 *
 * @param words What stands beside options and commands, which are none of either.
 * @throws SgidError `ERR_USAGE`; `ERR_HOSTNAME` for --hostname.
 */
export function readMockOptions(options: MockRunOptions, words: readonly string[] = []): MockPreferences {
  refuseWords(words);
  if (options.stateless && options.secretFile === undefined) {
    throw usageError(
      '--stateless needs --secret-file',
      'Make one with: openssl rand -base64 32 > mock.secret',
    );
  }
  if (options.secretFile !== undefined && !options.stateless) {
    throw usageError('--secret-file needs --stateless', 'Add --stateless.');
  }
  if (options.client !== undefined && options.redirectUri !== undefined) {
    throw usageError(
      '--client and --redirect-uri contradict each other',
      'Name the redirect URIs in the client file.',
    );
  }
  if (options.certFile !== undefined && !options.https) {
    throw usageError('--cert-file needs --https', 'Add --https, which makes a certificate.');
  }
  checkHost(options.host);
  if (options.hostname !== undefined) readProviderOrigin(options.hostname);
  if (options.https && options.hostname?.startsWith('http:')) {
    throw usageError(
      '--https and an http --hostname contradict each other',
      'Begin the hostname with https://.',
    );
  }
  if (isForeign(options.host) && !options.https && options.hostname === undefined) {
    throw usageError(
      `--host ${options.host} is reached from elsewhere, where clients take http for unsafe`,
      'Add --https, or --hostname with the origin that they use.',
    );
  }
  return {
    port: readPort(options.port),
    faults: readFaults(options.fault ?? []),
    latencyMs: options.latency === undefined ? 0 : readDuration(options.latency, '--latency'),
  };
}

function refuseWords([word]: readonly string[]): void {
  if (word === undefined) return;
  const nearest = nearestName(word, LISTS);
  throw usageError(
    `"sgid mock" has no command ${JSON.stringify(toPrintable(word, 80))}`,
    nearest === undefined
      ? 'Run "sgid mock --help" for its commands and options.'
      : `Run "sgid mock ${nearest}", if that was meant.`,
  );
}

/** An address of this machine that is neither loopback nor all of them. */
function isForeign(host: string): boolean {
  return !['0.0.0.0', '::', '::1'].includes(host) && !isLoopbackHost(host);
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw usageError(
    '--port takes a number from 0 to 65535',
    'For example: --port 5157, or --port 0 for any free one.',
  );
}

/** A name could resolve to an address that a stranger listens on. */
function checkHost(host: string): void {
  const isIpv4 = /^\d{1,3}(\.\d{1,3}){3}$/.test(host) && URL.canParse(`http://${host}`);
  const isIpv6 = host.includes(':') && URL.canParse(`http://[${host}]`);
  if (isIpv4 || isIpv6) return;
  throw usageError(
    `--host takes an IP address, not ${JSON.stringify(host)}`,
    'Use --host 127.0.0.1 or --host ::1; --host 0.0.0.0 lets other machines in. --hostname takes a name.',
  );
}

/** A fault without a number is for every login. */
function readFaults(texts: readonly string[]): readonly QueuedFault[] {
  const faults = texts.map((text) => {
    const [name = '', ...times] = text.split(':');
    return readQueuedFault(
      name,
      times.length === 0 ? Number.POSITIVE_INFINITY : readTimes(times),
      spellFault,
    );
  });
  checkFaultLine(faults, spellFault);
  return faults;
}

/** Digits alone: `Number` takes an empty text for 0, and `1e3` for a number. */
function readTimes([text = '', ...rest]: readonly string[]): number {
  return rest.length === 0 && /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function spellFault(name: string, times: number): string {
  return `--fault ${name}:${times}`;
}

/**
 * The clients of `--client`.
 *
 * @throws SgidError `ERR_FILE`.
 */
export async function readMockClients(path: string, context: CommandContext): Promise<readonly MockClient[]> {
  const { bytes } = await readNamedFile('the client file', path, context);
  return readClients(new TextDecoder().decode(bytes), path);
}

/**
 * The people of `--personas`, followed by the built-in ones whose ids it does not take; these alone without a
 * file. Warns of values for scopes that the catalogue does not know.
 *
 * @throws SgidError `ERR_FILE`.
 */
export async function readMockPersonas(
  path: string | undefined,
  context: CommandContext,
): Promise<readonly Persona[]> {
  if (path === undefined) return PERSONAS;
  const { bytes } = await readNamedFile('the personas file', path, context);
  const { personas, notices } = readPersonas(new TextDecoder().decode(bytes), path);
  for (const notice of notices) context.diagnostics.warn(notice);
  return mergePersonas(PERSONAS, personas);
}

/**
 * The secret of `--secret-file`. Warns of a file that others can read.
 *
 * @throws SgidError `ERR_FILE`, also for fewer than 16 bytes.
 */
export async function readSharedSecret(path: string, context: CommandContext): Promise<Uint8Array> {
  const { bytes, readableByOthers } = await readNamedFile('the secret file', path, context);
  if (readableByOthers) context.diagnostics.warn(exposedFileNotice(path));
  if (bytes.length >= SHORTEST_SECRET_BYTES) return bytes;
  throw new SgidError(
    'ERR_FILE',
    `the secret file ${toPrintable(path)} holds fewer than ${SHORTEST_SECRET_BYTES} bytes`,
    { step: 'config', hint: 'Make one with: openssl rand -base64 32' },
  );
}

/** Reads a file that the command line names. */
async function readNamedFile(what: string, path: string, { platform }: CommandContext): Promise<SecretFile> {
  return platform.files.readSecretFile(path).catch((error: unknown) => {
    throw fileError(error, what, path);
  });
}
