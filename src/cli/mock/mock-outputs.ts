import { decodeText } from '../../keys/decode-text.ts';
import type { MockClient } from '../../mock/client.ts';
import type { MockServer } from '../../mock/server.ts';
import type { Platform } from '../../platform/platform.ts';
import { SgidError } from '../../protocol/errors.ts';
import { toPrintable } from '../../protocol/printable.ts';
import type { CommandContext } from '../command-context.ts';
import { openResultOutput, type ResultOutput } from '../output/result-output.ts';
import { MOCK_ENV_MARK, renderMockEnv } from './mock-env.ts';
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
  { envFile, certFile }: MockRunOptions,
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
    if (envFile !== undefined) await keepOthers(envFile, MOCK_ENV_MARK, '-e .env.mock', platform);
    if (certFile !== undefined)
      await keepOthers(certFile, CERTIFICATE_MARK, '--cert-file mock.pem', platform);
    await open(envFile, ENV_FILE);
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
