import { SgidError } from '../errors/sgid-error.ts';
import { decodeText } from '../keys/key-text.ts';
import type { MockClient } from '../mock/clients.ts';
import type { MockServer } from '../mock/server.ts';
import { TEST_PRIVATE_KEY, TEST_PUBLIC_KEY } from '../mock/test-credentials.ts';
import { openResultOutput, type ResultOutput } from '../output/result-output.ts';
import type { Platform } from '../system/platform.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext } from './context.ts';
import type { MockRunOptions } from './mock-options.ts';

/** The files that `sgid mock` writes once it listens. */
export interface MockOutputs {
  /** Writes them, and tells of each. Throws SgidError `ERR_OUTPUT`. */
  commit(server: MockServer, clients: readonly MockClient[]): Promise<void>;
  /** Takes away what was prepared; does nothing to what was written. */
  discard(): Promise<void>;
}

type Clients = readonly MockClient[];

interface Content {
  readonly access: 'private' | 'public';
  readonly render: (server: MockServer, clients: Clients) => string;
  /** What a person is told of the file. */
  readonly describe: (path: string, clients: Clients) => string;
}

interface OpenFile extends Content {
  readonly path: string;
  readonly output: ResultOutput;
}

const ENV_FILE: Content = {
  access: 'private',
  render: ({ hostname }, clients) => renderMockEnv(hostname, clients),
  describe: (path, [client]) =>
    `${path} holds the settings of the client ${toPrintable(client?.clientId ?? '')}.`,
};

const CERTIFICATE_FILE: Content = {
  access: 'public',
  render: ({ certificate }) => certificate?.certificate ?? '',
  describe: (path) => `${path} holds the certificate, for clients to trust: NODE_EXTRA_CA_CERTS=${path}`,
};

/**
 * Opens the files before anything listens, so that a folder that is not there takes no port.
 *
 * @throws SgidError `ERR_OUTPUT`.
 */
export async function openMockOutputs(
  { dotenv, certFile }: MockRunOptions,
  { platform, diagnostics }: CommandContext,
): Promise<MockOutputs> {
  const files: OpenFile[] = [];
  const discard = async (): Promise<void> => {
    for (const { output } of files) await output.discard();
  };
  const open = async (path: string | undefined, content: Content): Promise<void> => {
    if (path === undefined) return;
    files.push({ ...content, path, output: await openResultOutput(path, platform, content.access) });
  };
  try {
    if (dotenv !== undefined) await keepOthers(dotenv, MOCK_ENV_MARK, '-e .env.mock', platform);
    if (certFile !== undefined)
      await keepOthers(certFile, CERTIFICATE_MARK, '--cert-file mock.pem', platform);
    await open(dotenv, ENV_FILE);
    await open(certFile, CERTIFICATE_FILE);
  } catch (error) {
    await discard();
    throw error;
  }
  return {
    commit: async (server, clients) => {
      for (const { path, output, render, describe } of files) {
        await output.commit(render(server, clients));
        diagnostics.info(describe(toPrintable(path), clients));
      }
    },
    discard,
  };
}

/** How a certificate begins (RFC 7468). */
const CERTIFICATE_MARK = '-----BEGIN CERTIFICATE-----';

/**
 * On every other command `-e` names a file to read, and a key may stand where a certificate was to be written: a slip
 * could cost somebody their credentials.
 *
 * @param mark How a file begins that may be written over.
 * @throws SgidError `ERR_OUTPUT` for any other file.
 */
async function keepOthers(path: string, mark: string, example: string, { files }: Platform): Promise<void> {
  // What is no regular file, or cannot be read, is judged when it is opened for writing.
  const found = await files.readSecretFile(path, 'regular').catch(() => undefined);
  const text = decodeText(found?.bytes ?? new Uint8Array()).trim();
  if (text === '' || text.startsWith(mark)) return;
  throw new SgidError('ERR_OUTPUT', `${toPrintable(path)} holds something else, and is not written over`, {
    step: 'output',
    hint: `Name another file, for example ${example}, or move that one away.`,
  });
}

/** How a `.env` of the mock begins: what does not, is somebody else's and not written over. */
export const MOCK_ENV_MARK = '# Made by "sgid mock".';

/** The `.env` of an application for the first client of a mock. A client of a file keeps its own private key. */
export function renderMockEnv(hostname: string, clients: readonly MockClient[]): string {
  const [client] = clients;
  if (client === undefined) return '';
  const privateKey =
    client.publicKey === TEST_PUBLIC_KEY
      ? `SGID_PRIVATE_KEY="${TEST_PRIVATE_KEY.trim().replaceAll('\n', '\\n')}"`
      : '# SGID_PRIVATE_KEY is yours: the half of the public key in the client file.';
  return [
    `${MOCK_ENV_MARK} Public test material: it protects nothing.`,
    `SGID_HOSTNAME=${hostname}`,
    assign('SGID_CLIENT_ID', client.clientId),
    assign('SGID_CLIENT_SECRET', client.clientSecret),
    assign('SGID_REDIRECT_URI', client.redirectUris[0] ?? ''),
    privateKey,
    '',
  ].join('\n');
}

/** One line; a value that cannot be written so that every reader of such files understands it is left to the person. */
function assign(name: string, value: string): string {
  const quoted = quoteForEnv(value);
  return quoted === undefined
    ? `# ${name} is that of the client file: it cannot be quoted here.`
    : `${name}=${quoted}`;
}

/**
 * Plain where nothing in it is special, else in quotes in which nothing is expanded. Shells read such files, too,
 * and would run what stands in backticks.
 */
function quoteForEnv(value: string): string | undefined {
  if (/^[\w@%+:,./?=-]+$/.test(value)) return value;
  if (/\p{Cc}/u.test(value)) return undefined;
  if (!value.includes("'")) return `'${value}'`;
  return /["$`\\]/.test(value) ? undefined : `"${value}"`;
}
