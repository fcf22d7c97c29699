import * as v from 'valibot';
import { SgidError } from '../errors/sgid-error.ts';
import { isTokenTooLong } from '../oidc/transport.ts';
import { printResult } from '../output/result.ts';
import { loadCredentials } from '../settings/credentials.ts';
import { unboundProvider } from '../settings/provider-binding.ts';
import type { CredentialFlags } from '../settings/sources.ts';
import { endpointsOf } from '../sgid/endpoints.ts';
import { fetchData } from '../sgid/userinfo.ts';
import { filledText, members, parseJsonFile } from '../text/json.ts';
import { type CommandContext, type DeclareCommand, GROUPS } from './context.ts';
import { addCredentialOptions, openInputs } from './credential-options.ts';
import { parseDuration } from './option-values.ts';
import { runReported, TRACE_DESCRIPTION } from './reports.ts';
import { addResultOptions, parseExpectations, SAVE_CANARY_DESCRIPTION } from './result-options.ts';
import { inputError, loadText, type TextInput } from './text-input.ts';
import { HTTP_TIMEOUT, openTransport, prepareConnection } from './transport.ts';

const EXAMPLES = `
Examples:
  $ sgid callback --transaction transaction.json "$URL" | sgid userinfo
  $ sgid userinfo --field myinfo.name < tokens.json
  $ sgid userinfo --token tokens.json --expect myinfo.email --out claims.json
  $ sgid userinfo --token - < access-token.txt             the access token alone

Takes what "sgid callback" printed from standard input, or from the file of --token, and prints {"sub","data"}.
The subject must be the one that the callback found; an access token alone has none to compare with.
Needs the private key; an access token goes only to the provider that issued it.`;

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
    .option(...HTTP_TIMEOUT)
    .option('--trace <file>', TRACE_DESCRIPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const context = await openContext();
      await runReported('userinfo', options, context, async () => {
        const { journal, platform } = context;
        const timeoutMs = parseDuration(options.httpTimeout, '--http-timeout');
        const request = { flags: options, expectations: parseExpectations(options) };
        await printResult(request, context, async (onReply) => {
          const { sub, accessToken, settings } = await loadTokens(options, context);
          const { hostname } = settings;
          prepareConnection(hostname, context);
          const transport = openTransport(context, timeoutMs);
          const reader = { ...settings, endpoints: endpointsOf(hostname), transport, onReply };
          const person = await fetchData(reader, { accessToken, sub }, { journal, signal: platform.signal });
          platform.signal.throwIfAborted();
          return person;
        });
      });
    });
};

/** Loads the tokens, and the settings of the provider that they may be sent to. */
async function loadTokens(options: CredentialFlags & { readonly token?: string }, context: CommandContext) {
  const { diagnostics } = context;
  const path = options.token ?? '-';
  const source = { path, option: '--token', what: 'the access token', secret: true } as const;
  const mayStandAlone = options.token !== undefined;
  const {
    accessToken,
    idToken = '',
    sub,
    claims,
  } = parseTokens(await loadText(source, context), mayStandAlone);
  diagnostics.hide([accessToken, idToken]);
  const stdinUse = path === '-' ? 'the access token' : undefined;
  const needed = ['privateKey', 'hostname'] as const;
  const settings = await loadCredentials({ needed }, options, openInputs(context, stdinUse));
  const { hostname, found } = settings;
  const issuer = typeof claims?.iss === 'string' ? claims.iss : undefined;
  // A token that came alone names no provider, and the .env of the current folder must not choose one.
  if (issuer === undefined && found.hostname?.kind === 'dotenv' && !options.dotenv) {
    throw unboundProvider(found.hostname, 'the access token');
  }
  if (issuer !== undefined && issuer !== endpointsOf(hostname).issuer) {
    throw new SgidError(
      'ERR_PROVIDER_BINDING',
      `the access token was not issued by the provider ${hostname}: it is not sent there`,
      { hint: 'Pass --hostname with the provider that "sgid callback" was run with.' },
    );
  }
  if (sub === undefined)
    diagnostics.warn('the access token came alone: the subject is not compared with any');
  return { sub, accessToken, settings };
}

const HINT = 'Expected: what "sgid callback" prints: {"sub": "...", "accessToken": "...", ...}';

const TOKENS = members({
  accessToken: filledText,
  sub: filledText,
  idToken: v.optional(filledText),
  claims: v.optional(members({ iss: v.unknown() })),
});

type Tokens = Pick<v.InferOutput<typeof TOKENS>, 'accessToken'> & Partial<v.InferOutput<typeof TOKENS>>;

/** Parses what `sgid callback` printed, or an access token that stands alone, if that was asked for. */
function parseTokens({ text, name }: TextInput, mayStandAlone: boolean): Tokens {
  const alone = text.trim();
  const tokens: Tokens = /^[[{"]/.test(alone)
    ? parseJsonFile(TOKENS, { text, path: name, hint: HINT })
    : { accessToken: alone };
  if (tokens.sub === undefined && !mayStandAlone) {
    const hint = `${HINT} For an access token alone, add --token -`;
    throw inputError(`${name} does not hold what "sgid callback" prints`, hint);
  }
  const { accessToken } = tokens;
  // What a header can hold (RFC 6750 section 2.1), and what fits into one. "null" is what jq says of a member that is
  // not there.
  if (/^[\w.~+/-]+=*$/.test(accessToken) && accessToken !== 'null' && !isTokenTooLong(accessToken))
    return tokens;
  throw inputError(`${name} holds no access token`, HINT);
}
