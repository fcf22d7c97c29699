import { probePort } from '../check/credential-checks.ts';
import { SgidError, usageError } from '../errors/sgid-error.ts';
import { breakText } from '../output/table.ts';
import { EXAMPLE_REDIRECT_URI, readRedirectUri } from '../settings/redirect-uri.ts';
import { DEFAULT_HOSTNAME, readHostname } from '../sgid/endpoints.ts';
import { DEFAULT_SCOPE, readScope } from '../sgid/scopes.ts';
import { expandHome } from '../system/files.ts';
import type { CommandContext } from './context.ts';
import {
  type Draft,
  type DraftKey,
  type Import,
  importFile,
  judgeKey,
  readKeyFile,
  tell,
} from './init-draft.ts';

/**
 * Asks for all that a draft lacks. Every answer is judged at once, and asked for again until it is good.
 *
 * @throws SgidError `ERR_USAGE` when the person ends the input; the signal's reason at Ctrl-C.
 */
export async function askForRest(begun: Draft, imported: boolean, context: CommandContext): Promise<Draft> {
  let draft = begun;
  if (!imported) draft = { ...(await askForFile(context)), ...draft };
  draft = { ...draft, clientId: draft.clientId || (await askClientId(context)) };
  draft = { ...draft, clientSecret: draft.clientSecret || (await askClientSecret(context)) };
  draft = { ...draft, ...(await askKey(draft, context)) };
  draft = { ...draft, redirectUri: draft.redirectUri || (await askRedirectUri(draft, context)) };
  draft = { ...draft, scope: draft.scope || (await askScope(context)) };
  return { ...draft, hostname: draft.hostname || (await askHostname(context)) };
}

async function askForFile(context: CommandContext): Promise<Draft> {
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
  let found: Import = { draft: {}, words: [] };
  const held = holdWarnings(context);
  await ask(context, 'Path of the file', undefined, (path) =>
    complain(async () => {
      found = await importFile(fullPath(path, context), held.context);
    }),
  );
  held.tell();
  return tell(found, context);
}

function askClientId(context: CommandContext): Promise<string> {
  return ask(context, 'Client id, as the developer portal shows it', undefined, (id) =>
    /^\S+$/.test(id) ? undefined : 'It is one word, for example MYAPP-1a2b3c4d.',
  );
}

async function askClientSecret({ platform, diagnostics }: CommandContext): Promise<string> {
  const secret = answered(await platform.terminal.askSecret('Client secret (not shown)', platform.signal));
  diagnostics.hide([secret]);
  return secret;
}

async function askKey(
  draft: Draft,
  context: CommandContext,
): Promise<Pick<Draft, 'privateKey' | 'passphrase' | 'forgetsPassphrase'>> {
  const { terminal, signal } = context.platform;
  let { passphrase } = draft;
  const askPassphrase = async (): Promise<string | undefined> => {
    const answer = await terminal.askSecret('Passphrase of the private key (not shown)', signal);
    if (answer !== undefined) context.diagnostics.hide([answer]);
    passphrase = answer;
    return answer;
  };
  /** Asks for the passphrase, and not for the path, as long as only the passphrase is wrong. */
  const judgeWithPassphrase = async (key: DraftKey): Promise<void> => {
    for (;;) {
      try {
        await judgeKey(key, draft, askPassphrase);
        return;
      } catch (error) {
        if (passphrase === draft.passphrase || !isWrongPassphrase(error)) throw error;
        context.diagnostics.error('! The passphrase does not open the private key.');
      }
    }
  };
  const held = holdWarnings(context);
  let { privateKey } = draft;
  const judge = async (path: string): Promise<void> => {
    const key = await readKeyFile(fullPath(path, context), held.context);
    await judgeWithPassphrase(key);
    privateKey = key;
  };
  if (privateKey === undefined) {
    await askAgain(context, 'Path of the private key (PEM, PKCS#12, JWK or DER)', judge);
  } else {
    await judgeWithPassphrase(privateKey);
  }
  held.tell();
  if (passphrase === undefined || passphrase === draft.passphrase) return { privateKey, passphrase };
  const keeps = await terminal.confirm('Keep the passphrase with the profile', signal);
  return { privateKey, passphrase, forgetsPassphrase: keeps !== true };
}

function isWrongPassphrase(error: unknown): boolean {
  return error instanceof SgidError && error.code === 'ERR_PRIVATE_KEY_PASSPHRASE';
}

async function askRedirectUri({ redirectUris = [] }: Draft, context: CommandContext): Promise<string> {
  const { terminal, signal } = context.platform;
  if (redirectUris.length > 0) {
    const choices = redirectUris.map((uri) => ({ value: uri, name: uri }));
    return answered(await terminal.choose({ message: 'Which redirect URI', choices }, signal));
  }
  const uri = await ask(context, 'Redirect URI, exactly as registered', EXAMPLE_REDIRECT_URI, (text) =>
    complain(() => readRedirectUri(text)),
  );
  const port = await probePort(uri);
  if (port.verdict === 'warn') context.diagnostics.warn(`${port.evidence}. ${port.hint}`);
  if (port.verdict === 'skip') {
    context.diagnostics.info('That leads to another machine: log in with sgid login --manual, or --listen.');
  }
  return uri;
}

function askScope(context: CommandContext): Promise<string> {
  return ask(context, 'Scope to ask for', DEFAULT_SCOPE, (text) => complain(() => readScope(text)));
}

function askHostname(context: CommandContext): Promise<string> {
  return ask(context, 'Provider', DEFAULT_HOSTNAME, (text) => complain(() => readHostname(text)));
}

async function ask(
  { platform }: CommandContext,
  message: string,
  preset: string | undefined,
  judge: (answer: string) => string | undefined | Promise<string | undefined>,
): Promise<string> {
  const { terminal, signal } = platform;
  // The prompt puts a mark of two columns before a complaint, and breaks it in the middle of a word.
  const columns = (terminal.stderrColumns ?? 80) - 2;
  const judgeInLines = async (answer: string): Promise<string | undefined> => {
    const complaint = await judge(answer);
    return complaint && breakText(complaint, columns).join('\n  ');
  };
  return answered(await terminal.askText({ message, preset, judge: judgeInLines }, signal));
}

/** For a judgement that asks something itself: a prompt cannot open inside another. */
async function askAgain(
  context: CommandContext,
  message: string,
  judge: (answer: string) => Promise<void>,
): Promise<void> {
  for (;;) {
    const answer = await ask(context, message, undefined, (text) =>
      text === '' ? 'It is needed for a login.' : undefined,
    );
    const complaint = await complain(() => judge(answer));
    if (complaint === undefined) return;
    context.diagnostics.error(`! ${complaint}`);
  }
}

/** What is wrong with an answer, and what to do about it. */
async function complain(judge: () => unknown): Promise<string | undefined> {
  try {
    await judge();
    return undefined;
  } catch (error) {
    if (error instanceof SgidError && error.step === 'config')
      return `${error.message}. ${error.hint ?? ''}`.trim();
    throw error;
  }
}

/** A context whose warnings wait: while an answer is judged, the cursor is still on the line of the question. */
function holdWarnings(context: CommandContext): { readonly context: CommandContext; tell(): void } {
  const lines = new Set<string>();
  const diagnostics = { ...context.diagnostics, warn: (line: string) => void lines.add(line) };
  return {
    context: { ...context, diagnostics },
    tell: () => {
      for (const line of lines) context.diagnostics.warn(line);
    },
  };
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
