import { resolve } from 'node:path';
import { probePort } from '../check/credential-checks.ts';
import { SgidError, usageError } from '../errors/sgid-error.ts';
import { publicKeyMismatch } from '../keys/key-errors.ts';
import { loadPrivateKey } from '../keys/private-key.ts';
import { belongTogether, findPublicKeys } from '../keys/public-key.ts';
import { breakText } from '../output/table.ts';
import { missingCredentials } from '../settings/credentials.ts';
import { parseCredentialsFile } from '../settings/credentials-file.ts';
import { type Inputs, loadSecretFile, parseSecretText } from '../settings/inputs.ts';
import { EXAMPLE_REDIRECT_URI, validateRedirectUri } from '../settings/redirect-uri.ts';
import { DEFAULT_HOSTNAME, isLoopbackHost, validateHostname } from '../sgid/endpoints.ts';
import { DEFAULT_SCOPE, parseScope } from '../sgid/scopes.ts';
import { expandHome } from '../system/files.ts';
import { namingOrigin, pathError, secretPathError } from '../text/file-errors.ts';
import { decodeText } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext } from './context.ts';

/** The private key of a profile in the making. With a path it is a file that stays where it is. */
interface DraftKey {
  readonly input: string | Uint8Array;
  readonly origin: string;
  readonly path?: string;
}

/** A profile in the making: what is known of it so far. */
export interface Draft {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly privateKey?: DraftKey | undefined;
  readonly passphrase?: string | undefined;
  /** The person does not want the passphrase to be saved. */
  readonly forgetsPassphrase?: boolean;
  readonly redirectUri?: string | undefined;
  /** Those of the file, when it has several. */
  readonly redirectUris?: readonly string[];
  /** The public key that came with the private one. */
  readonly publicKey?: string | undefined;
  readonly hostname?: string | undefined;
  readonly scope?: string | undefined;
}

/** What makes a draft: the program around it, and what files are loaded with. */
interface Maker {
  readonly context: CommandContext;
  readonly inputs: Inputs;
}

/** Begins a draft with a credentials file. */
export async function importFile(path: string, { context, inputs }: Maker): Promise<Draft> {
  const { draft, words } = await loadFile(path, inputs);
  for (const line of words) context.diagnostics.info(line);
  return draft;
}

async function loadFile(path: string, inputs: Inputs): Promise<{ draft: Draft; words: readonly string[] }> {
  const bytes = await loadSecretFile(path, inputs, (error) => pathError(error, 'the credentials file', path));
  const { values, redirectUris, recognised, ignored } = parseCredentialsFile(decodeText(bytes), path);
  const { clientSecretFile, privateKey, privateKeyFile, passphrase } = values;
  const clientSecret =
    values.clientSecret ?? (clientSecretFile && (await loadSecretText(clientSecretFile, inputs)));
  for (const secret of [clientSecret, privateKey, passphrase]) if (secret) inputs.secrets.add(secret);
  const file = privateKey || !privateKeyFile ? undefined : await loadKeyFile(privateKeyFile, inputs);
  const words = [`Found in ${toPrintable(path)}: ${recognised.map(({ name }) => name).join(', ')}.`];
  if (ignored.length > 0) words.push(`Not used: ${ignored.join(', ')}.`);
  const key = privateKey ? { input: privateKey, origin: path } : file;
  return { draft: { ...values, clientSecret, redirectUris, privateKey: key }, words };
}

export async function loadKeyFile(path: string, inputs: Inputs): Promise<DraftKey> {
  const input = await loadSecretFile(path, inputs, (error) =>
    secretPathError(error, 'the private key', path, 'SGID_PRIVATE_KEY'),
  );
  return { input, origin: resolve(path), path: resolve(path) };
}

async function loadSecretText(path: string, inputs: Inputs): Promise<string> {
  const bytes = await loadSecretFile(path, inputs, (error) =>
    secretPathError(error, 'the client secret', path, 'SGID_CLIENT_SECRET'),
  );
  return parseSecretText(bytes);
}

/** A draft that has everything, and all of it usable. */
export type CompleteDraft = Draft & {
  readonly [Name in 'clientId' | 'clientSecret' | 'redirectUri' | 'hostname' | 'scope']: string;
} & { readonly privateKey: DraftKey };

/**
 * Validates all of a draft but its private key. Scope and hostname have defaults.
 *
 * @throws SgidError with step `config`, for the first thing that is missing or unusable.
 */
export function validateDraft(draft: Draft): CompleteDraft {
  const { clientId, clientSecret, privateKey, redirectUri } = draft;
  if (!clientId || !clientSecret?.trim() || !privateKey || !redirectUri) throw incomplete(draft);
  const { hostname = DEFAULT_HOSTNAME, scope = DEFAULT_SCOPE } = draft;
  validateRedirectUri(redirectUri);
  validateHostname(hostname);
  parseScope(scope);
  return { ...draft, clientId, clientSecret, privateKey, redirectUri, hostname, scope };
}

/** Validates a private key: it parses, is RSA of 2048 bits or more, and belongs to the public key that came along. */
export async function validateKey(
  { input, origin }: DraftKey,
  { publicKey, passphrase }: Draft,
  askPassphrase: () => Promise<string | undefined>,
): Promise<void> {
  const name = toPrintable(origin);
  const key = await namingOrigin(name, () =>
    loadPrivateKey(input, passphrase ? { passphrase } : { askPassphrase }),
  );
  const publicKeys = findPublicKeys(publicKey ?? '');
  if (publicKeys.length > 0 && !belongTogether(key, publicKeys)) throw publicKeyMismatch(name);
}

function incomplete(draft: Draft): SgidError {
  const { redirectUri, redirectUris = [] } = draft;
  const required = ['clientId', 'clientSecret', 'privateKey', 'redirectUri'] as const;
  const missing = required.filter((name) => !draft[name]);
  const isChoice = missing.length === 1 && !redirectUri && redirectUris.length > 0;
  const leadsHere = (uri: string): boolean => URL.canParse(uri) && isLoopbackHost(new URL(uri).hostname);
  const best = redirectUris.find(leadsHere) ?? redirectUris[0] ?? '<uri>';
  const advice = [
    ...(redirectUri ? [] : [`give the redirect URI with --redirect-uri ${best}`]),
    ...(draft.privateKey ? [] : ['give the private key with --private-key-file <path>']),
    ...(draft.clientId && draft.clientSecret
      ? []
      : ['put client id and client secret into the file of --from']),
  ].join('; ');
  return new SgidError(
    'ERR_MISSING_CREDENTIALS',
    isChoice
      ? 'the file has several redirect URIs, and it is not said which to use'
      : missingCredentials(missing).message,
    {
      step: 'config',
      causes:
        redirectUris.length > 0
          ? [`the redirect URIs of the file: ${toPrintable(redirectUris.join(', '))}`]
          : [],
      hint: `${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`,
    },
  );
}

/**
 * Asks for all that a draft lacks. Every answer is validated at once, and asked for again until it is good.
 *
 * @throws SgidError `ERR_USAGE` when the person ends the input; the signal's reason at Ctrl-C.
 */
export async function askForRest(begun: Draft, maker: Maker): Promise<Draft> {
  const { context } = maker;
  let draft = begun;
  draft = { ...draft, clientId: draft.clientId || (await askClientId(context)) };
  draft = { ...draft, clientSecret: draft.clientSecret || (await askClientSecret(maker)) };
  draft = { ...draft, ...(await askKey(draft, maker)) };
  draft = { ...draft, redirectUri: draft.redirectUri || (await askRedirectUri(draft, context)) };
  const scope = draft.scope || (await askUntilUsable(context, 'Scope to ask for', DEFAULT_SCOPE, parseScope));
  const hostname =
    draft.hostname || (await askUntilUsable(context, 'Provider', DEFAULT_HOSTNAME, validateHostname));
  return { ...draft, scope, hostname };
}

/** Asks for a credentials file, unless the person wants to type what it would hold. */
export async function askForFile({ context, inputs }: Maker): Promise<Draft> {
  const { terminal, signal } = context.platform;
  const way = await terminal.choose(
    {
      message: 'Where are the credentials',
      choices: [
        { value: 'file', name: 'In a file: the download of the developer portal, or a .env' },
        { value: 'type', name: 'I will type them' },
      ],
    },
    signal,
  );
  if (answered(way) === 'type') return {};
  let loaded: Awaited<ReturnType<typeof loadFile>> = { draft: {}, words: [] };
  await askUntilUsable(context, 'Path of the file', undefined, async (path) => {
    loaded = await loadFile(fullPath(path, context), inputs);
  });
  flushNotices({ context, inputs });
  for (const line of loaded.words) context.diagnostics.info(line);
  return loaded.draft;
}

/** Prints the warnings so far: while an answer is validated, the cursor is still on the line of the question. */
export function flushNotices({ context, inputs: { notices } }: Maker): void {
  for (const notice of notices) context.diagnostics.warn(notice);
  notices.clear();
}

function askClientId(context: CommandContext): Promise<string> {
  return ask(context, 'Client id, as the developer portal shows it', undefined, (id) =>
    /^\S+$/.test(id) ? undefined : 'It is one word, for example MYAPP-1a2b3c4d.',
  );
}

async function askClientSecret({ context: { platform }, inputs }: Maker): Promise<string> {
  const secret = answered(await platform.terminal.askSecret('Client secret (not shown)', platform.signal));
  inputs.secrets.add(secret);
  return secret;
}

async function askKey(
  draft: Draft,
  { context, inputs }: Maker,
): Promise<Pick<Draft, 'privateKey' | 'passphrase' | 'forgetsPassphrase'>> {
  const { terminal, signal } = context.platform;
  let { privateKey, passphrase } = draft;
  const askPassphrase = async (): Promise<string | undefined> => {
    passphrase = await terminal.askSecret('Passphrase of the private key (not shown)', signal);
    if (passphrase !== undefined) inputs.secrets.add(passphrase);
    return passphrase;
  };
  /** Asks for the passphrase, and not for the path, as long as only the passphrase is wrong. */
  const validate = async (key: DraftKey): Promise<void> => {
    for (;;) {
      try {
        await validateKey(key, draft, askPassphrase);
        return;
      } catch (error) {
        const isWrong = error instanceof SgidError && error.code === 'ERR_PRIVATE_KEY_PASSPHRASE';
        if (passphrase === draft.passphrase || !isWrong) throw error;
        context.diagnostics.error('! The passphrase does not open the private key.');
      }
    }
  };
  if (privateKey !== undefined) await validate(privateKey);
  while (privateKey === undefined) {
    const message = 'Path of the private key (PEM, PKCS#12, JWK or DER)';
    const path = await ask(context, message, undefined, (text) =>
      text === '' ? 'It is needed for a login.' : undefined,
    );
    // Not within the question: a prompt cannot open inside another.
    const complaint = await complain(async () => {
      const key = await loadKeyFile(fullPath(path, context), inputs);
      await validate(key);
      privateKey = key;
    });
    if (complaint !== undefined) context.diagnostics.error(`! ${complaint}`);
  }
  flushNotices({ context, inputs });
  if (passphrase === undefined || passphrase === draft.passphrase) return { privateKey, passphrase };
  const keeps = await terminal.confirm('Keep the passphrase with the profile', signal);
  return { privateKey, passphrase, forgetsPassphrase: keeps !== true };
}

async function askRedirectUri({ redirectUris = [] }: Draft, context: CommandContext): Promise<string> {
  const { terminal, signal } = context.platform;
  if (redirectUris.length > 0) {
    const choices = redirectUris.map((uri) => ({ value: uri, name: uri }));
    return answered(await terminal.choose({ message: 'Which redirect URI', choices }, signal));
  }
  const message = 'Redirect URI, exactly as registered';
  const uri = await askUntilUsable(context, message, EXAMPLE_REDIRECT_URI, validateRedirectUri);
  const port = await probePort(uri);
  if (port.verdict === 'warn') context.diagnostics.warn(`${port.evidence}. ${port.hint}`);
  if (port.verdict === 'skip') {
    context.diagnostics.info('That leads to another machine: log in with sgid login --manual, or --listen.');
  }
  return uri;
}

function askUntilUsable(
  context: CommandContext,
  message: string,
  preset: string | undefined,
  parse: (answer: string) => unknown,
): Promise<string> {
  return ask(context, message, preset, (answer) => complain(() => parse(answer)));
}

async function ask(
  { platform }: CommandContext,
  message: string,
  preset: string | undefined,
  validate: (answer: string) => string | undefined | Promise<string | undefined>,
): Promise<string> {
  const { terminal, signal } = platform;
  // The prompt puts a mark of two columns before a complaint, and breaks it in the middle of a word.
  const columns = (terminal.stderrColumns ?? 80) - 2;
  const validateInLines = async (answer: string): Promise<string | undefined> => {
    const complaint = await validate(answer);
    return complaint && breakText(complaint, columns).join('\n  ');
  };
  return answered(await terminal.askText({ message, preset, validate: validateInLines }, signal));
}

/** What is wrong with an answer, and what to do about it. */
async function complain(parse: () => unknown): Promise<string | undefined> {
  try {
    await parse();
    return undefined;
  } catch (error) {
    if (error instanceof SgidError && error.step === 'config')
      return `${error.message}. ${error.hint ?? ''}`.trim();
    throw error;
  }
}

/** No shell has read an answer, and `~/` is what people type. */
function fullPath(path: string, { platform }: CommandContext): string {
  return expandHome(path, platform.env) ?? path;
}

function answered<T>(answer: T | undefined): T {
  if (answer !== undefined) return answer;
  throw usageError(
    'the questions were not answered, and nothing was saved',
    'Run sgid init again; or, without questions: sgid init --from <file> --profile <name> --yes',
  );
}
