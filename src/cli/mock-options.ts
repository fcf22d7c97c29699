import { nearestName } from '../config/nearest-name.ts';
import { isFaultName, listFaults } from '../mock/faults.ts';
import type { QueuedFault } from '../mock/login-queue.ts';
import { isLoopbackHost, readHostname } from '../protocol/endpoints.ts';
import { SgidError } from '../protocol/errors.ts';
import type { MockOptions } from './commands/mock.ts';
import { readDuration } from './duration.ts';

/** The options of `sgid mock` that stand by themselves, read. */
export interface MockPreferences {
  readonly port: number;
  readonly faults: readonly QueuedFault[];
  readonly latencyMs: number;
}

/**
 * Reads and judges the options of `sgid mock`, before anything else is touched.
 *
 * @throws SgidError `ERR_USAGE`; `ERR_HOSTNAME` for --hostname.
 */
export function readMockOptions(options: MockOptions): MockPreferences {
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
  checkHost(options.host);
  if (options.hostname !== undefined) checkHostname(options.hostname);
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

function checkHostname(hostname: string): void {
  try {
    readHostname(hostname);
  } catch (error) {
    if (!(error instanceof SgidError)) throw error;
    // The hint of the error leads to the real provider.
    throw new SgidError('ERR_HOSTNAME', error.message, {
      step: 'config',
      hint: 'For example: --hostname http://localhost:5157, or --hostname https://sgid.example.com behind a proxy.',
    });
  }
}

/** A fault without a number lasts for ever, so that what stands behind it would never be reached. */
function readFaults(texts: readonly string[]): readonly QueuedFault[] {
  const faults = texts.map(readFault);
  const endless = faults.slice(0, -1).find(({ times }) => times === Number.POSITIVE_INFINITY);
  if (endless === undefined) return faults;
  throw usageError(
    `--fault ${endless.name} is for every login, so that the faults after it never come`,
    `Say how many times, for example --fault ${endless.name}:1, or put it last.`,
  );
}

function readFault(text: string): QueuedFault {
  const [name = '', times, ...rest] = text.split(':');
  if (!isFaultName(name)) {
    throw usageError(`there is no fault ${JSON.stringify(name)}`, adviceOnFault(name));
  }
  if (times === undefined) return { name, times: Number.POSITIVE_INFINITY };
  if (rest.length === 0 && /^[1-9]\d{0,8}$/.test(times)) return { name, times: Number(times) };
  throw usageError(`--fault ${name} takes a number of times, 1 or more`, `For example: --fault ${name}:2`);
}

function adviceOnFault(name: string): string {
  const names = listFaults().map((fault) => fault.name);
  const nearest = nearestName(name, names);
  return nearest === undefined
    ? `Use one of: ${names.join(', ')}.`
    : `Use ${nearest}, if that was meant. "sgid mock faults --format table" lists them all.`;
}

function usageError(message: string, hint: string): SgidError {
  return new SgidError('ERR_USAGE', message, { step: 'usage', hint });
}
