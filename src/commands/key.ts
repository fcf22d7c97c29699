import { type CommanderError, Option } from '@commander-js/extra-typings';
import { usageError } from '../errors/sgid-error.ts';
import { KEY_TARGETS, type KeyTarget } from '../keys/key-format.ts';
import { fingerprintKey, writePublicKey } from '../keys/public-key.ts';
import { generatePrivateKey, type KeyBits } from '../keys/write-key.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { pathForShell } from '../text/file-errors.ts';
import type { CommandContext, DeclareCommand } from './context.ts';
import { loadKeyInput } from './key-input.ts';
import { checkInputs, checkOutput, KEY_ARGUMENT, outputKey } from './key-output.ts';

/** What opens an encrypted input. */
export interface KeyInputOptions {
  readonly passphraseFile?: string;
}

/** Where a key goes, and what closes it. */
export interface KeyOutputOptions {
  readonly to: KeyTarget;
  readonly out?: string;
  readonly outPassphraseFile?: string;
}

/** The options of `sgid key inspect`. */
export interface KeyInspectOptions extends KeyInputOptions {
  readonly publicKey?: string;
}

/** The options of `sgid key convert`. */
export interface KeyConvertOptions extends KeyInputOptions, KeyOutputOptions {}

/** The options of `sgid key generate`. */
export interface KeyGenerateOptions extends KeyOutputOptions {
  readonly bits: '2048' | '3072' | '4096';
}

/** The options of `sgid key public`. */
export interface KeyPublicOptions extends KeyInputOptions {
  readonly format: 'pem' | 'jwk';
}

const FILE = 'a key in any format, a credentials file or .env; - or nothing for standard input';
const PASSPHRASE_FILE = 'a file with the passphrase of an encrypted input; - for standard input';
const OUT_PASSPHRASE_FILE = 'a file with the passphrase for pkcs8-encrypted and pkcs12; - for standard input';
const OUT = 'write to this new file (mode 0600) instead of standard output';

const PASSPHRASES = `The passphrase of an encrypted input is that of --passphrase-file, else the one beside it in a
credentials file or .env, else SGID_PRIVATE_KEY_PASSPHRASE; on a terminal it is asked for.`;

const EXAMPLES = `
Examples:
  $ sgid key generate --out private.pem                  a new pair; this half stays secret
  $ sgid key public private.pem                          the half to register in the developer portal
  $ sgid key inspect private.pem                         what it is, and what is wrong with it
  $ sgid key convert --to env private.pem >> .env        one line, for SGID_PRIVATE_KEY`;

const INSPECT_EXAMPLES = `
Examples:
  $ sgid key inspect private.pem
  $ sgid key inspect client.json                         the key in the developer portal's download
  $ sgid key inspect .env --public-key registered.pem    do the two belong together?
  $ printf %s "$SGID_PRIVATE_KEY" | sgid key inspect | jq -r .fingerprint

Formats are recognised by content: PKCS#8 and PKCS#1 as PEM or DER, encrypted or not, PKCS#12,
JWK and JWKS.
${PASSPHRASES}
The fingerprint is the SHA-256 of the SPKI in hex, that of: openssl pkey -pubout -outform DER
Ends with 3 when the key cannot be used or the public key is not its own; what is known of an RSA
key is printed all the same.`;

const CONVERT_EXAMPLES = `
Examples:
  $ sgid key convert --to pkcs8 old.pem --out private.pem
  $ sgid key convert --to env private.pem >> .env
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
  $ sgid key generate --to env >> .env

Next, register the public half in the developer portal: sgid key public private.pem`;

const PUBLIC_EXAMPLES = `
Examples:
  $ sgid key public private.pem
  $ sgid key public client.json > public.pem
  $ sgid key public --format jwk .env

${PASSPHRASES}`;

/** Declares `sgid key` and its commands; what they do is loaded when they run. */
export const declare: DeclareCommand = (key, openContext) => {
  // Before the commands are made: they take it over when they are.
  key.exitOverride(refuseSecrets).addHelpText('after', EXAMPLES);
  key
    .command('inspect')
    .description('describe a private key and tell what is wrong with it')
    .argument('[file]', FILE)
    .option('--public-key <file>', 'a public key or certificate to compare with; - for standard input')
    .option('--passphrase-file <path>', PASSPHRASE_FILE)
    .addHelpText('after', INSPECT_EXAMPLES)
    .action(async (file, options) => {
      const [context, { runKeyInspect }] = await Promise.all([openContext(), import('./key-inspect.ts')]);
      await runKeyInspect(file, options, context);
    });
  key
    .command('convert')
    .description('write a private key in another format')
    .argument('[file]', FILE)
    .addOption(new Option('--to <format>', 'the new format').choices(KEY_TARGETS).makeOptionMandatory())
    .option('--out <file>', OUT)
    .option('--passphrase-file <path>', PASSPHRASE_FILE)
    .option('--out-passphrase-file <path>', OUT_PASSPHRASE_FILE)
    .addHelpText('after', CONVERT_EXAMPLES)
    .action(async (file, options) => {
      const context = await openContext();
      await runKeyConvert(file, options, context);
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
    .option('--out-passphrase-file <path>', OUT_PASSPHRASE_FILE)
    .addHelpText('after', GENERATE_EXAMPLES)
    .action(async (options) => {
      const context = await openContext();
      await runKeyGenerate(options, context);
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
    .action(async (file, options) => {
      const context = await openContext();
      await runKeyPublic(file, options, context);
    });
};

/** Key text in the place of a file or command is easily typed, and commander would repeat it. */
function refuseSecrets(error: CommanderError): never {
  if (!/[\w+/=-]{40}/.test(error.message)) throw error;
  throw usageError(
    'an argument that may hold key text is not understood',
    'Give the path of a file, or pipe the key itself: printf %s "$SGID_PRIVATE_KEY" | sgid key inspect',
  );
}

/**
 * Runs `sgid key convert`.
 *
 * @throws SgidError of the steps `usage`, `config` and `output`.
 */
export async function runKeyConvert(
  file = '-',
  options: KeyConvertOptions,
  context: CommandContext,
): Promise<void> {
  checkInputs(
    [KEY_ARGUMENT, file],
    ['--passphrase-file', options.passphraseFile],
    ['--out-passphrase-file', options.outPassphraseFile],
  );
  checkOutput(options, context.platform.terminal);
  await outputKey(options, context, () => loadKeyInput(file, options, context));
}

const BITS: Readonly<Record<KeyGenerateOptions['bits'], KeyBits>> = { 2048: 2048, 3072: 3072, 4096: 4096 };

/**
 * Runs `sgid key generate`.
 *
 * @throws SgidError of the steps `usage`, `config` and `output`.
 */
export async function runKeyGenerate(options: KeyGenerateOptions, context: CommandContext): Promise<void> {
  const { platform, diagnostics } = context;
  const { bits, out } = options;
  checkInputs(['--out-passphrase-file', options.outPassphraseFile]);
  checkOutput(options, platform.terminal);
  const key = await outputKey(options, context, () => generatePrivateKey(BITS[bits]));
  diagnostics.info(`A new key of ${bits} bits, fingerprint ${fingerprintKey(key)}.`);
  if (out !== undefined)
    diagnostics.info(
      `Register its public half in the developer portal: sgid key public ${pathForShell(out)}`,
    );
}

/**
 * Runs `sgid key public`.
 *
 * @throws SgidError of the steps `usage` and `config`.
 */
export async function runKeyPublic(
  file = '-',
  options: KeyPublicOptions,
  context: CommandContext,
): Promise<void> {
  checkInputs([KEY_ARGUMENT, file], ['--passphrase-file', options.passphraseFile]);
  const key = await loadKeyInput(file, options, context);
  await writeStandardOutput(writePublicKey(key, options.format), context.platform.terminal);
}
