import type { KeyObject } from 'node:crypto';
import { type CommanderError, Option } from '@commander-js/extra-typings';
import { namingOrigin, SgidError, usageError } from '../errors/sgid-error.ts';
import { inspectKey } from '../keys/inspect-key.ts';
import { findPublicKeys, fingerprintKey, type PublicKeyClaim } from '../keys/public-key.ts';
import {
  generatePrivateKey,
  isEncryptedTarget,
  KEY_TARGETS,
  type KeyTarget,
  writeKey,
  writePublicKey,
} from '../keys/write-key.ts';
import { renderJson } from '../output/result.ts';
import { openResultOutput, readReplaced, writeStandardOutput } from '../output/result-output.ts';
import { identifyReplaced } from '../system/file-identity.ts';
import { withCode } from '../system/node-error.ts';
import type { Platform } from '../system/platform.ts';
import { outputError, pathForShell } from '../text/file-errors.ts';
import type { CommandContext, DeclareCommand } from './context.ts';
import {
  KEY_ARGUMENT,
  loadFile,
  loadKeyFile,
  loadUsableKey,
  obtainNewPassphrase,
  unlockKeyFile,
} from './key-input.ts';
import { KEY_VARIABLE, loadEnvText, requireUnchanged, setInto } from './key-into.ts';
import { refuseBeside } from './option-values.ts';
import { nameInput } from './text-input.ts';

const FILE = 'a key in any format, a credentials file or .env; - or nothing for standard input';
const PASSPHRASE_FILE = 'a file with the passphrase of an encrypted input; - for standard input';
const OUT_PASSPHRASE_FILE = 'a file with the passphrase for pkcs8-encrypted and pkcs12; - for standard input';
const INTO = 'set SGID_PRIVATE_KEY in this .env (mode 0600), which may hold other lines; with --to env';
const OUT = 'write to this new file (mode 0600) instead of standard output';

const PASSPHRASES = `The passphrase of an encrypted input is that of --passphrase-file, else the one beside it in a
credentials file or .env, else SGID_PRIVATE_KEY_PASSPHRASE; on a terminal it is asked for.`;

const EXAMPLES = `
Examples:
  $ sgid key generate --out private.pem                  a new pair; this half stays secret
  $ sgid key public private.pem                          the half to register in the developer portal
  $ sgid key inspect private.pem                         what it is, and what is wrong with it
  $ sgid key convert --to env --into .env private.pem    sets SGID_PRIVATE_KEY there`;

const INSPECT_EXAMPLES = `
Examples:
  $ sgid key inspect private.pem
  $ sgid key inspect client.json                         the key in the developer portal's download
  $ sgid key inspect .env --public-key registered.pem    do the two belong together?
  $ printf %s "$SGID_PRIVATE_KEY" | sgid key inspect | jq -r .fingerprint

Formats are recognised by content: PKCS#8 and PKCS#1 as PEM or DER, encrypted or not, PKCS#12,
JWK and JWKS.
${PASSPHRASES}

The fingerprint is the SHA-256 of the SPKI in hex, that of
  openssl pkey -pubout -outform DER

The exit code is 3 when the key cannot be used or the public key does not belong to it; what is known of an RSA
key is printed all the same.`;

const CONVERT_EXAMPLES = `
Examples:
  $ sgid key convert --to pkcs8 old.pem --out private.pem
  $ sgid key convert --to env --into .env private.pem
  $ sgid key convert --to pkcs8 --passphrase-file passphrase.txt client.p12 \\
      --out private.pem
  $ sgid key convert --to pkcs12 private.pem --out private.p12       asks for the new passphrase
  $ sgid key convert --to jwk .env | jq .kty

Formats: pkcs1 and pkcs8 (PEM), pkcs8-encrypted (PEM; AES-256-CBC, PBKDF2-HMAC-SHA256), pkcs12 (the
key alone, without a certificate), jwk, der (PKCS#8), env (a line SGID_PRIVATE_KEY="..." for .env).
${PASSPHRASES}`;

const GENERATE_EXAMPLES = `
Examples:
  $ sgid key generate --out private.pem
  $ sgid key generate --bits 4096 --to pkcs8-encrypted --out private.pem       asks for a passphrase
  $ sgid key generate --to pkcs12 --out-passphrase-file passphrase.txt \\
      > private.p12
  $ sgid key generate --to env --into .env

Next, register the public half in the developer portal:
  $ sgid key public private.pem`;

const PUBLIC_EXAMPLES = `
Examples:
  $ sgid key public private.pem
  $ sgid key public client.json > public.pem
  $ sgid key public --format jwk .env

${PASSPHRASES}`;

/** Declares `sgid key` and its commands. */
export const declare: DeclareCommand = (key, openContext) => {
  // Before the commands are made, because they inherit it.
  key.exitOverride(refuseSecrets).addHelpText('after', EXAMPLES);
  key
    .command('inspect')
    .description('describe a private key and report what is wrong with it')
    .argument('[file]', FILE)
    .option('--public-key <file>', 'a public key or certificate to compare with; - for standard input')
    .option('--passphrase-file <path>', PASSPHRASE_FILE)
    .addHelpText('after', INSPECT_EXAMPLES)
    .action(async (file, options) => inspect(file ?? '-', options, await openContext()));
  key
    .command('convert')
    .description('write a private key in another format')
    .argument('[file]', FILE)
    .addOption(new Option('--to <format>', 'the new format').choices(KEY_TARGETS).makeOptionMandatory())
    .option('--out <file>', OUT)
    .option('--into <file>', INTO)
    .option('--passphrase-file <path>', PASSPHRASE_FILE)
    .option('--out-passphrase-file <path>', OUT_PASSPHRASE_FILE)
    .addHelpText('after', CONVERT_EXAMPLES)
    .action(async (file = '-', options) => {
      const context = await openContext();
      const { passphraseFile, outPassphraseFile } = options;
      requireInputs({
        [KEY_ARGUMENT]: file,
        '--passphrase-file': passphraseFile,
        '--out-passphrase-file': outPassphraseFile,
      });
      await outputKey(options, context, () => loadUsableKey(file, passphraseFile, context));
    });
  key
    .command('generate')
    .description('make a new private key')
    .addOption(
      new Option('--bits <number>', 'the size')
        .choices(['2048', '3072', '4096'] as const)
        .default('2048' as const),
    )
    .addOption(new Option('--to <format>', 'the format').choices(KEY_TARGETS).default('pkcs8' as const))
    .option('--out <file>', OUT)
    .option('--into <file>', INTO)
    .option('--out-passphrase-file <path>', OUT_PASSPHRASE_FILE)
    .addHelpText('after', GENERATE_EXAMPLES)
    .action(async (options) => {
      const context = await openContext();
      requireInputs({ '--out-passphrase-file': options.outPassphraseFile });
      const made = await outputKey(options, context, () => generatePrivateKey(Number(options.bits)));
      context.diagnostics.info(`A new key of ${options.bits} bits, fingerprint ${fingerprintKey(made)}.`);
      const path = options.into ?? options.out ?? '-';
      // A device or pipe does not give it back.
      if (path === '-' || identifyReplaced(path) === undefined) return;
      const command = `sgid key public ${pathForShell(path)}`;
      context.diagnostics.info(`Register its public half in the developer portal: ${command}`);
    });
  key
    .command('public')
    .description('print the public half of a private key')
    .argument('[file]', FILE)
    .addOption(
      new Option('--format <format>', 'how to print it')
        .choices(['pem', 'jwk'] as const)
        .default('pem' as const),
    )
    .option('--passphrase-file <path>', PASSPHRASE_FILE)
    .addHelpText('after', PUBLIC_EXAMPLES)
    .action(async (file = '-', { format, passphraseFile }) => {
      const context = await openContext();
      requireInputs({ [KEY_ARGUMENT]: file, '--passphrase-file': passphraseFile });
      const loaded = await loadUsableKey(file, passphraseFile, context);
      await writeStandardOutput(writePublicKey(loaded, format), context.platform.terminal);
    });
};

/** Key text in the place of a file or command is easily typed, and commander would repeat it. */
function refuseSecrets(error: CommanderError): never {
  if (!/[\w+/=-]{40}/.test(error.message)) throw error;
  throw usageError(
    'unknown argument, not shown because it may hold a key',
    'Give the path of a file, or pipe the key itself: printf %s "$SGID_PRIVATE_KEY" | sgid key inspect',
  );
}

/** Prints what a key is, and then fails if it cannot be used. */
async function inspect(
  path: string,
  { publicKey, passphraseFile }: { publicKey?: string; passphraseFile?: string },
  context: CommandContext,
): Promise<void> {
  requireInputs({ [KEY_ARGUMENT]: path, '--public-key': publicKey, '--passphrase-file': passphraseFile });
  const given = publicKey === undefined ? [] : [await loadPublicKey(publicKey, context.platform)];
  const file = await loadKeyFile(path, context);
  const unlocked = await unlockKeyFile(file, passphraseFile, context);
  const beside = findPublicKeys(file.publicKey ?? '');
  const claims = [...given, { origin: file.name, keys: beside }];
  const { report, fault } = await namingOrigin(file.name, () => inspectKey(file.key, unlocked, claims));
  const problems = [...report.problems];
  if (file.readableByOthers)
    problems.push({
      id: 'readable-by-others',
      evidence: `other users of this machine can access ${file.name}`,
      hint: `Restrict it: chmod 600 ${pathForShell(path)}`,
    });
  if (file.container !== undefined && file.publicKey !== undefined && beside.length === 0)
    problems.push({
      id: 'public-key-unreadable',
      evidence: `the public key in ${file.name} could not be read, and was not compared`,
      hint: 'Compare another copy of it: sgid key inspect --public-key <file> <this file>',
    });
  const { format, ...rest } = report;
  const document = { format, container: file.container, ...rest, problems };
  await writeStandardOutput(renderJson(document), context.platform.terminal);
  if (fault !== undefined) await namingOrigin(file.name, () => Promise.reject(fault));
}

async function loadPublicKey(path: string, platform: Platform): Promise<PublicKeyClaim> {
  const { bytes } = await loadFile('--public-key', path, platform);
  const keys = await namingOrigin('--public-key', async () => findPublicKeys(bytes));
  if (keys.length > 0) return { origin: nameInput(path), keys };
  throw new SgidError('ERR_FILE', `--public-key: ${nameInput(path)} holds no public key`, {
    hint: 'Give a public key or certificate as PEM or DER, or a public JWK. To print that of a private key: sgid key public <file>',
  });
}

interface KeyOutputOptions {
  readonly to: KeyTarget;
  readonly out?: string;
  readonly into?: string;
  readonly outPassphraseFile?: string;
}

/**
 * Obtains a private key and writes it as the options say. The output is opened first, so that nothing is asked or
 * computed for a folder that is not there. Returns the key.
 */
async function outputKey(
  options: KeyOutputOptions,
  context: CommandContext,
  obtainKey: () => Promise<KeyObject>,
): Promise<KeyObject> {
  const { platform } = context;
  const { to, out, into, outPassphraseFile } = options;
  requireOutput(options, platform);
  const before = into === undefined ? undefined : await loadEnvText(into, context);
  const isNew = into === undefined ? await requireNewFile(out, platform) : before === undefined;
  await using output = await openResultOutput(into ?? out, platform, 'private', !isNew);
  const key = await obtainKey();
  const passphrase = isEncryptedTarget(to) ? await obtainNewPassphrase(outPassphraseFile, context) : '';
  const written = await writeKey(key, to, passphrase);
  const content = into === undefined ? written : setInto(before ?? '', written.toString(), into);
  if (into !== undefined) await requireUnchanged(before, into, context);
  // An empty one may have been written to.
  if (!isNew) await requireNewFile(out, platform);
  platform.signal.throwIfAborted();
  await output.commit(content);
  return key;
}

/** Refuses bytes for a terminal, and a passphrase for a format that takes none. */
function requireOutput({ to, out, into, outPassphraseFile }: KeyOutputOptions, { terminal }: Platform): void {
  if (into !== undefined) refuseBeside('--into', { '--out': out }, 'it is the file that is written');
  if (into !== undefined && to !== 'env')
    throw usageError(`--into needs --to env: it sets ${KEY_VARIABLE}`, 'Add --to env, or use --out.');
  if (outPassphraseFile !== undefined && !isEncryptedTarget(to)) {
    throw usageError(
      `--out-passphrase-file and --to ${to} contradict each other: that format is not encrypted`,
      'Use --to pkcs8-encrypted or --to pkcs12, or omit --out-passphrase-file.',
    );
  }
  const extension = { der: 'der', pkcs12: 'p12' }[to as string];
  if (extension !== undefined && out === undefined && terminal.stdoutIsTerminal) {
    throw usageError(
      `--to ${to} writes bytes, which a terminal cannot show`,
      `Write them to a file, for example: --out private.${extension}`,
    );
  }
}

/**
 * Refuses to overwrite a file: a key in it, or the rest of a `.env`, would be lost for good. Returns whether there is
 * none; an empty one, such as mktemp makes, may be replaced.
 */
async function requireNewFile(path: string | undefined, platform: Platform): Promise<boolean> {
  if (path === undefined || path === '-') return false;
  const replaced = await readReplaced(path, platform);
  if (replaced?.length) throw outputError(withCode('EEXIST', 'EEXIST'), path);
  return replaced === undefined;
}

/** Refuses standard input, which ends only once, for more than one of the inputs. */
function requireInputs(inputs: Readonly<Record<string, string | undefined>>): void {
  const [first, second] = Object.keys(inputs).filter((name) => inputs[name] === '-');
  if (first === undefined || second === undefined) return;
  throw usageError(
    `${first} and ${second} cannot both read standard input`,
    `Give ${first === KEY_ARGUMENT ? first : second} the path of a file.`,
  );
}
