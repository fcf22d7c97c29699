import { resolve } from 'node:path';
import { probePort } from '../check/credential-checks.ts';
import { SgidError, usageError } from '../errors/sgid-error.ts';
import { findMismatches, loadKey } from '../settings/credentials.ts';
import { FIELDS, type FieldName } from '../settings/fields.ts';
import type { Inputs } from '../settings/inputs.ts';
import {
  findValue,
  listNames,
  loadCredentialsFile,
  type Source,
  type SourceValue,
} from '../settings/sources.ts';
import { DEFAULT_HOSTNAME, validateHostname } from '../sgid/endpoints.ts';
import { EXAMPLE_REDIRECT_URI, validateRedirectUri } from '../sgid/redirect-uri.ts';
import { DEFAULT_SCOPE, findUnknownScopes, parseScope, SCOPE_NAMES } from '../sgid/scopes.ts';
import { expandHome } from '../system/files.ts';
import { isLoopback } from '../system/host.ts';
import { describeNonClientId, describeNonSecret, describeNonValue } from '../text/credential-value.ts';
import { didYouMean } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext } from './context.ts';

/** Where a typed value comes from. */
const ANSWER = 'your answer';

/** A profile in the making: where its values come from, the source that wins first. */
export interface Draft {
  readonly sources: readonly Source[];
  /** Those of the credentials file, when it has several. */
  readonly redirectUris: readonly string[];
  /** What to print about the credentials file. */
  readonly words: readonly string[];
  /** A passphrase that was asked for, and that the person does not want to be saved. */
  readonly unsavedPassphrase?: string | undefined;
}

/** What a draft is made with. */
export interface DraftContext {
  readonly context: CommandContext;
  readonly inputs: Inputs;
  /** The warnings that were printed. */
  readonly printed: Set<string>;
}

/** Begins a draft with a credentials file. */
export async function importFile(path: string, inputs: Inputs): Promise<Draft> {
  const { source, redirectUris, recognised, ignored } = await loadCredentialsFile(path, inputs);
  const words = [`Found in ${toPrintable(path)}: ${recognised.map(({ name }) => name).join(', ')}.`];
  if (ignored.length > 0) words.push(`Not used: ${listNames(ignored)}.`);
  return { sources: [source], redirectUris, words };
}

/** Loads the private key, and refuses one that does not belong to the public key that came along. */
export async function requireKey(sources: readonly Source[], inputs: Inputs): Promise<void> {
  const found = findValue(sources, 'privateKey', inputs.notices);
  if (found === undefined) return;
  const [mismatch] = findMismatches(await loadKey(found, sources, inputs), sources);
  if (mismatch !== undefined) throw mismatch;
}

/** @throws SgidError `ERR_MISSING_CREDENTIALS` that names the option for what a draft lacks. */
export function requireComplete({ sources, redirectUris }: Draft): void {
  const missing = (['clientId', 'clientSecret', 'privateKey', 'redirectUri'] as const).filter(
    (name) => findValue(sources, name, new Set()) === undefined,
  );
  if (missing.length === 0) return;
  const lacksUri = missing.includes('redirectUri');
  const leadsHere = (uri: string): boolean => URL.canParse(uri) && isLoopback(new URL(uri).hostname);
  const best = toPrintable(redirectUris.find(leadsHere) ?? redirectUris[0] ?? '<uri>');
  const advice = [
    ...(lacksUri ? [`give the redirect URI with --redirect-uri ${best}`] : []),
    ...(missing.includes('privateKey') ? ['give the private key with --private-key-file <path>'] : []),
    ...(missing.includes('clientId') || missing.includes('clientSecret')
      ? ['put client id and client secret into the file of --from']
      : []),
  ].join('; ');
  const isChoice = lacksUri && missing.length === 1 && redirectUris.length > 0;
  const message = isChoice
    ? `the file has several redirect URIs; choose one:${redirectUris.map((uri) => `\n    ${toPrintable(uri)}`).join('')}`
    : `missing:${missing.map((name) => `\n    ${FIELDS[name].label}`).join('')}`;
  throw new SgidError('ERR_MISSING_CREDENTIALS', message, {
    hint: `${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`,
  });
}

/**
 * Asks for all that a draft lacks. Every answer is validated at once, and asked for again until it is good.
 *
 * @throws SgidError `ERR_USAGE` when the person ends the input; the signal's reason at Ctrl-C.
 */
export async function askForRest(draft: Draft, maker: DraftContext): Promise<Draft> {
  const { context, inputs } = maker;
  const { terminal, signal } = context.platform;
  const answers: Partial<Record<FieldName, SourceValue>> = {};
  const sources: readonly Source[] = [{ kind: 'flag', values: answers }, ...draft.sources];
  const find = (name: FieldName) => findValue(sources, name, inputs.notices);
  const keep = (field: FieldName, text: string): void => {
    answers[field] = { text, origin: ANSWER };
  };
  if (!find('clientId')) keep('clientId', await askClientId(context));
  const secret = find('clientSecret');
  // The file could name any other file of the person, whose content would go to the provider named beside it.
  const isNamed = secret?.field === 'clientSecretFile';
  const reads =
    isNamed && (await terminal.confirm(`Read the client secret from ${toPrintable(secret.text)}`, signal));
  if (!secret || (isNamed && !reads)) {
    const typed = await askClientSecret(context);
    inputs.secrets.add(typed);
    keep('clientSecret', typed);
  }
  const passphrase = await askKey(sources, (path) => keep('privateKeyFile', path), maker);
  const saves = passphrase && (await terminal.confirm('Keep the passphrase with the profile', signal));
  if (passphrase && saves) keep('passphrase', passphrase);
  if (!find('redirectUri')) keep('redirectUri', await askRedirectUri(draft, context));
  if (!find('scope')) keep('scope', await askScope(context));
  const provider = find('hostname');
  // Where a file sends the secret to is for the person to confirm.
  if (provider !== undefined && provider.kind !== 'flag')
    keep('hostname', await askUntilUsable(context, 'Provider', provider.text, validateHostname));
  return { ...draft, sources, unsavedPassphrase: saves ? undefined : passphrase };
}

/** Asks for a credentials file, unless the person wants to type what it would hold. */
export async function askForFile({ context, inputs }: DraftContext): Promise<Draft> {
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
  let draft: Draft = { sources: [], redirectUris: [], words: [] };
  if (answered(way) === 'type') {
    context.diagnostics.info('The developer portal, https://developer.id.gov.sg, shows them in this order:');
    // A mock has other credentials: nobody sends those to the real sgID unasked.
    const hostname = { text: DEFAULT_HOSTNAME, origin: 'default' };
    return { ...draft, sources: [{ kind: 'default', values: { hostname } }] };
  }
  await askUntilUsable(context, 'Path of the file', undefined, async (path) => {
    draft = await importFile(fullPath(path, context), inputs);
  });
  return draft;
}

/** Prints the warnings so far. */
export function printNotices({ context, inputs, printed }: DraftContext): void {
  for (const notice of inputs.notices) {
    if (!printed.has(notice)) context.diagnostics.warn(notice);
    printed.add(notice);
  }
}

function askClientId(context: CommandContext): Promise<string> {
  return ask(context, 'Client id, as the developer portal shows it', undefined, (id) =>
    id !== '' && describeNonClientId(id) === undefined
      ? undefined
      : 'It is one word, for example MYAPP-1a2b3c4d.',
  );
}

function askClientSecret(context: CommandContext): Promise<string> {
  const { terminal, signal } = context.platform;
  const read = () => terminal.askSecret('Client secret, which the portal shows once', signal);
  return askUntilGood(context, read, (secret) => {
    const fault = describeNonValue(secret) ?? describeNonSecret(secret);
    if (fault !== undefined) return `That is ${fault}.`;
    return secret === '' ? 'It is needed for a login.' : undefined;
  });
}

/** A name that the catalogue lacks is taken when it is given again: sgID may know more. */
async function askScope(context: CommandContext): Promise<string> {
  let preset = DEFAULT_SCOPE;
  for (;;) {
    const message = 'Scopes, of those granted in the portal';
    const answer = await askUntilUsable(context, message, preset, parseScope);
    const [unknown] = findUnknownScopes(parseScope(answer));
    if (unknown === undefined || answer === preset) return answer;
    preset = answer;
    const meant = didYouMean(unknown, SCOPE_NAMES);
    const advice = [meant, 'Press Enter to keep it.'].filter(Boolean).join(' ');
    context.diagnostics.error(`! ${unknown} is not in the catalogue. ${advice}`);
  }
}

/** Asks for the private key until one opens. Returns the passphrase that was asked for, if any. */
async function askKey(
  sources: readonly Source[],
  keep: (path: string) => void,
  maker: DraftContext,
): Promise<string | undefined> {
  const { context, inputs } = maker;
  const { terminal, signal } = context.platform;
  let passphrase: string | undefined;
  const askPassphrase = async (): Promise<string | undefined> => {
    passphrase = answered(await terminal.askSecret('Passphrase of the private key', signal));
    return passphrase;
  };
  /** Asks for the passphrase, and not for the path, as long as only the passphrase is wrong. */
  const open = async (): Promise<void> => {
    for (;;) {
      try {
        return await requireKey(sources, { ...inputs, askPassphrase });
      } catch (error) {
        const isWrong = error instanceof SgidError && error.code === 'ERR_PRIVATE_KEY_PASSPHRASE';
        if (passphrase === undefined || !isWrong) throw error;
        context.diagnostics.error('! The passphrase does not open the private key.');
      }
    }
  };
  if (findValue(sources, 'privateKey', inputs.notices)) await open();
  else {
    const message = 'Path of the private key from the portal (PEM, PKCS#12, JWK or DER)';
    await ask(context, message, undefined, (path) => {
      if (path === '') return 'It is needed for a login.';
      keep(resolve(fullPath(path, context)));
      return complain(open);
    });
  }
  printNotices(maker);
  return passphrase;
}

async function askRedirectUri({ redirectUris }: Draft, context: CommandContext): Promise<string> {
  const { terminal, signal } = context.platform;
  if (redirectUris.length > 0) {
    const choices = redirectUris.map((uri) => ({ value: uri, name: toPrintable(uri) }));
    return answered(await terminal.choose({ message: 'Which redirect URI', choices }, signal));
  }
  const message = 'Redirect URI, exactly as registered in the portal';
  const uri = await askUntilUsable(context, message, EXAMPLE_REDIRECT_URI, validateRedirectUri);
  const port = await probePort(uri);
  if (port.verdict === 'warn') context.diagnostics.warn(`${port.evidence}. ${port.hint}`);
  if (port.verdict === 'skip') {
    context.diagnostics.info(
      'The redirect URI leads to another machine: log in with sgid login --manual, or --listen.',
    );
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

/** What is wrong with an answer, and what to do about it; `undefined` for a good one. */
type Validate = (answer: string) => string | undefined | Promise<string | undefined>;

export function ask(
  context: CommandContext,
  message: string,
  preset: string | undefined,
  validate: Validate,
): Promise<string> {
  const { terminal, signal } = context.platform;
  // A value with control characters would be refused as an answer, and must not reach the terminal.
  const safe = preset !== undefined && toPrintable(preset) === preset ? preset : undefined;
  return askUntilGood(context, () => terminal.askText({ message, preset: safe }, signal), validate);
}

/** Validates an answer when its question is done, so that validation may ask, too; then asks anew. */
async function askUntilGood(
  { diagnostics }: CommandContext,
  read: () => Promise<string | undefined>,
  validate: Validate,
): Promise<string> {
  for (;;) {
    const answer = answered(await read());
    const complaint = await validate(answer);
    if (complaint === undefined) return answer;
    diagnostics.error(`! ${complaint}`);
  }
}

/** Describes what is wrong with an answer, and what to do about it. */
async function complain(parse: () => unknown): Promise<string | undefined> {
  try {
    await parse();
    return undefined;
  } catch (error) {
    if (error instanceof SgidError && error.step === 'config')
      return `${error.message.replace(`${ANSWER}: `, '')}. ${error.hint ?? ''}`
        .replace(/ \(--[a-z-]+\)/g, '')
        .trim();
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
