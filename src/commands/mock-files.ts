import { resolve } from 'node:path';
import { SgidError } from '../errors/sgid-error.ts';
import { isSelfSignedCertificate } from '../keys/certificate.ts';
import { isEnvFile, renderEnvFile } from '../mock/client-env.ts';
import type { MockClient } from '../mock/clients.ts';
import type { MockServer } from '../mock/server.ts';
import { openResultOutput, readReplaced } from '../output/result-output.ts';
import type { OutputFile } from '../system/output-file.ts';
import { pathForShell } from '../text/file-errors.ts';
import { decodeText } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext } from './context.ts';
import { requireSeparateFiles } from './option-values.ts';

type Clients = readonly MockClient[];

interface Content {
  readonly access: 'private' | 'public';
  /** Whether a file of this text may be written over. */
  readonly isOurs: (text: string, clients: Clients) => boolean;
  readonly render: (server: MockServer, clients: Clients) => string;
  readonly describe: (path: string, clients: Clients) => string;
}

const ENV_FILE: Content = {
  access: 'private',
  isOurs: isEnvFile,
  render: ({ hostname }, clients) => renderEnvFile(hostname, clients),
  describe: (path, [client]) =>
    `${toPrintable(path)} holds the settings of the client ${toPrintable(client?.clientId ?? '')}.`,
};

const CERTIFICATE_FILE: Content = {
  access: 'public',
  isOurs: isSelfSignedCertificate,
  render: ({ certificate = '' }) => certificate,
  describe: (path) =>
    `${toPrintable(path)} holds the certificate, for clients to trust: NODE_EXTRA_CA_CERTS=${pathForShell(resolve(path))}`,
};

/** Opens the files before anything listens, so that a folder that is not there takes no port. */
export async function openMockFiles(
  { dotenv, certFile }: { readonly dotenv?: string | undefined; readonly certFile?: string | undefined },
  clients: Clients,
  context: CommandContext,
) {
  const wanted = [
    { flag: '--dotenv', value: dotenv, content: ENV_FILE },
    { flag: '--cert-file', value: certFile, content: CERTIFICATE_FILE },
  ].flatMap(({ value, ...rest }) => (value === undefined ? [] : [{ value, ...rest }]));
  requireSeparateFiles([], wanted);
  const open: { readonly path: string; readonly content: Content; readonly output: OutputFile }[] = [];
  const discard = async (): Promise<void> => {
    for (const { output } of open) await output[Symbol.asyncDispose]();
  };
  try {
    for (const { value, content } of wanted) await keepOthers(value, content, clients, context);
    for (const { value: path, content } of wanted) {
      open.push({ path, content, output: await openResultOutput(path, context.platform, content.access) });
    }
  } catch (error) {
    await discard();
    throw error;
  }
  return {
    commit: async (server: MockServer): Promise<void> => {
      for (const { path, content, output } of open) {
        await output.commit(content.render(server, clients));
        context.diagnostics.info(content.describe(path, clients));
      }
    },
    [Symbol.asyncDispose]: discard,
  };
}

/**
 * On every other command `-e` names a file to read, and a key may stand where a certificate was to be written: a slip
 * could cost somebody their credentials.
 */
async function keepOthers(
  path: string,
  { isOurs }: Content,
  clients: Clients,
  { platform }: CommandContext,
): Promise<void> {
  const text = decodeText((await readReplaced(path, platform)) ?? new Uint8Array()).trim();
  if (text === '' || isOurs(text, clients)) return;
  const message = `${toPrintable(path)} holds lines that sgid mock did not write, and is not overwritten`;
  throw new SgidError('ERR_OUTPUT', message, { hint: 'Move it away, or name another file.' });
}
