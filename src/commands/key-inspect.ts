import { SgidError } from '../errors/sgid-error.ts';
import { inspectKey, type KeyProblem, type KeyReport, type PublicKeyClaim } from '../keys/inspect-key.ts';
import { findPublicKeys } from '../keys/public-key.ts';
import { renderJson } from '../output/result.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { namingOrigin } from '../settings/provider-binding.ts';
import { pathForShell } from '../text/file-errors.ts';
import type { CommandContext } from './context.ts';
import type { KeyInspectOptions } from './key.ts';
import { type KeyInput, nameInput, openKeyInput, readKeyFile, readKeyInput } from './key-input.ts';
import { checkInputs, KEY_ARGUMENT } from './key-output.ts';

const PUBLIC_KEY_OPTION = '--public-key';

/**
 * Runs `sgid key inspect`: prints what the key is, and then fails if it cannot be used.
 *
 * @throws SgidError of the steps `usage` and `config`.
 */
export async function runKeyInspect(
  file = '-',
  options: KeyInspectOptions,
  context: CommandContext,
): Promise<void> {
  checkInputs(
    [KEY_ARGUMENT, file],
    [PUBLIC_KEY_OPTION, options.publicKey],
    ['--passphrase-file', options.passphraseFile],
  );
  const given = options.publicKey === undefined ? [] : [await readPublicKey(options.publicKey, context)];
  const input = await readKeyInput(file, context);
  const opened = await openKeyInput(input, options, context);
  const beside = input.publicKey === undefined ? [] : findPublicKeys(input.publicKey);
  const claims = [...given, { origin: input.name, keys: beside }];
  const { report, fault } = await namingOrigin(input.name, () => inspectKey(input.key, opened, claims));
  const unreadable = input.container !== undefined && input.publicKey !== undefined && beside.length === 0;
  await writeStandardOutput(renderKeyReport(report, input, unreadable), context.platform.terminal);
  if (fault !== undefined) await namingOrigin(input.name, () => Promise.reject(fault));
}

async function readPublicKey(path: string, { platform }: CommandContext): Promise<PublicKeyClaim> {
  const { bytes } = await readKeyFile(PUBLIC_KEY_OPTION, path, platform);
  const keys = findPublicKeys(bytes);
  if (keys.length > 0) return { origin: nameInput(path), keys };
  throw new SgidError('ERR_FILE', `${PUBLIC_KEY_OPTION}: ${nameInput(path)} holds no public key`, {
    step: 'config',
    hint: 'Give a public key or certificate as PEM or DER, or a public JWK. That of a private key prints: sgid key public <file>',
  });
}

/** The document of `sgid key inspect`, with a final newline. Nothing in it is secret. */
export function renderKeyReport(
  { format, problems, ...report }: KeyReport,
  { container, readableByOthers, path, name }: KeyInput,
  unreadablePublicKey: boolean,
): string {
  const ofInput: KeyProblem[] = [];
  if (readableByOthers) {
    ofInput.push({
      id: 'readable-by-others',
      evidence: `other users of this machine can access ${name}`,
      hint: `Close it: chmod 600 ${pathForShell(path)}`,
    });
  }
  if (unreadablePublicKey) {
    ofInput.push({
      id: 'public-key-unreadable',
      evidence: `the public key in ${name} could not be read, and was not compared`,
      hint: 'Compare another copy of it: sgid key inspect --public-key <file> <this file>',
    });
  }
  const document = {
    format,
    ...(container === undefined ? {} : { container }),
    ...report,
    problems: [...problems, ...ofInput],
  };
  return renderJson(document);
}
