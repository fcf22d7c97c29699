import { exposedFileNotice, fileError } from '../../config/file-errors.ts';
import type { MockClient } from '../../mock/client.ts';
import { readClients } from '../../mock/clients-file.ts';
import type { Persona } from '../../mock/persona.ts';
import { PERSONAS } from '../../mock/personas.ts';
import { mergePersonas, readPersonas } from '../../mock/personas-file.ts';
import { SHORTEST_SECRET_BYTES } from '../../mock/sealed-grants.ts';
import type { SecretFile } from '../../platform/read-file.ts';
import { SgidError } from '../../protocol/errors.ts';
import { toPrintable } from '../../protocol/printable.ts';
import type { CommandContext } from '../command-context.ts';

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
