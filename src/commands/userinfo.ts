import { SgidError } from '../errors/sgid-error.ts';
import { printResult, type ResultFlags } from '../output/result.ts';
import type { Settings } from '../settings/settings.ts';
import type { CredentialFlags } from '../settings/sources.ts';
import { endpointsOf } from '../sgid/endpoints.ts';
import { fetchData } from '../sgid/userinfo.ts';
import { isTooLong } from '../text/guards.ts';
import { readMembers } from '../text/json-file.ts';
import { type CommandContext, type DeclareCommand, GROUPS } from './context.ts';
import { addCredentialOptions, readSettings } from './credential-options.ts';
import { readDuration, requireText } from './option-values.ts';
import { addResultOptions, readResultFlags, SAVE_CANARY_DESCRIPTION } from './result-options.ts';
import { readJsonObject, readTextInput, type TextInput } from './text-input.ts';
import { TRACE_DESCRIPTION, withTrace } from './trace-option.ts';
import { openTransport, prepareProxy } from './transport.ts';

/** The options of `sgid userinfo`. */
export interface UserinfoOptions extends CredentialFlags, ResultFlags {
  readonly token?: string;
  readonly saveCanary?: string;
  readonly httpTimeout: string;
  readonly trace?: string;
}

const EXAMPLES = `
Examples:
  $ sgid callback --transaction transaction.json "$URL" | sgid userinfo
  $ sgid userinfo --field myinfo.name < tokens.json
  $ sgid userinfo --token tokens.json --expect myinfo.email --out claims.json
  $ sgid userinfo --token - < access-token.txt             the access token alone

Takes what "sgid callback" printed from standard input, or from the file of --token, and prints {"sub","data"}.
The subject must be the one that the callback found; an access token alone has none to compare with.
Needs the private key; an access token goes only to the provider that issued it.`;

/** Declares `sgid userinfo`; what it does is loaded when it runs. */
export const declare: DeclareCommand = (command, openContext) => {
  addResultOptions(
    addCredentialOptions(
      command.option(
        '--token <file>',
        'what "sgid callback" printed, or the access token alone; - for standard input',
      ),
      ['privateKeyFile', 'hostname'],
    ),
  )
    .option('--save-canary <file>', SAVE_CANARY_DESCRIPTION)
    .optionsGroup(GROUPS.rare)
    .option('--http-timeout <duration>', 'how long to wait for each answer of the provider', '10s')
    .option('--trace <file>', TRACE_DESCRIPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const context = await openContext();
      await withTrace('userinfo', options, context, (traced) => runUserinfo(options, traced));
    });
};

/**
 * Runs `sgid userinfo`: fetches a person's data and prints it in the clear.
 *
 * @throws SgidError of the steps `usage`, `config`, `userinfo`, `decrypt` and `output`.
 */
export async function runUserinfo(options: UserinfoOptions, context: CommandContext): Promise<void> {
  const { diagnostics, platform, trace } = context;
  requireText({ '--token': options.token, '--save-canary': options.saveCanary });
  const timeoutMs = readDuration(options.httpTimeout, '--http-timeout');
  await printResult({ flags: options, expectations: readResultFlags(options) }, context, async (onReply) => {
    const path = options.token ?? '-';
    const token = readAccessToken(
      await readTextInput({ path, origin: '--token', what: 'the access token', secret: true }, context),
    );
    const { accessToken, idToken = '', sub } = token;
    diagnostics.hide([accessToken, idToken]);
    const stdinUse = path === '-' ? 'the access token' : undefined;
    const needed = ['privateKey', 'hostname'] as const;
    const settings = await readSettings({ needed }, options, context, stdinUse);
    checkTokenProvider(token, settings, options);
    if (sub === undefined)
      diagnostics.warn('the access token came alone: the subject is not compared with any');
    prepareProxy(settings.hostname, context);
    const endpoints = endpointsOf(settings.hostname);
    const transport = openTransport(context, { timeoutMs });
    const reader = { ...settings, endpoints, transport, onReply };
    const person = await fetchData(reader, { accessToken, sub }, platform.signal);
    trace?.dataFetched(Object.keys(person.data).length);
    platform.signal.throwIfAborted();
    return person;
  });
}

/**
 * Holds an access token to the provider that issued it. Of one that came alone the provider is not known; then the
 * `.env` of some folder does not decide where it goes, unless `--dotenv` names it.
 *
 * @throws SgidError `ERR_PROVIDER_BINDING`.
 */
function checkTokenProvider(
  { issuer }: AccessToken,
  { hostname, found }: Settings<'privateKey' | 'hostname'>,
  { dotenv }: UserinfoOptions,
): void {
  const isForeign =
    issuer === undefined
      ? found.hostname?.kind === 'dotenv' && dotenv === undefined
      : issuer !== endpointsOf(hostname).issuer;
  if (!isForeign) return;
  throw new SgidError(
    'ERR_PROVIDER_BINDING',
    issuer === undefined
      ? `the provider ${hostname} comes from ${found.hostname?.origin}, the access token from elsewhere: it is not sent there`
      : `the access token was not issued by the provider ${hostname}: it is not sent there`,
    {
      step: 'config',
      hint:
        issuer === undefined
          ? `If that provider is meant, pass --hostname ${hostname}`
          : 'Pass --hostname with the provider that "sgid callback" was run with.',
    },
  );
}

/** An access token and what came with it. */
export interface AccessToken {
  readonly accessToken: string;
  /** Absent for a token alone. */
  readonly sub?: string;
  readonly idToken?: string;
  /** Who issued it, where that is known. */
  readonly issuer?: string;
}

const HINT = 'Expected is what "sgid callback" prints: {"sub": "...", "accessToken": "...", ...}';

/**
 * Reads what `sgid callback` printed, or an access token that stands alone.
 *
 * @throws SgidError `ERR_FILE` when it is neither.
 */
export function readAccessToken(input: TextInput): AccessToken {
  const text = input.text.trim();
  const token = /^[[{"]/.test(text) ? readTokens(input) : { accessToken: text };
  // What a header can hold (RFC 6750 section 2.1), and what fits into one. "null" is what jq says of a member that is
  // not there.
  const isToken = /^[\w.~+/-]+=*$/.test(token.accessToken) && token.accessToken !== 'null';
  if (isToken && !isTooLong(token.accessToken)) return token;
  throw new SgidError('ERR_FILE', `${input.name} holds no access token`, { step: 'config', hint: HINT });
}

function readTokens(input: TextInput): AccessToken {
  return readJsonObject(input, HINT, ({ node, text, optionalText }) => {
    const idToken = optionalText('idToken');
    const claims = node('claims').value === undefined ? undefined : readMembers(node('claims'));
    const issuer = claims?.get('iss')?.value;
    return {
      accessToken: text('accessToken'),
      sub: text('sub'),
      ...(idToken === undefined ? {} : { idToken }),
      ...(typeof issuer === 'string' ? { issuer } : {}),
    };
  });
}
